"""Documents of many kinds for measuring recognition, each with known truth, drawn from a seeded ``Random``.

``catalogue.papers`` makes them by the number; ``letters``, ``cvs``, ``certificates`` and ``strangers`` make
one of a named layout; ``conditions`` scans, photographs, turns and locks it. What an applicant's papers for
the demo are like is in ``intake.demo.documents``; these here differ from each other as much as they can.
"""
