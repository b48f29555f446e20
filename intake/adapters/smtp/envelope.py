"""The envelope and the content of a reply, as one server can take them: addresses, extensions, line ends, dots."""

from __future__ import annotations

import re
from dataclasses import field

import aiosmtplib
import idna

from intake import errors
from intake.journey import threads
from intake.model import Reply, value

_BARE_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


@value
class Envelope:
    """What the commands of one reply carry. copy_to: b"" for none; options: of MAIL FROM; content: whole, up to
    the final dot."""

    sender: bytes
    recipient: bytes
    copy_to: bytes
    options: tuple[bytes, ...]
    content: bytes = field(repr=False)


def enveloped(reply: Reply, sender: str, copy_to: str, client: aiosmtplib.SMTP) -> Envelope:
    """The reply as this server can take it, or Permanent."""
    sender, recipient = _on_the_wire(sender), _on_the_wire(reply.recipient)
    copy_to = _on_the_wire(copy_to)
    content = _BARE_LINE_END.sub(b"\r\n", reply.raw)
    options = []
    if not (sender + recipient + copy_to).isascii():
        options.append(_offered(client, "SMTPUTF8"))  # RFC 6531 3.4
    if not content.isascii():
        options.append(b"BODY=" + _offered(client, "8BITMIME"))  # RFC 6152 3
    return Envelope(
        sender=sender.encode(),
        recipient=recipient.encode(),
        copy_to=copy_to.encode(),
        options=tuple(options),
        content=_dotted(content),
    )


def _offered(client: aiosmtplib.SMTP, extension: str) -> bytes:
    if not client.supports_extension(extension):
        raise errors.Permanent(f"the reply needs {extension}, which the server does not offer")
    return extension.encode()


def _dotted(content: bytes) -> bytes:
    """With dots doubled (RFC 5321 4.5.2), up to the final dot."""
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    return _LEADING_DOT.sub(b"..", whole)


def check_address(address: str) -> None:
    """The one gate against a second command in an address. Raises Permanent."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or not address.isprintable() or set(address) & set(" <>"):
        raise errors.Permanent("the address cannot be written in an SMTP command")


def _on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (RFC 5890), and quotes where it needs some; "" is the null sender."""
    if not address:
        return ""
    check_address(address)
    local, _, domain = address.rpartition("@")
    local = threads.written_local(local)
    if domain.isascii():
        return f"{local}@{domain}"
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as exc:
        raise errors.Permanent("the domain of the address cannot be written in ASCII") from exc
