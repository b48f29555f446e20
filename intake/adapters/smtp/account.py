"""How replies leave: the server, how it is secured, and who signs in."""

from __future__ import annotations

from intake.adapters.server import Server
from intake.model import value


@value
class Account(Server):
    """How replies leave.

    user: "" for a server that wants no sign-in; timeout: seconds for one answer; deadline: seconds for one
    reply as a whole; greeting: what EHLO says, "" for this machine's name.
    """

    user: str = ""
    timeout: float = 30.0
    deadline: float = 60.0
    greeting: str = ""
