"""The steps from an empty database to the tables of this version, run by ``sql.open``.

``HEAD`` is the newest revision: known without loading Alembic, which takes longer than most commands.
"""

HEAD = "0007"
