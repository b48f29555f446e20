"""The ledger: what has been done with every message, so that a restart goes on where work stopped.

``sql`` keeps it in a database, ``memory`` is its twin without one; ``rules`` is what both agree on.
``migrations`` bring a database from any earlier shape to the one in ``tables``; ``lock``
(``serverlock``, where a server keeps it) lets only one worker at it.
"""
