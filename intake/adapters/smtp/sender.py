"""Sends finished replies by SMTP (RFC 5321), one after the other over one connection.

The client is asynchronous: one loop in one thread of its own lives as long as the sender, so that
its connection is reused (130 replies per second to Postfix against 30 with a new one each). The
dialogue is led command by command, since what a failure means depends on how far it had come:

==========================================  ===============  =================  ==============
failed at                                   4xx              5xx                no answer
==========================================  ===============  =================  ==============
greeting, EHLO, STARTTLS, AUTH, MAIL FROM   Transient        OurFault           Transient
RCPT TO of the applicant, DATA              Transient        Permanent          Transient
RCPT TO of the copy                         no copy          no copy            Transient
the content, before the final dot           (not asked)      (not asked)        Transient
after the final dot                         Transient        Permanent          OutcomeUnknown
==========================================  ===============  =================  ==============

The copy never leaves alone: its RCPT TO comes after the applicant's was accepted, and a reply that is not to be sent
ends with its connection.
"""

from __future__ import annotations

import asyncio
import base64
import concurrent.futures
import contextlib
import enum
import re
import socket
import ssl
import threading
from typing import cast

import aiosmtplib

from intake import errors, ports
from intake.adapters.smtp.account import Account
from intake.adapters.smtp.envelope import Envelope, check_address, enveloped
from intake.model import Reply

# Seconds after which a connection is not used again: servers hang up on idle clients (Postfix 300 s,
# Exchange 60 s and more), and a fresh one costs 30 ms.
_STALE = 60.0
# Seconds for QUIT: by then every reply has its answer.
_GOODBYE = 2.0
# Seconds beyond the deadline before the loop itself is given up.
_GRACE = 5.0
# Octets of an initial response that leave room for "AUTH XOAUTH2 " and the line's end in the 512 of a
# command (RFC 5321 4.5.3.1.4).
_LONGEST_FIRST = 497

_END = b".\r\n"
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


class _Phase(enum.Enum):
    """How far one reply has come. The value is for the error's sentence."""

    CONNECT = "connecting"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    CONTENT = "the content"
    DOT = "the final dot"


