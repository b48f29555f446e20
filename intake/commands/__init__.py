"""What each command does, one module per family. ``cli`` reads the arguments and calls them.

Every command returns its exit status. Results go to stdout, everything else to stderr.
"""
