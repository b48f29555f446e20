"""Step 3: may we answer this mail, and is it an application at all?

Three questions, each answered by one table or one short rule list: is it from a machine
(:mod:`intake.journey.automatic`, after RFC 3834 and RFC 5230 4.6), is there a reason for silence (``_SILENCES``),
and does a person apply here (``_applies``). Not answering never means not filing: whatever carries an
application paper is an application, and goes to a person where no reply may leave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rapidfuzz import fuzz

from intake.journey import authenticity, automatic, concerns, defects, language, scans, sharing, words
from intake.model import Address, Attachment, Concern, FileKind, Kind, Mail, Screening, value


@value
class Rules:
    """What admins may change about screening. Phrases match whole words, however they are written
    (case, ä or ae); a ``*`` at the end lets the word go on."""

    # The mailbox itself and every other name it has. Plus-addresses of these count as these.
    addresses: tuple[str, ...] = ()
    # People of the institution who write into this mailbox: filed, never answered. Addresses, never
    # a whole domain: people apply from partner universities too.
    staff: tuple[str, ...] = ()
    # The name by which our own mail server signs Authentication-Results; "" believes nobody's.
    authserv_id: str = ""
    # A mail with a file and none of these is still an application, unless ``other_words`` explain it.
    application_words: tuple[str, ...] = (
        "application", "applications", "apply", "applying", "applied", "applicant", "candidate", "candidacy",
        "position", "vacancy", "postdoc", "postdoctoral", "young investigator group", "junior research group",
        "cover letter", "motivation letter", "letter of motivation", "cv", "curriculum vitae", "resume",
        "bewerb*", "stellenausschreibung", "stellenanzeige", "stelle", "lebenslauf", "motivationsschreiben",
        "anschreiben", "unterlagen", "zeugnis*", "nachwuchsgruppe*",
    )  # fmt: skip
    # The sender applies in this very mail.
    applying_words: tuple[str, ...] = (
        "i hereby apply", "hereby apply", "i am applying for", "i'm applying for", "i apply for",
        "i herewith apply", "herewith apply", "i hereby submit", "i am submitting my application",
        "i submit my application", "i am writing to apply", "i am writing to submit my application",
        "my application for", "i wish to apply", "please accept my application", "please consider my application",
        "hiermit bewerbe ich mich", "bewerbe ich mich", "ich bewerbe mich", "meine bewerbung um",
        "meine bewerbung fuer", "meine bewerbung auf", "hiermit sende ich ihnen meine bewerbung",
    )  # fmt: skip
    # The sender means to have put something into this mail.
    enclosure_words: tuple[str, ...] = (
        "attached", "i attach", "i am attaching", "i'm attaching", "attaching", "in the attachment",
        "as an attachment", "as attachment", "see attachment", "see the attachment", "enclosed", "i enclose",
        "enclosing", "herewith i send", "anbei", "im anhang", "als anhang", "in der anlage", "als anlage",
        "beigefuegt*", "angehaengt*", "angefuegt*", "beiliegend*", "haenge ich", "fuege ich", "siehe anhang",
        "anhaengend",
    )  # fmt: skip
    # With one of these, or a question mark, a mail without a file is a question.
    question_words: tuple[str, ...] = (
        "question", "questions", "i was wondering", "i wonder", "could you tell me", "could you please tell me",
        "would like to know", "would like to ask", "want to ask", "inquire", "enquire", "inquiry", "still open",
        "still available", "any news", "any update", "status of my application", "frage", "fragen",
        "ich wuerde gerne wissen", "moechte wissen", "wollte fragen", "moechte fragen", "rueckfrage",
        "noch offen", "noch frei", "stand meiner bewerbung", "nachfragen", "erkundigen",
    )  # fmt: skip
    # What else people send PDFs for, in subject and file names. Counts only where nothing in the mail
    # speaks of an application.
    other_words: tuple[str, ...] = (
        "invoice", "invoices", "payment reminder", "overdue", "purchase order", "quotation", "price list",
        "call for papers", "cfp", "call for participation", "call for abstracts", "newsletter", "brochure",
        "rechnung*", "mahnung", "zahlungserinnerung", "lieferschein", "kostenvoranschlag",
        "auftragsbestaetigung", "programmheft", "infobrief", "rundschreiben",
    )  # fmt: skip
    share_hosts: tuple[str, ...] = sharing.HOSTS
    # An attached image at least this large (bytes) may be a scan. A page photographed or scanned at
    # 150 dpi takes 100 kB and more, logos of signatures below 50 kB.
    scan_bytes: int = 60_000
    # A mail text of this many characters may itself be the letter; half a page.
    letter_characters: int = 900


def mail(mail: Mail, rules: Rules) -> Screening:
    """Whether to answer, and what the mail is. Never raises, decides on any mail."""
    case = _read(mail, rules)
    spoken = language.of(f"{mail.subject}\n{mail.new_text}")
    signs = automatic.signs(mail)
    named = tuple(f"{sign.name} ({sign.authority})" for sign in signs)
    applies = bool(case.speaks) and (bool(case.papers) or bool(case.enclosing) or bool(case.applying))
    silence = _silence(_Asked(mail=mail, rules=rules, signs=named, applies=applies))
    if signs and not _worth_a_look(case, weak=all(sign.weak for sign in signs)):
        return Screening(kind=Kind.AUTOMATIC, language=spoken, silence=silence, reasons=named)
    kind, why = _applies(case)
    return Screening(
        kind=kind,
        language=spoken,
        silence=silence,
        for_review=next(_reviews(case, rules, kind, named), ""),
        neutral=_neutral(mail),
        concern=case.concern,
        password=concerns.passwords(case.text),
        third_party=case.passes_on or bool(case.about_others) or _of_staff(mail, rules),
        speaks=bool(case.speaks or case.applying),
        reasons=(*named, why),
    )


def worth_listing(mail: Mail, rules: Rules) -> bool:
    """Whether a mail in the folder of suspected junk may be an application after all (POLICY, Automatic is not
    worthless): it has a PDF, or speaks of an application, and is not clearly something else."""
    case = _read(mail, rules)
    signs = automatic.signs(mail)
    if signs and not _worth_a_look(case, weak=all(sign.weak for sign in signs)):
        return False
    pdf = any(one.kind is FileKind.PDF for one in case.papers)
    return bool(case.speaks or case.applying) or (pdf and not case.other)


# --- What the mail holds ---------------------------------------------------------------------------


@value
class _Case:
    """A mail as the rules see it: text folded, files sorted, phrases found."""

    mail: Mail
    text: str  # subject and new text, folded
    papers: tuple[Attachment, ...]  # PDF, office, archive and encrypted files: what an application may be
    scans: tuple[Attachment, ...]
    shares: tuple[str, ...]
    speaks: tuple[str, ...]  # application words of subject, text and file names
    applying: tuple[str, ...]
    enclosing: tuple[str, ...]
    asks: bool
    concern: Concern | None
    passes_on: bool  # a mail of somebody else lies in it, or below it, and the writer does not apply
    about_others: tuple[str, ...]  # phrases by which the mail speaks for, or of, somebody else
    other: tuple[str, ...]  # words for other papers, of subject and file names
    long: bool


_READ = 30_000  # characters of text that are searched: ten pages, in 40 ms
_SHORT = 200  # characters: below it a mail is a cover note ("Here are my files. Best, Jo")
_PAPERS = (FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.ENCRYPTED)


def _read(mail: Mail, rules: Rules) -> _Case:
    names = " ".join([*(one.name for one in mail.attachments), *(one.name for one in mail.listed)])
    text = words.fold(f"{mail.subject}\n{mail.new_text[:_READ]}")
    # File names join their words with anything: "Rechnung_2025-11.pdf".
    named = words.fold(re.sub(r"[\W_]+", " ", names))
    return _Case(
        mail=mail,
        text=text,
        papers=tuple(one for one in mail.attachments if one.kind in _PAPERS),
        scans=tuple(one for one in mail.attachments if scans.may_be(one, least=rules.scan_bytes)),
        shares=sharing.files(mail.links, rules.share_hosts),
        speaks=words.found(f"{text} {named}", rules.application_words),
        applying=words.found(text, rules.applying_words),
        enclosing=words.found(text, rules.enclosure_words),
        asks="?" in mail.new_text or bool(words.found(text, rules.question_words)),
        concern=concerns.urgent(text),
        passes_on=_passes_on(mail, rules),
        about_others=concerns.third_party(text),
        other=words.found(words.fold(f"{mail.subject} {named}"), rules.other_words),
        long=len(mail.new_text) >= rules.letter_characters,
    )


_SAME_NAME = 85  # per cent of RapidFuzz's token_set_ratio: "Ferreira, Nadia" is "Nadia Ferreira (she/her)"
_OWN = ("my application", "my cv", "my documents", "my papers", "meine bewerbung", "meinen lebenslauf", "meine unterlagen",
        "meiner bewerbung")  # fmt: skip


def _passes_on(mail: Mail, rules: Rules) -> bool:
    """Whether the application, if it is one, is that of the writer of a mail that is passed on. Somebody who
    forwards our advertisement, and applies above it, applies; and so does who forwards a mail of their own."""
    inner = mail.forwarded
    if inner is None or mail.sender is None or _same_person(inner.sender, mail.sender):
        return False
    if _mailbox(inner.sender.address) in {_mailbox(address) for address in rules.addresses}:
        return False
    note = words.fold(inner.note)
    return inner.papers or not (words.found(note, rules.applying_words) or words.found(note, _OWN))


def _same_person(one: Address, other: Address) -> bool:
    same_name = fuzz.token_set_ratio(words.fold(one.name), words.fold(other.name)) >= _SAME_NAME
    mine, theirs = one.address.casefold(), other.address.casefold()
    local = mine.partition("@")[0] == theirs.partition("@")[0]
    return mine == theirs or bool(mine and local) or bool(one.name and other.name and same_name)


# --- From a machine? -------------------------------------------------------------------------------


def _worth_a_look(case: _Case, *, weak: bool) -> bool:
    """Whether an automatic mail carries what a person must see: a paper of its own, or, when only
    weak signs call it automatic, the text of an application.

    A bounce gives our own mail back, or one that was sent in our name: papers in it are nobody's
    application. Reports do so by definition (RFC 6522), older bounces in a mail inside the mail.
    """
    if automatic.report(case.mail):
        return False
    returned = automatic.bounce(case.mail)
    if returned and (not case.papers or defects.FORWARDED in case.mail.defects):
        return False
    if case.mail.too_large is not None or case.papers or case.shares or defects.hidden(case.mail.defects):
        return True
    return weak and bool(case.applying or (case.speaks and case.enclosing))


# --- May we answer? --------------------------------------------------------------------------------


@value
class _Asked:
    """What a reason for silence looks at."""

    mail: Mail
    rules: Rules
    signs: tuple[str, ...]  # that a machine wrote it, named
    applies: bool

    @property
    def writers(self) -> tuple[str, ...]:
        """The addresses to which an answer could go."""
        sender = (self.mail.sender,) if self.mail.sender else ()
        return tuple(one.address for one in (*sender, *self.mail.reply_to))


@value
class _Silence:
    """A reason not to answer: its name, as the ledger keeps it, and its authority."""

    name: str
    authority: str
    holds: Callable[[_Asked], bool]


def _is_ours(asked: _Asked) -> bool:
    own = {_mailbox(address) for address in asked.rules.addresses}
    return any(_mailbox(address) in own for address in asked.writers)


def _is_staff(asked: _Asked) -> bool:
    staff = {one.casefold() for one in asked.rules.staff}
    return any(address.casefold() in staff for address in asked.writers)


# All reasons, the strongest first: the first that holds is told. What a machine is, is the table of
# :mod:`intake.journey.automatic`. Further reasons know more than the mail: the worker's (a person has
# answered; taken in without replies) and the limits of :mod:`intake.journey.traffic`.
#
# Not among them: our address in none of To and Cc. That rule of RFC 5230 4.5 is for a person's vacation
# notes; we are a service (RFC 3834 1), and somebody who put us into Bcc waits for an answer too.
_SILENCES: tuple[_Silence, ...] = (
    _Silence(
        name="automatic",
        authority="RFC 3834 2, RFC 5230 4.6",
        holds=lambda asked: bool(asked.signs),
    ),
    _Silence(
        name="no usable sender address",
        authority="RFC 3834 4",
        holds=lambda asked: asked.mail.sender is None,
    ),
    _Silence(
        name="the sender's domain disowns this mail (DMARC)",
        authority="RFC 7489: whoever is named in it has not written it",
        holds=lambda asked: authenticity.dmarc_failed(asked.mail, asked.rules.authserv_id),
    ),
    _Silence(
        name="the sender is this mailbox itself",
        authority="RFC 3834 2: an answer would come back for ever",
        holds=_is_ours,
    ),
    _Silence(name="the sender belongs to the staff", authority="POLICY, Third parties", holds=_is_staff),
    _Silence(
        name="answers would go to a mail system",
        authority="RFC 5230 4.6",
        holds=lambda asked: any(map(automatic.answers_nobody, asked.writers)),
    ),
    _Silence(
        name="X-Auto-Response-Suppress forbids automatic answers",
        authority="MS-OXCMAIL 2.2.3.2.14",
        holds=lambda asked: automatic.suppressed(asked.mail, applies=asked.applies),
    ),
)


def _silence(asked: _Asked) -> str:
    """The first reason not to answer, in words, or ""."""
    reason = next((one for one in _SILENCES if one.holds(asked)), None)
    if reason is None:
        return ""
    return f"{reason.name}: {asked.signs[0]}" if asked.signs else reason.name


def _mailbox(address: str) -> str:
    """An address for comparing: no case, and without the detail of a plus-address (RFC 5233)."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _elsewhere(mail: Mail, own: set[str]) -> bool:
    named = [*(one.address for one in (*mail.to, *mail.cc)), *mail.delivered_to]
    return bool(own and named) and not any(_mailbox(address) in own for address in named)


