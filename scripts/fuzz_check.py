"""What must hold of any input at all: the properties that `make fuzz` looks for a counter-example of.

An input is bytes with a target: a mail, or what one of the small readers takes. ``check`` raises where a property
does not hold, whatever the exception; that, and its place, is the finding.
"""

from __future__ import annotations

import email
import email.message
import email.parser
import email.policy
import re
import time
from collections import Counter
from datetime import UTC, datetime
from email import headerregistry
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from intake import wiring
from intake.journey import archives, automatic, concerns, defects, language, parse, plan, words
from intake.journey.parse import body, careful, charset, header, kind, markup, mime, part, quick, tnef
from intake.model import (
    Address,
    FileFault,
    FileKind,
    Kind,
    Line,
    ListedPart,
    Mail,
    Message,
    MessageKey,
    PageFacts,
    PdfFacts,
    Plan,
    Reply,
    sha256,
)

CONFIG = Path(__file__).resolve().parents[1] / "config"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 2.0  # of processor time for one input
TARGETS = ("eml", "header", "tnef", "zip", "p7m", "text", "html")  # also the endings of the files of findings

_CHARSETS = (
    "",
    "utf-8",
    "us-ascii",
    "utf-16",
    "utf-7",
    "iso-2022-jp",
    "hz",
    "big5",
    "gb18030",
    "punycode",
    "x",
    "idna",
    "rot13",
)
_FILES = (FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.IMAGE)  # what content alone tells
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")
_UNWANTED = re.compile("[\x00-\x1f\x7f\u2028\u2029]")
_BARE_CR = re.compile(rb"\r(?!\n)")
_COMMENT = re.compile(r"\([^()]*\)")
_MAIL = TypeAdapter(Mail)
_PLAN = TypeAdapter(Plan)
_BYTES: Any = {"reply": {"raw"}, "mail": {"attachments": {"__all__": {"content"}}}}


def check(target: str, content: bytes) -> None:
    """Raises an AssertionError or whatever the code under test raised."""
    began = time.process_time()
    _CHECKS[target](content)
    seconds = time.process_time() - began
    assert seconds < SECONDS, f"took {seconds:.1f} s"


def enclosed(target: str, content: bytes) -> bytes:
    """A mail that carries this input as a file, so that the whole journey meets it."""
    declared = {"tnef": "application/ms-tnef", "zip": "application/zip", "p7m": "application/pkcs7-mime"}[
        target
    ]
    head = f"From: a@x.example\r\nSubject: Application\r\nContent-Type: {declared}; name=a.{target}\r\n"
    return head.encode() + b"Content-Transfer-Encoding: binary\r\n\r\n" + content


# --- A mail --------------------------------------------------------------------------------------


def mail(raw: bytes) -> None:
    """Read, screened, picked, judged and answered: always something, always the same, and nothing untrue."""
    read = parse.mail(raw)
    assert parse.mail(raw) == read, "another mail the second time"
    sound(read)
    whole(raw)
    parse.returned.mails(raw)
    reduced(raw)
    sound(
        parse.header_only(
            raw[:10_000], parts=(ListedPart(name="\x00a.pdf", declared="X/Y", size=1),), size=10**9
        )
    )
    judged(raw)


def sound(read: Mail) -> None:
    """Every field is what its type says, on one line, and can be stored."""
    _MAIL.dump_python(read, warnings="error")
    people = [*([read.sender] if read.sender else []), *read.reply_to, *read.to, *read.cc]
    texts = [read.subject, read.message_id, read.return_path or "", *read.in_reply_to, *read.references]
    texts += [text for pair in read.control for text in pair]
    texts += [text for one in people for text in (one.name, one.address)]
    texts += [*read.delivered_to, *read.links, *read.defects, read.content_type]
    texts += [text for one in read.attachments for text in (one.name, one.declared)]
    for text in texts:
        assert not _UNWANTED.search(text), f"a control character in {text!r}"
    for text in (*texts, read.text, read.new_text):
        text.encode()  # no lone surrogate
    assert "\0" not in read.text + read.new_text
    assert all(header.usable(one.address) for one in people)
    assert all(one.sha256 == sha256(one.content) for one in read.attachments)
    assert len(read.text) <= body.MAX_TEXT
    assert read.date is None or read.date.tzinfo is UTC
    assert all(when.tzinfo is UTC for when in read.received)


