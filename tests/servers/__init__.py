"""Real mail servers on loopback for the tests: a private Dovecot, a private Postfix, and TCP faults."""
