"""Verdict -> reply, in English or German: one text from a template, sent as plain text and as HTML.

``compose`` is pure: the same arguments give the same bytes, so that a reply recorded in the plan is sent
unchanged however often it is tried. ``check`` renders every template with every problem for ``config check``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from email import headerregistry, policy, quoprimime, utils
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from jinja2 import sandbox

from intake.journey import letter, names, rehearsal, threads, wording
from intake.model import (
    Address,
    Group,
    Institution,
    Language,
    Mail,
    Position,
    Reply,
    ReplyKind,
    Verdict,
    sha256,
    value,
)

SUFFIX = ".txt.j2"
LANGUAGES: tuple[Language, ...] = ("en", "de")

# Ids; a thread's first and its last ones are what mail programs look at (RFC 5322 3.6.4).
MOST_REFERENCES = 20
LONGEST_ID = 250  # characters; RFC 5322 2.1.1 ends a line at 998, and ids of real mail stay below 200

_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")  # printable ASCII without angle brackets (RFC 5322 3.6.4)
# An address that needs no quotes, and that no parser reads in two ways (RFC 5322 3.4.1, without the rarer signs).
_DOT_ATOMS = re.compile(r"[\w+-]+(?:\.[\w+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
# The domain may be a literal: [192.0.2.1].
_PLAIN = r"[^\s<>@,;:\\\"()\[\]\x00-\x1f\x7f]"
_MAILBOX = re.compile(rf"{_PLAIN}{{1,64}}@(?:{_PLAIN}{{1,255}}|\[{_PLAIN}{{1,253}}\])")


@value
class Texts:
    """The sources of the templates by language and name without suffix, as config/replies holds them."""

    by_language: dict[Language, dict[str, str]]

    def __hash__(self) -> int:
        return hash(
            tuple((language, *sorted(sources.items())) for language, sources in self.by_language.items())
        )


def answerable(address: Address) -> bool:
    """Whether a reply can name this mailbox in its To field. An address that cannot be written in a
    header without quoting is no applicant's, and might carry a second header or recipient."""
    if not _MAILBOX.fullmatch(address.address):
        return False
    try:
        domain = threads.ascii_domain(address.address.rpartition("@")[2])
    except UnicodeError:  # a label that is too long, or no name at all
        return False
    return all(domain.split("."))  # nor is one empty


def compose(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    recipient: Address,
    texts: Texts,
    positions: tuple[Position, ...],
    groups: tuple[Group, ...],
    institution: Institution,
    message_id: str,
    now: datetime,
    sender: Address,
    secure_upload: str = "",
    last: bool = False,
    offered: tuple[str, ...] = (),
    first_arrived: datetime | None = None,
    holds: tuple[str, ...] = (),
    joined: bool = False,
    replaced: bool = False,
    days: int = 0,
) -> Reply:
    """The reply that the verdict asks for, whole.

    arrived: when the mail came, aware; now: the Date of the reply; message_id: see ``threads``;
    sender: our mailbox; secure_upload: a link that takes confidential files, or ""; last: further mails of
    this day are answered by a person; offered: the positions to choose from, as numbered; first_arrived: when the case's first mail came, where this answers a
    later one; holds: names of the files of a case of several mails; joined: its PDF files are one now;
    replaced: this mail's file takes the place of an earlier one; days: until a person looks at a case that is reminded of.
    Raises ValueError when the verdict asks for no reply or ``recipient`` is not ``answerable``, and
    jinja2.TemplateError for a template that ``check`` would have refused.
    """
    if verdict.reply is None:
        raise ValueError("a verdict without a reply has nothing to compose")
    if not answerable(recipient):
        raise ValueError("the recipient's address cannot stand in a header")
    view = wording.of(verdict, case=case, mail=mail, arrived=arrived, positions=positions, groups=groups,
                 institution=institution, name=names.person(recipient.name, recipient.address),
                 mailbox=sender.address, secure_upload=secure_upload, last=last, offered=offered,
                 first_arrived=first_arrived, holds=holds, joined=joined, replaced=replaced, days=days)  # fmt: skip
    subject, text = render(texts, verdict.language, verdict.reply, view)
    portals = (position.portal for position in view.closed + view.elsewhere)
    links = (view.institution.email, view.institution.privacy_notice, sender.address, secure_upload, *portals)
    plain, page = letter.both(text, language=verdict.language, title=subject, links=links)
    head = (
        _from(view.institution.name, sender.address),
        _header("To", _to(recipient.address)),
        _header("Subject", subject),
        _header("Date", utils.format_datetime(now.astimezone(ZoneInfo(institution.time_zone)))),
        _ids("Message-ID", _valid_ids([message_id])) or _header("Message-ID", message_id),
        _ids("In-Reply-To", _valid_ids([mail.message_id])),
        _ids("References", _references(mail)),
        _header("Auto-Submitted", "auto-replied"),  # RFC 3834 5
        # MS-OXCMAIL 2.2.3.2.14: Exchange answers with no out-of-office
        _header("X-Auto-Response-Suppress", "All"),
        _header("Content-Language", verdict.language),  # RFC 3282
    )
    return Reply(kind=verdict.reply, language=verdict.language, recipient=recipient.address, subject=subject,
                 message_id=message_id, text=plain, raw=_mail(head, plain, page, message_id=message_id))  # fmt: skip


