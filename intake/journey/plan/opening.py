"""A message read and screened, and what must be opened before it can be judged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from intake.journey import (
    automatic,
    decide,
    file,
    joining,
    parse,
    pick,
    recognise,
    reply,
    route,
    screen,
    threads,
    traffic,
)
from intake.journey.recognise import wanted
from intake.model import (
    Address,
    Attachment,
    DocumentKind,
    FileKind,
    Group,
    Institution,
    Kind,
    Mail,
    Message,
    PageFacts,
    PageReading,
    PdfFacts,
    Pick,
    Position,
    ProblemCode,
    Recognition,
    Returned,
    Screening,
    sha256,
    value,
)

NUMBER = re.compile(r"\b[B-DF-HJ-NP-TV-XZ2-9]{4,6}\b")  # a case number


KEPT_TEXT = 20_000  # characters of a mail's text that a recorded plan keeps for the summary page


@value
class Rules:
    """Everything the steps know besides the message: one consistent set of an admin's rules."""

    screen: screen.Rules
    pick: pick.Rules
    recognise: recognise.Rules
    route: route.Rules
    decide: decide.Rules
    texts: reply.Texts
    groups: tuple[Group, ...]
    positions: tuple[Position, ...]
    institution: Institution
    sender: Address  # who replies
    traffic: traffic.Limits
    merge: bool = False  # several PDFs of one mail are joined, and not asked for again as one
    correction_delay: timedelta = timedelta()  # corrections wait so long for a second mail of the applicant
    key: bytes = field(default=b"", repr=False)  # signs the Message-IDs of our replies; b"" does not
    old_keys: tuple[bytes, ...] = field(default=(), repr=False)  # they signed before, and are still believed

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All keys by which an id of ours is known, for ``threads.case_of``."""
        return tuple(key for key in (self.key, *self.old_keys) if key)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.institution.time_zone)

    @property
    def domain(self) -> str:
        return self.sender.address.rpartition("@")[2]


@value
class Opening:
    """A message read and screened. ``pick.file`` is what must be opened before it can be judged."""

    message: Message
    mail: Mail
    screening: Screening
    pick: Pick
    content_key: str
    returned: Returned | None = None  # of a report on delivery: which mails came back
    papers: tuple[str, ...] = ()  # hashes of the PDFs of which ``pick.file`` is joined, in their order
    stays: str = ""  # the folder in which the mail is left, whatever is decided; "" moves it

    @property
    def to_open(self) -> bytes | None:
        return self.pick.file.content if self.pick.file else None

    @property
    def about(self) -> str:
        """The core of its subject, hashed, by which replies are counted."""
        return traffic.subject_core(self.mail.subject)

    @property
    def answers(self) -> tuple[str, ...]:
        """Message-IDs that the mail answers, nearest first."""
        return tuple(dict.fromkeys((*self.mail.in_reply_to, *reversed(self.mail.references))))

    def content(self, wanted: str) -> bytes:
        """The bytes of the message or of an attachment by hash. KeyError when it holds no such file."""
        # The attachments first: their hashes are known, and the message's costs a megabyte's.
        for attachment in self.mail.attachments:
            if attachment.sha256 == wanted:
                return attachment.content
        if self.message.sha256 == wanted:
            return self.message.raw
        raise KeyError(wanted)


def files_of(raw: bytes) -> dict[str, bytes]:
    """The files in a raw mail by their hash."""
    return {item.sha256: item.content for item in parse.mail(raw).attachments}


def examine(message: Message, rules: Rules) -> Opening:
    """Steps 2 to 4: parse, screen, pick. Never raises for what a mail holds."""
    mail = _parsed(message)
    screening = screen.mail(mail, rules.screen)
    chosen = pick.file(mail, rules.pick) if screening.kind is Kind.APPLICATION else Pick()
    return Opening(
        message=message,
        mail=mail,
        screening=screening,
        pick=chosen,
        content_key=_content_key(message, mail),
        returned=parse.returned.mails(message.raw) if automatic.bounce(mail) else None,
    )


JUNK = "junk:"  # before the content key of a mail in junk: it is no original of one that a person rescues


def worth_listing(message: Message, rules: Rules) -> bool:
    """Whether a mail in the folder of suspected junk is one that a person should see."""
    return screen.worth_listing(_parsed(message), rules.screen)


def examine_junk(message: Message, rules: Rules, *, folder: str) -> Opening:
    """The same as ``examine`` for such a mail: it is filed for a person, never answered and never moved."""
    opening = examine(message, rules)
    why = "it lies in the folder of suspected junk"
    screening = replace(
        opening.screening,
        kind=Kind.APPLICATION,
        silence=why,
        for_review=f"{why}: a person must say whether it is an application",
    )
    return replace(
        opening,
        screening=screening,
        pick=pick.file(opening.mail, rules.pick),
        content_key=JUNK + opening.content_key,
        returned=None,
        stays=folder,
    )


def to_merge(opening: Opening, rules: Rules) -> tuple[Attachment, ...]:
    """The PDFs of a mail that are to be one application, where an admin wants them joined; else ()."""
    several = any(problem.code is ProblemCode.SEVERAL_FILES for problem in opening.pick.problems)
    return pick.pdfs(opening.mail, rules.pick) if rules.merge and several else ()


def order_of(found: Sequence[PdfFacts], opening: Opening, rules: Rules) -> tuple[int, ...]:
    """The order in which files are joined: letter, CV, certificates; () when they must stay apart."""
    if not joining.may_join(found):
        return ()
    seen = [recognised(facts, opening.mail, rules) for facts in found]
    return joining.order([one for one in seen if one])


def merged(
    opening: Opening, parts: Sequence[Attachment], found: Sequence[PdfFacts], content: bytes
) -> tuple[Opening, PdfFacts]:
    """The opening with the joined file in the place of its parts, and what is known of it."""
    whole = Attachment(name=file.APPLICATION, declared="application/pdf", kind=FileKind.PDF, content=content,
                       sha256=sha256(content))  # fmt: skip
    named = ", ".join(part.name or "a file without a name" for part in parts)
    chosen = Pick(file=whole, reasons=(f"{len(parts)} PDF files joined, in this order: {named}",))
    papers = tuple(part.sha256 for part in parts)
    return replace(opening, pick=chosen, papers=papers), joining.facts(found, whole.sha256, whole.size)


def to_read(
    subject: Opening | Pick, facts: PdfFacts, rules: Rules, *, tried: frozenset[int] = frozenset()
) -> tuple[int, ...]:
    """Pages of the opened file that OCR should read next, most valuable first; () when enough is known.

    subject: a message, or the choice of a file that nobody mailed; tried: pages that could not be read.
    """
    if isinstance(subject, Opening) and subject.screening.for_review:
        return ()  # a person looks at it, whatever its pages say
    return wanted.pages_to_read(
        facts,
        rules=rules.recognise,
        required=tuple(DocumentKind),
        mail_text=subject.mail.new_text if isinstance(subject, Opening) else "",
        tried=tried,
    )


def with_reading(facts: PdfFacts, page: int, reading: PageReading) -> PdfFacts:
    """The facts with one page as OCR read it."""
    return wanted.with_reading(facts, page, reading)


def recognised(facts: PdfFacts | None, mail: Mail, rules: Rules) -> Recognition | None:
    """The documents of a file that came with this mail; None where there is no file to judge."""
    if facts is None:
        return None
    found = recognise.documents(
        facts, rules=rules.recognise, required=tuple(DocumentKind), mail_text=mail.new_text
    )
    read = [page for page in facts.pages if page.ocr]
    if not read:
        return found
    told = "read by OCR: " + ", ".join(_how_read(page) for page in read)
    return replace(found, ocr=tuple(page.number for page in read), reasons=(told, *found.reasons))


def _how_read(page: PageFacts) -> str:
    turned = f", turned by {page.turned}°" if page.turned else ""
    return f"p. {page.number} ({page.certainty:.0%} certain{turned})"


def numbers(text: str) -> tuple[str, ...]:
    """What may be case numbers in a subject: in brackets, as our replies write them, or alone."""
    return tuple(dict.fromkeys(NUMBER.findall(text.upper() if "[" in text else text)))[:5]


def address_of(opening: Opening) -> str:
    """The sender's address in lower case, or ""."""
    return opening.mail.sender.address.lower() if opening.mail.sender else ""


