"""Dials, signs in, sets deadlines, and turns every error of IMAP into one of ours."""

from __future__ import annotations

import contextlib
import imaplib
import math
import socket
import ssl
import threading
import time
from collections.abc import Iterator

from imapclient import exceptions  # ships no py.typed

from intake import errors, ports
from intake.adapters.imap import answers
from intake.adapters.imap.account import Account
from intake.adapters.imap.client import Client
from intake.adapters.imap.session import Session

_UNPRINTABLE = "the user name or password contains a line break or control character"
_GOODBYE = 2.0  # seconds for LOGOUT; a server that is slower is left without


class Connection:
    """At most one connection to an account: made when first needed, made anew after a loss."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._session: Session | None = None
        self._switch: socket.socket | None = None

    @contextlib.contextmanager
    def calling(self, doing: str, *, patience: float = 0.0) -> Iterator[Session]:
        """A signed-in session for one call of the port, under its deadline plus ``patience`` seconds.

        Whatever goes wrong, the connection is dropped: what it still holds of a broken answer must
        not meet the next command. Errors come out as ours; ``doing`` says what was tried.
        """
        try:
            session, switch = self._established()
            with (
                _Deadline(switch, self._account.deadline + patience) as deadline,
                _translated(doing, deadline),
            ):
                yield session
        except BaseException as exc:
            self._heed(exc)
            self.drop()
            raise

    def _heed(self, exc: BaseException) -> None:
        """A token that ended during the session does not begin the next one."""
        tokens, session = self._account.tokens, self._session
        if tokens is not None and session is not None and answers.is_ended_token(str(exc)):
            tokens.refused(session.client.token)

    def _established(self) -> tuple[Session, socket.socket]:
        if self._session is not None and self._switch is not None:
            return self._session, self._switch
        dialled = _dial(self._account)
        self._switch = dialled.dup()
        doing = f"signing in at {self._account.host}"
        with _Deadline(self._switch, self._account.deadline) as deadline, _translated(doing, deadline):
            self._session = _signed_in(dialled, self._account)
        return self._session, self._switch

    def drop(self) -> None:
        """Forget the connection without a word to the server."""
        session, switch = self._session, self._switch
        self._session = self._switch = None
        if session is not None:
            _hang_up(session.client)
        if switch is not None:
            switch.close()

    def close(self) -> None:
        """Sign out, if the server lets us within a moment, and close."""
        if self._session is not None and self._switch is not None:
            with _Deadline(self._switch, _GOODBYE), contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._session.client.logout()
        self.drop()


class _Deadline(contextlib.AbstractContextManager["_Deadline"]):
    """Cuts the connection when a call as a whole takes too long: time-outs of sockets are per recv.

    ``switch`` is a second descriptor of the same TCP connection: shutting it down reaches the first
    wherever TLS has wrapped it meanwhile.
    """

    def __init__(self, switch: socket.socket, seconds: float) -> None:
        self.passed = False
        self.at = time.monotonic() + seconds
        self._switch = switch

    def cut(self) -> None:
        self.passed = True
        with contextlib.suppress(OSError):  # it ended at the same moment
            self._switch.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        _WATCH.add(self)
        return self

    def __exit__(self, *_: object) -> None:
        _WATCH.remove(self)


class _Watch:
    """Cuts what is over its time, by one thread for all connections of the process: a thread for each call takes
    longer than the call."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: set[_Deadline] = set()
        self._looks = math.inf  # when the thread looks next, if nobody wakes it
        self._thread: threading.Thread | None = None

    def add(self, deadline: _Deadline) -> None:
        with self._changed:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                thread.start()  # known only then: where the system has none to give, the next call tries again
                self._thread = thread
            self._running.add(deadline)
            if deadline.at < self._looks:
                self._changed.notify()

    def remove(self, deadline: _Deadline) -> None:
        """It is not cut any more from here on."""
        with self._changed:
            self._running.discard(deadline)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for over in [one for one in self._running if one.at <= now]:
                    self._running.discard(over)
                    over.cut()
                self._looks = min((one.at for one in self._running), default=math.inf)
                self._changed.wait(None if math.isinf(self._looks) else self._looks - now)


_WATCH = _Watch()


@contextlib.contextmanager
def _translated(doing: str, deadline: _Deadline) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as exc:
        raise errors.Transient(f"{doing}: the certificate cannot be trusted: {exc.verify_message}") from exc
    except (OSError, imaplib.IMAP4.error, *answers.MALFORMED) as exc:
        text = str(exc)
        reason = "no whole answer in time" if deadline.passed else answers.said(text) or type(exc).__name__
        raise errors.Transient(f"{doing}: {reason}", retry_after=answers.backoff(text)) from exc


def _dial(account: Account) -> socket.socket:
    try:
        dialled = socket.create_connection((account.host, account.port), account.timeout)
    except OSError as exc:
        raise errors.Transient(f"{account.host}:{account.port} cannot be reached: {exc}") from exc
    dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # 46 -> 2-7 ms per SEARCH
    dialled.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return dialled


def _signed_in(dialled: socket.socket, account: Account) -> Session:
    try:
        if account.security == "tls":
            dialled = account.tls_context().wrap_socket(dialled, server_hostname=account.host)
        client = Client(dialled, account)
    except BaseException:
        dialled.close()
        raise
    try:
        if account.security == "starttls":
            client.starttls(account.tls_context())
        _sign_in(client, account)
        return Session(client, account)
    except BaseException:
        _hang_up(client)
        raise


def _sign_in(client: Client, account: Account) -> None:
    if account.tokens is None:
        _login(client, account.user, account.password())
    elif not client.has_capability("AUTH=XOAUTH2"):
        raise errors.SignInFailed("the server offers no sign-in with OAuth2 (AUTH=XOAUTH2)")
    else:
        _present(client, account.user, account.tokens)


def _present(client: Client, user: str, tokens: ports.Tokens) -> None:
    """Once, and once more with another token: one that ended early, or was revoked, is worth no alarm."""
    if not user.isprintable():
        raise errors.SignInFailed(_UNPRINTABLE)
    try:
        client.present(user, tokens.token())
    except exceptions.LoginError as exc:
        error = answers.refused_sign_in(exc)
        if not (isinstance(error, errors.SignInFailed) and tokens.refused(client.token)):
            raise error from exc
    else:
        return
    try:
        client.present(user, tokens.token())
    except exceptions.LoginError as exc:
        raise answers.refused_sign_in(exc) from exc


def _login(client: Client, user: str, password: str) -> None:
    if not (user + password).isprintable():
        raise errors.SignInFailed(_UNPRINTABLE)
    try:
        # LOGIN takes ASCII only (RFC 3501 9, astring); PLAIN is UTF-8 (RFC 4616 2).
        if (user + password).isascii():
            client.login(user, password)
        else:
            client.plain_login(user, password)
    except exceptions.LoginError as exc:
        raise answers.refused_sign_in(exc) from exc


def _hang_up(client: Client) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        client.shutdown()
