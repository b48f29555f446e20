"""Step 4: which file of the mail is the application? Exactly one PDF, or a problem that says why not."""

from __future__ import annotations

import re
from dataclasses import replace

from intake.journey import archives, scans, sharing, words
from intake.model import Attachment, FileKind, Mail, Pick, Problem, ProblemCode, value


@value
class Rules:
    """What admins may change about choosing the file."""

    # The largest mail that is downloaded, in bytes.
    max_mail_bytes: int = 40_000_000
    # Hosts whose links stand for a file; see ``sharing.HOSTS``.
    share_hosts: tuple[str, ...] = sharing.HOSTS
    # An attached image at least this large may be a scanned page; see ``screen.Rules.scan_bytes``.
    scan_bytes: int = 60_000
    # One image beside a PDF is the applicant's photo when its name holds one of these.
    photo_words: tuple[str, ...] = (
        "photo", "foto", "portrait*", "passfoto*", "passbild*", "bewerbungsfoto*", "bewerbungsbild*", "bild",
        "picture", "headshot", "profile", "profilbild", "selfie", "me",
    )  # fmt: skip

    @property
    def max_file_bytes(self) -> int:
        """What an applicant may be told: files grow in a mail by Base64 and its line ends (RFC 2045 6.8,
        76 characters and CRLF for 57 bytes), and the text beside them takes a little."""
        return int(self.max_mail_bytes / 1.38)


_TINY = 5_000  # bytes: icons of social networks in signatures, tracking pixels
_NOTE = 500  # bytes: a text file shorter than this is a list footer or a virus scanner's remark
_SUPPORTED = (FileKind.OFFICE, FileKind.ARCHIVE)


def file(mail: Mail, rules: Rules) -> Pick:
    """The one PDF of the mail, or the problem with what it holds. Never raises."""
    if mail.too_large is not None:
        names = tuple(part.name for part in mail.listed if part.name)
        problem = Problem(
            code=ProblemCode.TOO_LARGE,
            files=names,
            limit=rules.max_file_bytes,
            detail=f"{mail.too_large} bytes",
        )
        return Pick(problems=(problem,), reasons=("too large to download",))
    files, ignored = _counted(mail, rules)
    pdfs = [one for one in files if one.kind is FileKind.PDF]
    empty = [one for one in pdfs if not one.content]
    others = [one for one in files if one.kind is not FileKind.PDF]
    if len(pdfs) + len(others) > 1 and pdfs:
        problems = [
            _problem(ProblemCode.SEVERAL_FILES, files),
            *([_problem(ProblemCode.EMPTY, empty)] if empty else []),
        ]
        return Pick(problems=tuple(problems), reasons=(f"{len(files)} files", *ignored))
    if empty:
        return Pick(
            problems=(_problem(ProblemCode.EMPTY, empty),), reasons=("the PDF holds no bytes", *ignored)
        )
    if pdfs:
        return Pick(file=pdfs[0], reasons=(f"the only PDF: {_called(pdfs[0])}", *ignored))
    return _without_pdf(mail, rules, others, ignored)


def _without_pdf(mail: Mail, rules: Rules, others: list[Attachment], ignored: tuple[str, ...]) -> Pick:
    """Why there is no PDF to read: encrypted mail, other files, a link, or nothing at all."""
    if locked := [one for one in others if one.kind is FileKind.ENCRYPTED]:
        return Pick(problems=(_problem(ProblemCode.ENCRYPTED, locked),), reasons=("encrypted mail", *ignored))
    if others := others or _stray(mail):
        reason = ", ".join(f"{_called(one)} is {one.kind}" for one in others[:10])
        inside = tuple(
            name for one in others if one.kind is FileKind.ARCHIVE for name in archives.pdfs(one.content)
        )
        problem = replace(_problem(ProblemCode.NOT_A_PDF, others), inside=inside)
        return Pick(problems=(problem,), reasons=(reason, *ignored))
    if shares := sharing.files(mail.links, rules.share_hosts):
        problem = Problem(code=ProblemCode.LINK_INSTEAD_OF_FILE, detail=" ".join(shares[:5])[:500])
        return Pick(problems=(problem,), reasons=("no file, but a link to a share service", *ignored))
    return Pick(problems=(Problem(code=ProblemCode.NO_ATTACHMENT),), reasons=("no file", *ignored))


def pdfs(mail: Mail, rules: Rules) -> tuple[Attachment, ...]:
    """The PDFs that were sent on purpose, each once; () where one is empty or another file lies beside them."""
    files, _ = _counted(mail, rules)
    return tuple(files) if all(one.kind is FileKind.PDF and one.content for one in files) else ()


def brings_a_file(mail: Mail, rules: Rules) -> bool:
    """Whether a file, or a link in place of one, was sent at all."""
    codes = {problem.code for problem in file(mail, rules).problems}
    return ProblemCode.NO_ATTACHMENT not in codes


# --- Which attachments count -----------------------------------------------------------------------


def _counted(mail: Mail, rules: Rules) -> tuple[list[Attachment], tuple[str, ...]]:
    """The files that an applicant sent on purpose, and in words which attachments were passed over.

    Beside a PDF, a single picture that its name calls a photo belongs to nobody's certificates.
    """
    files: dict[str, Attachment] = {}
    ignored: list[str] = []
    for one in mail.attachments:
        if not _counts(one, rules):
            ignored.append(f"{_called(one)} not counted ({one.kind}{', inline' if one.inline else ''})")
        elif one.sha256 in files:
            ignored.append(f"{_called(one)} is {_called(files[one.sha256])} once more")
        else:
            files[one.sha256] = one
    images = [one for one in files.values() if one.kind is FileKind.IMAGE]
    if len(images) == 1 and len(files) > 1 and _photo(images[0], rules):
        del files[images[0].sha256]
        ignored.append(f"{_called(images[0])} taken for a photo")
    return list(files.values()), tuple(ignored)


def _counts(one: Attachment, rules: Rules) -> bool:
    if one.kind is FileKind.PDF:
        return True  # inline ones too: Apple Mail shows every PDF in the text
    if one.kind is FileKind.IMAGE:
        return scans.may_be(one, least=rules.scan_bytes)
    if one.kind is FileKind.ENCRYPTED:
        return one.size > 0
    if _claims_pdf(one):
        return True
    return one.kind in _SUPPORTED


def _claims_pdf(one: Attachment) -> bool:
    """A file that calls itself a PDF and is something else was meant as the application."""
    return one.name.lower().endswith(".pdf") and one.kind in (FileKind.TEXT, FileKind.OTHER)


def _photo(image: Attachment, rules: Rules) -> bool:
    return bool(words.found(words.fold(re.sub(r"[\W_\d]+", " ", image.name)), rules.photo_words))


def _stray(mail: Mail) -> list[Attachment]:
    """Files that count only where there is nothing else, because "no attachment" would be false."""
    return [one for one in mail.attachments if _meant(one)]


def _meant(one: Attachment) -> bool:
    if one.inline or not one.name:
        return False
    if one.kind is FileKind.IMAGE:
        return one.size >= _TINY and not scans.decoration(one)
    if one.kind is FileKind.TEXT:
        return one.size >= _NOTE and not one.name.lower().startswith("att0")
    return one.kind is FileKind.OTHER and one.size > 0


def _problem(code: ProblemCode, files: list[Attachment]) -> Problem:
    return Problem(code=code, files=tuple(one.name for one in files if one.name))


def _called(one: Attachment) -> str:
    return one.name or f"a file without a name ({one.declared})"