def whole(raw: bytes) -> None:
    """Of the parser that was taken come no fewer files than of either alone, or it is said that some stayed closed."""
    head, rest = header.split(raw)
    taken, problems = mime.tree(head, rest)
    if taken is None:
        assert problems, "nothing was read, and nothing said"
        return
    had = _files(taken)
    if defects.hidden(problems) or _BARE_CR.search(raw):
        return  # RFC 5322 2.3: CR and LF stand together only; alone it ends a line for one of the parsers
    for parser in (quick.tree, careful.tree):
        try:
            other = _files(parser(mime.reduced(head, rest)))
        except part.UnreadableError:
            continue
        for what, count in other.items():
            assert had[what] >= count, f"{parser.__name__} finds {count} {what}, {had[what]} were taken"


def _files(tree: part.Part) -> Counter[FileKind]:
    """Files by their content alone; what a text quotes makes it no file."""
    leaves = [one for one in tree.walk() if one.content and not one.nested]
    kinds = (
        kind.of(one.content or b"", "", "text/plain" if one.type.startswith("text/") else "")
        for one in leaves
    )
    return Counter(found for found in kinds if found in _FILES)


def reduced(raw: bytes) -> None:
    """Either parser is given the MIME fields of the header alone, the first of each name, as we have read them."""
    head, rest = header.split(raw)
    given = mime.reduced(head, rest)
    if given is raw:
        return  # large, with a plain header
    first = {name: content for name, content in reversed(head.fields) if name in _MIME_FIELDS}
    seen = [(name, _as_bytes(content)) for name, content in _headers_only(given).raw_items()]
    assert sorted(seen) == sorted(first.items()), f"other fields than ours: {seen}"


def _headers_only(raw: bytes) -> email.message.Message:
    return email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)


def _as_bytes(content: object) -> bytes:
    return str(content).encode("ascii", "surrogateescape")


def judged(raw: bytes) -> None:
    """A plan that can be kept, and at most one reply: to one mailbox, and to nothing automatic."""
    message = Message(key=MessageKey(mailbox="m", uidvalidity=1, uid=1), arrived=NOW, size=len(raw), raw=raw)
    opening = plan.examine(message, rules())
    made = plan.conclude(
        opening,
        _facts(opening.to_open),
        case="K7Q2",
        rules=rules(),
        circumstances=plan.Circumstances(),
        now=NOW,
        token="t",  # noqa: S106 - no secret
    )
    _PLAN.dump_json(made, exclude=_BYTES, warnings="error")
    assert opening.pick.file is None or opening.pick.file in opening.mail.attachments
    if made.reply is None:
        return
    assert opening.screening.kind is not Kind.AUTOMATIC, "an answer to what is automatic"
    assert not opening.screening.silence, f"an answer in spite of: {opening.screening.silence}"
    assert not robot(opening.mail), f"an answer to what is automatic: {robot(opening.mail)}"
    answered(made.reply, opening.mail)


def robot(read: Mail) -> str:
    """Why a mail is automatic, in a few plain rules of our own beside those that are tested."""
    for name, text in read.control:
        said = _COMMENT.sub(" ", text).partition(";")[0].strip().casefold()
        if name == "auto-submitted" and said not in ("", "no"):
            return f"{name}: {text}"
        if name.startswith("list-") or (name == "precedence" and said in ("bulk", "list", "junk")):
            return f"{name}: {text}"
    writers = [*([read.sender] if read.sender else []), *read.reply_to]
    if any(re.match(r"(?i)(?:mailer-daemon|postmaster|no-?reply)@", one.address) for one in writers):
        return "written by a mail system"
    if read.content_type == "multipart/report" or automatic.bounce(read):
        return "a report on delivery"
    return "the null sender" if read.return_path == "" else ""


def answered(reply: Reply, read: Mail) -> None:
    """The reply names one person, once, and says of itself that it is automatic."""
    message = email.message_from_bytes(reply.raw, policy=email.policy.default)
    assert not message.defects
    named = message["to"]
    assert isinstance(named, headerregistry.AddressHeader)
    if reply.recipient.rpartition("@")[0].isascii():  # else the field names nobody, and the envelope the one
        assert [one.username for one in named.addresses] == [reply.recipient.rpartition("@")[0]], (
            f"To: {named}"
        )
    else:
        assert not named.addresses, f"To: {named}"
    assert header.usable(reply.recipient)
    allowed = [one.address for one in (*read.reply_to, *([read.sender] if read.sender else []))]
    assert reply.recipient in allowed, f"{reply.recipient} has not written"
    counts = Counter(name.lower() for name in message)
    assert max(counts.values()) == 1, f"a field twice: {counts}"
    assert not counts["cc"], "a copy"
    assert not counts["bcc"], "a blind copy"
    assert message["auto-submitted"] == "auto-replied"