def _reviews(case: _Case, rules: Rules, kind: Kind, signs: tuple[str, ...]) -> Iterator[str]:
    """Every reason of POLICY that asks for a person to look, the strongest first."""
    if case.concern and not signs:
        yield f"{case.concern.value}; a person must answer it"
    if signs and kind is Kind.APPLICATION:
        yield f"automatic ({signs[0]}), but it carries what may be an application"
    if authenticity.dmarc_failed(case.mail, rules.authserv_id):
        yield "the sender's domain disowns this mail (DMARC): it may not be from who it says"
    for what in defects.hidden(case.mail.defects):
        yield f"could not be opened: {what}"
    if _elsewhere(case.mail, {_mailbox(address) for address in rules.addresses}):
        yield "this mailbox is in none of To, Cc and Delivered-To"
    if kind is not Kind.APPLICATION:
        return
    if _of_staff(case.mail, rules):
        yield "from the staff: whoever applies is somebody else"
    if case.passes_on:
        yield "passes on a mail of somebody else"
    if case.about_others:
        yield f"speaks of somebody else who applies ({_quote(case.about_others)})"


def _of_staff(mail: Mail, rules: Rules) -> bool:
    staff = {one.casefold() for one in rules.staff}
    return mail.sender is not None and mail.sender.address.casefold() in staff


