"""One module for each revision, in order. A revision that was released is never edited.

A new one is written by hand, named in ``migrations.HEAD``, and done when the test that compares a
migrated file with ``tables`` finds no difference any more.
"""