@lru_cache(maxsize=1)
def rules() -> plan.Rules:
    """As they are shipped."""
    installation = wiring.load(CONFIG)
    return wiring.rules(installation, next(iter(installation.settings.mailbox)))


def _facts(content: bytes | None) -> PdfFacts | None:
    """What the child might say of a file, by chance of its hash: nothing, a fault, a letter, everything."""
    if content is None:
        return None
    digest = sha256(content)
    letter = (
        "Dear committee,",
        "I hereby apply for the postdoc position in Causal Inference.",
        "Yours sincerely",
    )
    cv = ("Curriculum vitae", "Education", "2019 - 2023 PhD", "Work experience", "Publications")
    degree = (
        "University of X",
        "Diploma",
        "has been awarded the degree of Master of Science",
        "Final grade 1.3",
    )
    pages = {0: (), 1: (letter,), 2: (letter, cv, degree), 3: (letter, cv)}[int(digest[0], 16) % 4]
    faults = (FileFault(tuple(FileFault)[int(digest[1], 16) % 8]),) if int(digest[2], 16) % 3 == 0 else ()
    return PdfFacts(
        sha256=digest,
        size=len(content),
        page_count=len(pages),
        pages=tuple(_page(number, lines) for number, lines in enumerate(pages, 1)),
        faults=faults,
    )


def _page(number: int, texts: tuple[str, ...]) -> PageFacts:
    lines = tuple(Line(text=text, size=11, x=70, y=800 - 20 * row) for row, text in enumerate(texts))
    return PageFacts(number=number, width=595, height=842, lines=lines)


# --- The small readers ---------------------------------------------------------------------------


def field(content: bytes) -> None:
    """One value of a header, read as every kind of value."""
    text = charset.text(content)
    assert not _UNWANTED.search(header.decoded(text))
    for found in header.addresses(text):
        assert header.usable(found.address)
        assert not _UNWANTED.search(found.name)
        assert _alone(found)
    for one in (*header.ids(text), header.message_id(text), *header.parameters("x;" + text).values()):
        assert not _UNWANTED.search(one)
    when = header.date(text)
    assert when is None or when.tzinfo is UTC
    assert words.fold(words.fold(text)) == words.fold(text)


def _alone(found: Address) -> bool:
    return found.address.count("@") == 1 and not set(found.address) & set(' ,;<>"()')


def outlook(content: bytes) -> None:
    """winmail.dat: what is no TNEF is refused in one way only."""
    try:
        read = tnef.message(content)
    except tnef.BrokenError:
        pass
    else:
        assert sum(len(file.content) for file in read.files) <= len(content)
    mail(enclosed("tnef", content))


def archive(content: bytes) -> None:
    """A ZIP file: names on one line each, never more than are looked at."""
    assert len(archives.names(content)) <= 401
    assert len(archives.pdfs(content)) <= 20
    mail(enclosed("zip", content))


def signed(content: bytes) -> None:
    """An S/MIME envelope."""
    mail(enclosed("p7m", content))


def text(content: bytes) -> None:
    """A text: in any charset, flowed or not, quoted or new, of whatever language."""
    for declared in _CHARSETS:
        charset.text(content, declared).encode()
    charset.base64(content)
    shown = charset.text(content, "utf-8")
    new = body.new(shown)
    assert len(new) <= len(shown)
    body.flowed(shown, delsp=True)
    assert language.of(shown) in ("en", "de")
    folded = words.fold(shown)
    assert words.fold(folded) == folded
    concerns.urgent(folded)
    concerns.third_party(folded)
    mail(b"From: a@x.example\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n" + content)


def page(content: bytes) -> None:
    """An HTML text."""
    shown, links, _ = markup.read(charset.text(content))
    shown.encode()
    assert all(link.lower().startswith("http") for link in links)
    mail(b"From: a@x.example\r\nContent-Type: text/html\r\n\r\n" + content)


_CHECKS = dict(zip(TARGETS, (mail, field, outlook, archive, signed, text, page), strict=True))