def render(texts: Texts, language: Language, kind: ReplyKind, view: wording.View) -> tuple[str, str]:
    """The subject, and the marked-up text (see :mod:`intake.journey.letter`) of one reply."""
    template = _environment(texts, language).get_template(kind.value + SUFFIX)
    rendered = template.render({item.name: getattr(view, item.name) for item in fields(wording.View)})
    first, _, text = rendered.lstrip().partition("\n")
    mark, colon, subject = first.partition(":")
    if mark != "Subject" or not colon:
        raise jinja2.TemplateRuntimeError('the first line must be "Subject: ..."')
    return names.clean(subject), text


@functools.lru_cache(maxsize=8)  # the rehearsal takes most of a second, and templates seldom change
def check(texts: Texts) -> tuple[str, ...]:
    """What is wrong with the templates: each is rendered in both languages with every problem alone and
    all together. One sentence each, beginning with "en/correction.txt.j2"; () when all is well."""
    found: dict[str, None] = {}
    for language in LANGUAGES:
        missing = [kind.value for kind in ReplyKind if kind.value not in texts.by_language.get(language, {})]
        found.update({f"{language}/{name}{SUFFIX}: this template is missing": None for name in missing})
        for scene in rehearsal.scenes(language):
            if scene.kind.value not in missing:
                where = f"{language}/{scene.kind.value}{SUFFIX}"
                found.update({f"{where}: {fault}": None for fault in _faults(texts, language, scene)})
    return tuple(found)


