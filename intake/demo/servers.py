"""An IMAP and an SMTP server in one background thread of this process, for a demo without any account.

Both listen on the loopback interface only. A mail for a known account lands in that account's INBOX in
memory; every other recipient is refused with 550, and nothing is relayed anywhere.
"""

from __future__ import annotations

import asyncio
import imaplib
import logging
import threading
from argparse import Namespace
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email import utils
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

HOST = "127.0.0.1"
HOSTNAME = "demo.rc-trust.ai"
MAIL_SIZE_LIMIT = 60_000_000
"""Bytes per mail; above the 25-50 MB that large providers let through, so that no sample meets it."""
START_TIMEOUT = 10.0
"""Seconds to wait for both servers; they need about 0.1 s, more means that something is broken."""

log = logging.getLogger(__name__)


class DemoServers:
    """Two mail servers, running from `start` to `stop` or inside a `with` block.

    `accounts` maps each address, which is also its login, to a password. A port of 0 asks the system for
    a free one; `imap_port` and `smtp_port` tell the real ones as soon as the servers run.
    """

    def __init__(self, accounts: Mapping[str, str], *, imap_port: int = 0, smtp_port: int = 0) -> None:
        self.accounts = {address.lower(): password for address, password in accounts.items()}
        self.host = HOST
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return once both servers accept connections; raise what kept them from it."""
        self._thread = threading.Thread(target=self._run, name="demo-mail-servers", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_TIMEOUT):
            raise TimeoutError(f"the demo mail servers did not start within {START_TIMEOUT:g} s")
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Close all connections, forget all mails and wait for the thread; calling it twice does no harm."""
        if self._thread is None:
            return
        if self._loop is not None and self._ended is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._thread = None

    def read(self, login: str, folder: str = "INBOX") -> tuple[bytes, ...]:
        """The raw mails in one folder of an account, oldest first; reading leaves them unread."""
        with imaplib.IMAP4(self.host, self.imap_port) as client:
            client.login(login, self.accounts[login.lower()])
            status, _ = client.select(f'"{folder}"', readonly=True)
            if status != "OK":
                return ()
            _, rows = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return tuple(row[1] for row in rows if isinstance(row, tuple))

    def _run(self) -> None:
        """The thread's whole life; a failure to start is handed to the thread that waits in `start`."""
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        """Hold both servers open until `stop`; `asyncio.run` then ends the sessions that are left."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(_note_loop_error)
        backend, config = await _imap_backend(self.accounts)
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            imap = await _listen_imap(backend, config, self.imap_port)
            stack.callback(imap.close)
            smtp = await _listen_smtp(PostOffice(self.accounts, config), self.smtp_port)
            stack.callback(smtp.close)
            self.imap_port, self.smtp_port = _port(imap), _port(smtp)
            self._ready.set()
            await self._ended.wait()


class PostOffice:
    """aiosmtpd's hooks: deliver at once to the accounts we have, refuse all others, relay nothing."""

    def __init__(self, accounts: Mapping[str, str], config: Config) -> None:
        self._accounts = accounts
        self._config = config

    def sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, credentials: object
    ) -> AuthResult:
        """AUTH LOGIN and PLAIN with an account's own password; a wrong one gets 535 from aiosmtpd."""
        if not isinstance(credentials, LoginPassword):
            return AuthResult(success=False, handled=False)
        login = credentials.login.decode("utf-8", "replace").lower()
        expected = self._accounts.get(login)
        known = expected is not None and credentials.password == expected.encode()
        return AuthResult(success=known, handled=known)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """RFC 5321 section 3.4: a mailbox we do not have is a permanent refusal, for this recipient only."""
        if _account(address) not in self._accounts:
            return "550 5.1.1 no such mailbox here, and nothing is relayed"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient known"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Put one copy for each envelope recipient into the INBOX; the header's To decides nothing."""
        arrived = datetime.now(UTC)
        raw = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            trace = _trace_fields(envelope.mail_from or "<>", address, session, arrived)
            inbox = await _inbox(self._config, _account(address))
            await inbox.append(AppendMessage(trace + raw, arrived, frozenset()))
        return "250 2.0.0 delivered"


def _account(address: str) -> str:
    """The account behind an address: plus-addresses (RFC 5233) belong to the address without the tag."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _trace_fields(sender: str, recipient: str, session: Session, arrived: datetime) -> bytes:
    """What a final delivery puts in front of a mail (RFC 5321 section 4.4), the envelope sender included."""
    received = (
        f"from {session.host_name or 'unknown'} by {HOSTNAME} with ESMTP for <{recipient}>;"
        f" {utils.format_datetime(arrived)}"
    )
    # aiosmtpd strips the brackets of every envelope sender but the null one.
    lines = (f"Return-Path: <{sender.strip('<>')}>", f"Delivered-To: {recipient}", f"Received: {received}")
    return "".join(f"{line}\r\n" for line in lines).encode()


async def _imap_backend(accounts: Mapping[str, str]) -> tuple[DictBackend, Config]:
    """pymap's in-memory backend with our accounts; passwords stay clear, hashing them would guard nothing."""
    address, password = next(iter(accounts.items()))
    options = Namespace(
        demo_data=False, demo_user=address, demo_password=password, host=HOST, port=0, debug=False,
        cert=None, key=None, passlib_cfg=None, tls=False, proxy_protocol=None, inherited_sockets=None,
    )  # fmt: skip
    backend, config = await DictBackend.init(
        options, hash_context=Cleartext(), cpu_subsystem=Subsystem.for_asyncio()
    )
    for login, secret in accounts.items():
        identity = Identity(login, backend.login, None, frozenset())
        if login != address:
            await identity.set(UserMetadata(config, login, password=secret))
    return backend, config


async def _listen_imap(backend: DictBackend, config: Config, port: int) -> asyncio.Server:
    """The IMAP server on our own socket: pymap's service does not tell which free port it got."""
    sessions = IMAPServer(backend.login, config)
    callback = ProxyProtocolReader(config.proxy_protocol).get_callback(sessions)
    return await asyncio.start_server(callback, host=HOST, port=port)


async def _listen_smtp(office: PostOffice, port: int) -> asyncio.Server:
    """The SMTP server; AUTH without TLS is allowed because the connection never leaves this machine."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            office, loop=loop, hostname=HOSTNAME, enable_SMTPUTF8=True, data_size_limit=MAIL_SIZE_LIMIT,
            auth_require_tls=False, authenticator=office.sign_in,
        )  # fmt: skip

    return await loop.create_server(session, host=HOST, port=port)


async def _inbox(config: Config, login: str) -> MailboxData:
    """The account's INBOX, made on first use as pymap itself does at the first login."""
    if login not in config.set_cache:
        config.set_cache[login] = (MailboxSet(), FilterSet())
    mailboxes, _ = config.set_cache[login]
    return await mailboxes.get_mailbox("INBOX")


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def _note_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A connection that breaks off is everyday life for a server and no news for the demo's terminal."""
    log.debug("demo mail servers: %s", context.get("message"), exc_info=context.get("exception"))