def signed_case(opening: Opening, rules: Rules) -> str:
    """The case of the Message-ID of ours that the mail answers, known by its signature alone, or ""."""
    found = (threads.case_of(one, rules.keys) for one in opening.answers)
    return next((case for case in found if case), "")


def recipient_of(opening: Opening) -> str:
    """The address a reply would go to, or ""."""
    recipient = whom(opening.mail)
    return recipient.address if recipient else ""


def whom(mail: Mail) -> Address | None:
    """Whom to answer: Reply-To if it holds exactly one mailbox, else From (RFC 5322 3.6.2, RFC 3834 4)."""
    wished = mail.reply_to[0] if len(mail.reply_to) == 1 else mail.sender
    return next((one for one in (wished, mail.sender) if one and reply.answerable(one)), None)


def _parsed(message: Message) -> Mail:
    if message.whole:
        return parse.mail(message.raw)
    return parse.header_only(message.raw, parts=message.parts, size=message.size)


def _content_key(message: Message, mail: Mail) -> str:
    """What makes two deliveries the same message: a retried one differs in its Received fields only.

    Without a Message-ID the raw bytes. Of a mail too large to download nobody knows the contents: there its
    whole header counts, Received fields included, so that another delivery is another message; not its UID,
    which a rebuilt mailbox changes.
    """
    if not message.whole:
        return "large:" + sha256(message.raw + b"\0" + str(message.size).encode())
    if not mail.message_id:
        return "raw:" + message.sha256
    digest = hashlib.sha256()
    sender = mail.sender.address if mail.sender else ""
    date = mail.date.isoformat() if mail.date else ""
    for part in (mail.message_id, sender, date, mail.text, *(one.sha256 for one in mail.attachments)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return "mail:" + digest.hexdigest()
