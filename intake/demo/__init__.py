"""The demo: embedded mail servers, invented applicants and the mails they send.

Nothing here is needed in production. The documents are also what the tests judge, so they look and read
like the real thing: `people` invents persons, `documents` builds their papers, `samples` puts those into
mails, and `servers` is the mail house that carries them on the loopback interface.
"""