def _neutral(mail: Mail) -> str:
    """An answer that goes elsewhere than the mail came from may reach somebody else: it says nothing of what
    the papers hold (POLICY, Third parties)."""
    domains = {one.address.rpartition("@")[2].casefold() for one in mail.reply_to}
    if mail.sender and domains - {mail.sender.address.rpartition("@")[2].casefold()}:
        return "Reply-To names another domain than From"
    return ""


# --- An application? -------------------------------------------------------------------------------


def _applies(case: _Case) -> tuple[Kind, str]:
    """What a person's mail is, and why. In doubt an application where there is a file, because then
    a person sees it, and a question where there is none, because then nobody is told a falsehood."""
    if case.mail.too_large is not None:
        return Kind.APPLICATION, "too large to read: taken for an application"
    if case.papers:
        return _applies_with_paper(case)
    if case.scans and (case.speaks or not case.asks):
        return Kind.APPLICATION, _because("images that may be scans", case)
    if case.shares and (case.speaks or case.enclosing):
        return Kind.APPLICATION, _because("a link to a share service", case)
    return _applies_in_words(case)


def _applies_with_paper(case: _Case) -> tuple[Kind, str]:
    """The same for a mail with a file. A PDF needs a reason to be something else; an office file or
    an archive, which people send one another for everything, needs one to be an application."""
    if case.other and not case.speaks:
        return Kind.INQUIRY, f"a file, but the mail speaks of {_quote(case.other)} and of no application"
    pdf = any(one.kind is FileKind.PDF for one in case.papers)
    correspondence = bool(case.mail.in_reply_to) or len(case.mail.new_text) >= _SHORT
    if correspondence and not (pdf or case.speaks or case.enclosing):
        return Kind.INQUIRY, "a file that is no PDF, in a correspondence that speaks of no application"
    return Kind.APPLICATION, _because("a file", case)


def _applies_in_words(case: _Case) -> tuple[Kind, str]:
    """The same for a mail without any file: one that forgot it is an application."""
    if case.speaks and case.enclosing:
        return Kind.APPLICATION, f"no file, but {_quote(case.speaks)} and {_quote(case.enclosing)}"
    if case.applying and (case.long or not case.asks):
        return Kind.APPLICATION, f"applies in its text ({_quote(case.applying)})"
    if case.speaks and not case.mail.text.strip():
        return Kind.APPLICATION, f"an empty mail with the subject of an application ({_quote(case.speaks)})"
    if case.asks:
        return Kind.INQUIRY, "a question without any file"
    return Kind.INQUIRY, "neither a file nor words of somebody who applies"


def _because(what: str, case: _Case) -> str:
    spoken = f"and the mail speaks of {_quote(case.speaks)}" if case.speaks else "in doubt an application"
    return f"{what}, {spoken}"


def _quote(phrases: tuple[str, ...]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in phrases[:3])