class SmtpSender:
    """The port ``Sender``. ``send`` may be called from any thread; replies leave one at a time."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._dialogue = _Dialogue(account)

    def send(
        self, reply: Reply, *, sender: str, copy_to: str = "", last_look: ports.LastLook | None = None
    ) -> None:
        """Send ``reply.raw`` to ``reply.recipient`` with this envelope sender; returns when it was accepted.

        Raises Transient, OurFault, Permanent or OutcomeUnknown as the module's table says. Permanent
        also for an address that no command can carry. copy_to, last_look: see the port.
        """
        sending = self._dialogue.send(reply, sender, copy_to, last_look)
        future = asyncio.run_coroutine_threadsafe(sending, self._running())
        try:
            future.result(self._account.deadline + _GRACE)
        except concurrent.futures.TimeoutError as exc:
            future.cancel()
            raise errors.OutcomeUnknown("the sending thread does not answer") from exc

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_run, args=(self._loop,), name="smtp", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """Say goodbye to the server and end the thread."""
        with self._starting:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        with contextlib.suppress(concurrent.futures.TimeoutError):
            asyncio.run_coroutine_threadsafe(self._dialogue.quit(), loop).result(_GOODBYE + _GRACE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_GRACE)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.run_until_complete(asyncio.sleep(0.01))  # what was dropped last is closed by callbacks
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


class _Dialogue:
    """The conversation with the server. Used on the loop's thread only."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: aiosmtplib.SMTP | None = None
        self._used = 0.0
        self._phase = _Phase.CONNECT
        self._turn = asyncio.Lock()

    async def send(self, reply: Reply, sender: str, copy_to: str, last_look: ports.LastLook | None) -> None:
        async with self._turn:
            self._phase = _Phase.CONNECT
            try:
                async with asyncio.timeout(self._account.deadline):
                    await self._deliver(reply, sender, copy_to, last_look)
            except BaseException as exc:
                # Whatever answer is still to come must not be taken for the next reply's.
                self._drop()
                # ValueError: aiosmtplib lets it pass from a broken challenge of AUTH.
                if isinstance(exc, (OSError, ValueError, aiosmtplib.SMTPException)):
                    raise self._unanswered(exc) from exc
                raise
            self._used = asyncio.get_running_loop().time()

    async def _deliver(
        self, reply: Reply, sender: str, copy_to: str, last_look: ports.LastLook | None
    ) -> None:
        check_address(reply.recipient)
        client, answer, envelope = await self._begin(reply, sender, copy_to)
        self._judge(answer)
        self._phase = _Phase.RCPT
        self._judge(await client.execute_command(b"RCPT", b"TO:<" + envelope.recipient + b">"))
        refused = await self._copied(client, envelope)
        self._phase = _Phase.DATA
        self._judge(await client.execute_command(b"DATA"), wanted=3)
        self._phase = _Phase.CONTENT
        _protocol(client).write(envelope.content)
        # In a thread: it asks the ledger, which may wait for another writer.
        if last_look is not None and not await asyncio.to_thread(last_look, refused):
            raise errors.Transient("the lease of this reply has ended, so that it was not sent")
        self._judge(await self._finished(client))

    async def _copied(
        self, client: aiosmtplib.SMTP, envelope: Envelope
    ) -> errors.Permanent | errors.Transient | None:
        """Name the copy's recipient. What the server said when it took it not."""
        if not envelope.copy_to:
            return None
        answer = await client.execute_command(b"RCPT", b"TO:<" + envelope.copy_to + b">")
        if answer.code == aiosmtplib.SMTPStatus.domain_unavailable:  # 421: it closes
            self._judge(answer)
        if answer.code // 100 not in (4, 5):
            self._judge(answer)
            return None
        text = f"RCPT TO of the copy: {answer.code} {_said(answer.message)}"
        return errors.Transient(text) if answer.code < 500 else errors.Permanent(text)

    async def _begin(
        self, reply: Reply, sender: str, copy_to: str
    ) -> tuple[aiosmtplib.SMTP, aiosmtplib.SMTPResponse, Envelope]:
        """MAIL FROM on the connection at hand, or on a new one when the server has left it meanwhile."""
        client = self._at_hand()
        if client is not None:
            envelope = enveloped(reply, sender, copy_to, client)
            with contextlib.suppress(OSError, aiosmtplib.SMTPException):
                answer = await self._mail(client, envelope)
                if answer.code != aiosmtplib.SMTPStatus.domain_unavailable:  # 421: it closes
                    return client, answer, envelope
            self._drop()
        client = await self._connect()
        envelope = enveloped(reply, sender, copy_to, client)
        return client, await self._mail(client, envelope), envelope

    async def _mail(self, client: aiosmtplib.SMTP, envelope: Envelope) -> aiosmtplib.SMTPResponse:
        # No SIZE: refused here it would be our fault and stop the outbox; after DATA it is this reply's.
        self._phase = _Phase.MAIL
        return await client.execute_command(b"MAIL", b"FROM:<" + envelope.sender + b">", *envelope.options)

    async def _finished(self, client: aiosmtplib.SMTP) -> aiosmtplib.SMTPResponse:
        protocol = _protocol(client)
        protocol.write(_END)
        self._phase = _Phase.DOT  # from here on it may have been heard
        return await protocol.read_response(timeout=self._account.timeout)

    def _judge(self, answer: aiosmtplib.SMTPResponse, *, wanted: int = 2) -> None:
        """Return when the answer's first digit (RFC 5321 4.2.1) is ``wanted``, else raise what it means."""
        kind = answer.code // 100
        if kind == wanted:
            return
        text = f"{self._phase.value}: {answer.code} {_said(answer.message)}"
        if kind == 4:
            raise errors.Transient(text)
        if kind == 5:
            theirs = self._phase in (_Phase.RCPT, _Phase.DATA, _Phase.DOT)
            raise errors.Permanent(text) if theirs else errors.OurFault(text)
        raise self._unanswered(aiosmtplib.SMTPException(text))

    def _unanswered(self, exc: Exception) -> errors.IntakeError:
        """What a failure without an answer of the server's means in this phase."""
        if isinstance(exc, aiosmtplib.SMTPResponseException) and exc.code in range(500, 600):
            return errors.OurFault(f"{self._phase.value}: {exc.code} {_said(exc.message)}")
        text = f"{self._phase.value}: {_said(str(exc)) or type(exc).__name__}"
        if self._phase is _Phase.DOT:
            return errors.OutcomeUnknown(text)
        if type(exc) is aiosmtplib.SMTPException or _is_untrusted(exc):
            return errors.OurFault(text)  # no STARTTLS, no way to sign in, or a bad certificate
        return errors.Transient(text)

    # --- The connection --------------------------------------------------------------------------

    def _at_hand(self) -> aiosmtplib.SMTP | None:
        idle = asyncio.get_running_loop().time() - self._used
        if self._client is not None and self._client.is_connected and idle < _STALE:
            return self._client
        self._drop()
        return None

    async def _connect(self) -> aiosmtplib.SMTP:
        account = self._account
        self._phase = _Phase.CONNECT
        client = self._client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            local_hostname=account.greeting or _own_name(),
            timeout=account.timeout,
            use_tls=account.security == "tls",
            start_tls=account.security == "starttls",
            tls_context=account.tls_context() if account.security != "none" else None,
        )
        await client.connect()
        if client.is_ehlo_or_helo_needed:  # STARTTLS has voided the first one (RFC 3207 4.2)
            await client.ehlo()
        if account.user:
            await self._sign_in(client)
        return client

    async def _sign_in(self, client: aiosmtplib.SMTP) -> None:
        """Once, by one mechanism: a wrong password tried by each in turn locks accounts."""
        try:
            if self._account.tokens is not None:
                await self._present(client, self._account.tokens)
            else:
                await self._log_in(client, self._account.password())
        except (errors.SignInFailed, errors.ConfigError) as exc:
            raise errors.OurFault(f"{self._phase.value}: {exc}") from exc

    async def _present(self, client: aiosmtplib.SMTP, tokens: ports.Tokens) -> None:
        """By XOAUTH2; once more with another token, since one may end early or be revoked."""
        if "xoauth2" not in client.server_auth_methods:
            raise aiosmtplib.SMTPException("the server offers no sign-in with OAuth2 (AUTH XOAUTH2)")
        # In a thread: another one may be waiting for the token endpoint, which takes seconds.
        token = await asyncio.to_thread(tokens.token)
        try:
            await self._show(client, token)
        except aiosmtplib.SMTPAuthenticationError as exc:
            if exc.code < 500 or not await asyncio.to_thread(tokens.refused, token):
                raise
            await self._show(client, await asyncio.to_thread(tokens.token))

    async def _show(self, client: aiosmtplib.SMTP, token: str) -> None:
        """aiosmtplib's own ``auth_xoauth2`` makes a command of it whatever its length, and Postfix takes
        none over 2,048 octets: a long token waits for the empty challenge (RFC 4954 4)."""
        whole = base64.b64encode(f"user={self._account.user}\x01auth=Bearer {token}\x01\x01".encode())
        if len(whole) <= _LONGEST_FIRST:
            answer = await client.execute_command(b"AUTH", b"XOAUTH2", whole)
        else:
            answer = await client.execute_command(b"AUTH", b"XOAUTH2")
            if answer.code == aiosmtplib.SMTPStatus.auth_continue:
                answer = await client.execute_command(whole)
        if answer.code == aiosmtplib.SMTPStatus.auth_continue:
            answer = await client.execute_command(b"")  # it says why, and gives its verdict to an empty line
        if answer.code != aiosmtplib.SMTPStatus.auth_successful:
            raise aiosmtplib.SMTPAuthenticationError(answer.code, answer.message)

    async def _log_in(self, client: aiosmtplib.SMTP, password: str) -> None:
        user = self._account.user
        if "plain" in client.server_auth_methods:
            await client.auth_plain(user, password)
        elif "login" in client.server_auth_methods:
            await client.auth_login(user, password)
        elif "cram-md5" in client.server_auth_methods:
            await client.auth_crammd5(user, password)
        else:
            raise aiosmtplib.SMTPException("the server offers no way to sign in with a password")

    async def quit(self) -> None:
        """Leave politely where the server lets us."""
        async with self._turn:
            if self._client is not None and self._client.is_connected:
                with contextlib.suppress(OSError, aiosmtplib.SMTPException):
                    await self._client.quit(timeout=_GOODBYE)
            self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if client.transport is not None:
            cast("asyncio.Transport", client.transport).abort()  # a TLS goodbye may wait for ever
        client.close()


def _protocol(client: aiosmtplib.SMTP) -> aiosmtplib.protocol.SMTPProtocol:
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("Connection lost")
    return client.protocol


def _own_name() -> str:
    """This machine's name without asking DNS, which may take seconds; an address literal where it is
    no host name (RFC 5321 4.1.4)."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,250}", name) else "[127.0.0.1]"


def _is_untrusted(exc: BaseException | None) -> bool:
    while exc is not None and not isinstance(exc, ssl.SSLCertVerificationError):
        exc = exc.__cause__
    return exc is not None


def _said(text: str) -> str:
    """Text of a server, fit for a log: one line, no addresses, 200 characters at most."""
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return _ADDRESS.sub("<address>", one_line)[:200]