def _faults(texts: Texts, language: Language, scene: rehearsal.Scene) -> tuple[str, ...]:
    try:
        subject, text = render(texts, language, scene.kind, scene.view)
    except jinja2.TemplateSyntaxError as error:
        return (f"{error.name}, line {error.lineno}: {error.message}",)
    except jinja2.TemplateNotFound as error:
        return (f"it asks for {error.name}, which is missing",)
    except (
        jinja2.TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        return (f"{scene.title}: {error}",)
    return tuple(f"{scene.title}: {fault}" for fault in rehearsal.faults(scene, language, subject, text))


@functools.lru_cache(maxsize=8)
def _environment(texts: Texts, language: Language) -> sandbox.SandboxedEnvironment:
    """The compiled templates of one language; texts change only when config/ is read again."""
    sources = {name + SUFFIX: source for name, source in texts.by_language.get(language, {}).items()}
    return sandbox.ImmutableSandboxedEnvironment(
        loader=jinja2.DictLoader(sources),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the text is plain; letter.page escapes all of it
    )


# --- The mail ------------------------------------------------------------------------------------


# What stands in a header as it is: words of printable ASCII, single blanks between them (RFC 5322 3.2.5).
_AS_IT_IS = re.compile(r"[!-~]+(?: [!-~]+)*")
_ENCODED = "=?"  # begins an encoded word (RFC 2047 2)
# Before Python 3.11.10 and 3.12.5 an encoded word that holds a line end is written with it (CVE-2024-6923), and the
# fold between two words of 77 letters may be an empty line.
_NO_FOLD = re.compile(rb"\r(?!\n)|(?<!\r)\n|\n(?![ \t]|\Z)")
_LINE = 78  # characters (RFC 5322 2.1.1), from which on the standard library folds


class _Ids(headerregistry.UnstructuredHeader, headerregistry.BaseHeader):
    """Our Message-ID, where it is too long or too strange for ``_ids``: the standard library would encode more than
    77 characters as an RFC 2047 word, which no mail program finds in its thread."""

    def fold(self, *, policy: Any) -> str:
        end: str = policy.linesep
        return f"{self.name}: " + (end + " ").join(self.split()) + end


_HEADERS = headerregistry.HeaderRegistry()
_HEADERS.map_to_type("message-id", _Ids)
_POLICY = policy.SMTP.clone(header_factory=_HEADERS)


def _header(name: str, content: str | headerregistry.Address) -> bytes:
    """One field of the header; b"" for one without content.

    The one gate against header injection is here: what is not plain words on one short line, in which the standard
    library would change nothing, is left to it. It refuses a line end in any header, and every text of a mail was
    cleaned of control characters before.
    """
    if content == "":
        return b""
    if isinstance(content, str) and _AS_IT_IS.fullmatch(content) and _ENCODED not in content:
        line = f"{name}: {content}"
        if len(line) <= _LINE:
            return f"{line}\r\n".encode("ascii")
    message = EmailMessage(policy=_POLICY)
    message[name] = content
    written = message.as_bytes().removesuffix(b"\r\n")  # the empty line below the header
    if _NO_FOLD.search(written):
        raise ValueError(f"the header {name} would hold a linefeed or carriage return of its own")
    return written


@functools.lru_cache(maxsize=64)  # by institution's name and mailbox: each has one in both languages
def _from(name: str, address: str) -> bytes:
    return _header("From", headerregistry.Address(display_name=name, addr_spec=address))


def _ids(name: str, ids: Sequence[str]) -> bytes:
    """Checked Message-IDs as they are, one a line: no encoded word may stand in one (RFC 2047 5), and the standard
    library would decode what only looks like it."""
    lines = "\r\n ".join(ids)
    return f"{name}: {lines}\r\n".encode("ascii") if ids else b""


def _mail(head: Sequence[bytes], plain: str, page: str, *, message_id: str) -> bytes:
    """The bytes to send: multipart/alternative, plain text first (RFC 2046 5.1.4), 7-bit throughout.

    head: whole fields. What is written here never differs; made of objects of the standard library it cost more
    than all else of a reply."""
    mark = f"=_{sha256(message_id.encode())[:32]}"  # "=_" never occurs in quoted-printable
    mime = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{mark}"\r\n'
    text = (
        f'\r\n--{mark}\r\nContent-Type: text/plain; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{_quoted(plain)}"
        f'\r\n--{mark}\r\nContent-Type: text/html; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\n{_quoted(page)}"
        f"\r\n--{mark}--\r\n"
    )
    return b"".join((mime.encode("ascii"), *head, text.encode("ascii")))


def _quoted(text: str) -> str:
    """In quoted-printable (RFC 2045 6.7), UTF-8, each line at most 78 characters long."""
    content = b"".join(line + b"\n" for line in text.encode().splitlines())
    return quoprimime.body_encode(content.decode("latin-1"), _LINE, "\r\n")


def _references(mail: Mail) -> list[str]:
    """The parent's References, or its In-Reply-To, and its own id (RFC 5322 3.6.4): the first and the last."""
    ids = _valid_ids([*(mail.references or mail.in_reply_to[:1]), mail.message_id])
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]


def _valid_ids(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(item for item in ids if len(item) <= LONGEST_ID and _ID.fullmatch(item)))


def _to(address: str) -> str | headerregistry.Address:
    """A local part outside ASCII cannot stand in a header without SMTPUTF8 (RFC 6532); the envelope
    still names it, and the field says what RFC 5322 3.4 has for that."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return "undisclosed-recipients:;"
    quoted = threads.written_local(local)
    there = f"{quoted}@{threads.ascii_domain(domain)}"
    plain = quoted != local or _DOT_ATOMS.fullmatch(there)
    return there if plain else headerregistry.Address(addr_spec=there)
