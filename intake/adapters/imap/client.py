"""imapclient on a socket of our own. All that touches what it keeps private is in this module."""

from __future__ import annotations

import imaplib
import socket
import ssl

import imapclient  # ships no py.typed
from imapclient import exceptions

from intake.adapters.imap.account import Account

# Bound on what one literal may hold where the caller set no larger one: headers, names, flags.
_SMALLEST_BOUND = 4 * 2**20


class _Protocol(imaplib.IMAP4):
    """imaplib on a socket that we dialled, with a bound on what one literal may hold."""

    def __init__(self, dialled: socket.socket, *, host: str, port: int) -> None:
        self._dialled = dialled
        self.largest_literal = _SMALLEST_BOUND
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002  # imaplib's
        return self._dialled

    def read(self, size: int) -> bytes:
        if size > self.largest_literal:
            raise self.abort(f"a literal of {size} bytes where {self.largest_literal} are the most")
        return super().read(size)


class Client(imapclient.IMAPClient):  # type: ignore[misc]  # the base is untyped
    """One connection, not signed in yet. Raises what imaplib raises when there is no greeting.

    ``token``: what it has last signed in with by ``present``, or "".
    """

    def __init__(self, dialled: socket.socket, account: Account) -> None:
        self._dialled = dialled
        self.token = ""
        super().__init__(account.host, account.port, ssl=account.security == "tls", timeout=account.timeout)
        # Level 5, its default, builds the repr of every literal: 15.2 s of CPU against 0.6 s for
        # 1,000 mails of 1.4 MB.
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> _Protocol:  # noqa: N802  # imapclient's name
        return _Protocol(self._dialled, host=self.host, port=self.port)

    def bound_literals(self, size: int) -> None:
        """Read no literal over this size (or a smallest bound): a server may announce anything."""
        self._imap.largest_literal = max(size, _SMALLEST_BOUND)

    def present(self, user: str, token: str) -> None:
        """Sign in by XOAUTH2. Raises LoginError.

        imapclient's own ``oauth2_login`` sends a refused token a second time, in answer to the error.
        """
        self.token = token
        first = f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
        self.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else first)

    def take(self, name: str) -> str:
        """What the server last said under this name ("EXISTS", "COPYUID") since it was taken, or ""."""
        answers = self._imap.response(name)[1]
        return answers[-1].decode("ascii", "replace") if answers and answers[-1] else ""

    def start_idling(self) -> bool:
        """IDLE (RFC 2177). True when the server had news before it began to wait.

        imapclient's own ``idle`` fails on an untagged answer before the continuation.
        """
        self._idle_tag = self._imap._command("IDLE")
        news = False
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands.get(self._idle_tag):
                raise exceptions.IMAPClientError("IDLE was refused")
            news = True
        return news or self._has_buffered()

    def stop_idling(self, *, within: float | None = None) -> None:
        """DONE. ``within``: seconds to wait for the answer, None for the usual time-out."""
        if within is not None:
            self._imap.sock.settimeout(within)
        self.idle_done()
        self._set_read_timeout()

    def _has_buffered(self) -> bool:
        """Whether bytes that came together with the last answer lie in a buffer, unseen by a poll."""
        now: socket.socket = self._imap.sock  # STARTTLS has put another in the place of the first
        if hasattr(self._imap, "_readbuf"):  # Python 3.14 keeps its own
            return bool(self._imap._readbuf) or (isinstance(now, ssl.SSLSocket) and now.pending() > 0)
        now.setblocking(False)
        try:
            return bool(self._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            self._set_read_timeout()
