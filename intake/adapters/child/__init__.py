"""What every limited child process shares: its walls, its slot in a pool, its folder in the spool.

A leaf: the adapters that start children use it, and it knows none of them.
"""
