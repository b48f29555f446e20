"""Step 8: everything known about a message becomes one verdict.

One rule list, first match wins (``_RULES``). All problems found are listed, also those that did not
decide. When in doubt the verdict is ``review``, and the applicant hears only "received".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace

from intake.model import (
    Document,
    DocumentKind,
    FileFault,
    Kind,
    Outcome,
    PdfFacts,
    Pick,
    Position,
    Presence,
    Problem,
    ProblemCode,
    Recognition,
    ReplyKind,
    Routing,
    Screening,
    Traffic,
    Verdict,
    value,
)

_POSITION_PROBLEMS = (
    ProblemCode.POSITION_UNKNOWN,
    ProblemCode.POSITION_AMBIGUOUS,
    ProblemCode.POSITION_CLOSED,
    ProblemCode.APPLY_ELSEWHERE,
)
_FOR_A_PERSON = {
    FileFault.ACTIVE_CONTENT: "a person must open it",
    FileFault.KILLED: "reading it broke a limit",
    FileFault.TIMED_OUT: "reading it took too long",
}
_OPEN_QUESTION = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)
_REPLIES = {
    Outcome.ACCEPTED: ReplyKind.ACKNOWLEDGEMENT,
    Outcome.CORRECTION: ReplyKind.CORRECTION,
    Outcome.REDIRECTED: ReplyKind.REDIRECTED,
    Outcome.REVIEW: ReplyKind.RECEIVED,
}


@value
class Rules:
    """The positions, and what bounds a file."""

    positions: tuple[Position, ...]
    max_pdf_bytes: int
    max_pages: int


@value
class Circumstances:
    """What only the ledger, the mailbox and the settings know about a message. Empty for ``check``.

    for_review: reasons of POLICY.md that ask for a person ("two corrections already"); answers: the
    kind of our reply that this mail answers, or None; silence: why no reply may leave at all;
    held: outcomes whose reply waits for a person's release; traffic: the replies that leave already.
    """

    for_review: tuple[str, ...] = ()
    answers: ReplyKind | None = None
    silence: str = ""
    held: frozenset[Outcome] = frozenset()
    traffic: Traffic = field(default_factory=Traffic)


@value
class Findings:
    """What the steps before found. ``facts`` and ``recognition`` are None when no PDF was read."""

    screening: Screening
    pick: Pick = field(default_factory=Pick)
    facts: PdfFacts | None = None
    recognition: Recognition | None = None
    routing: Routing = field(default_factory=Routing)
    circumstances: Circumstances = field(default_factory=Circumstances)


def verdict(findings: Findings, rules: Rules) -> Verdict:
    """The verdict of one message, with every problem, every document and the rules that spoke."""
    documents = _documents(findings, rules)
    problems = (*_file_problems(findings, rules), *_missing(findings, documents), *findings.routing.problems)
    known = _Known(findings=findings, documents=documents, problems=problems)
    return _with_reply(_decide(next(rule for rule in _RULES if rule.holds(known)), known), findings)


def _with_reply(decided: Verdict, findings: Findings) -> Verdict:
    """Give the verdict its reply, or send the case to a person where a needed reply must not leave.

    Waiting for the applicant presupposes a reply that went out (POLICY), and so does sending away.
    """
    circumstances = findings.circumstances
    silence = findings.screening.silence or circumstances.silence
    reply = _REPLIES.get(decided.outcome)
    if reply is None:
        return decided
    if silence:
        return _silent(replace(decided, reasons=(*decided.reasons, f"no reply: {silence}")))
    if findings.screening.neutral:
        return _neutral(decided, findings.screening.neutral)
    if decided.outcome in circumstances.held and decided.outcome in (Outcome.CORRECTION, Outcome.REDIRECTED):
        reason = f"its reply ({reply.value}) waits for a person's release"
        return replace(decided, outcome=Outcome.REVIEW, reply=reply, reasons=(*decided.reasons, reason))
    return replace(decided, reply=reply)


def unanswered(decided: Verdict, silence: str) -> Verdict:
    """The verdict where no reply may leave."""
    reasons = (*decided.reasons, f"no reply: {silence}")
    return _silent(replace(decided, reply=None, reasons=reasons))


def _neutral(decided: Verdict, why: str) -> Verdict:
    """Received, and no more: what was found, or is missing, is told to nobody but the applicant."""
    if decided.outcome in (Outcome.CORRECTION, Outcome.REDIRECTED):
        first = f"review: {why}, so that the applicant cannot be told what is to be done"
        return replace(
            decided, outcome=Outcome.REVIEW, reply=ReplyKind.RECEIVED, reasons=(first, *decided.reasons)
        )
    reasons = (*decided.reasons, f"no findings in the reply: {why}")
    return replace(decided, reply=ReplyKind.RECEIVED, reasons=reasons)


def _silent(decided: Verdict) -> Verdict:
    if decided.outcome in (Outcome.CORRECTION, Outcome.REDIRECTED):
        reason = f"review instead of {decided.outcome.value}: the applicant cannot be told"
        return replace(decided, outcome=Outcome.REVIEW, reasons=(*decided.reasons, reason))
    return decided


# --- problems and documents ----------------------------------------------------------------------


def _documents(findings: Findings, rules: Rules) -> tuple[Document, ...]:
    """Every required kind. Without a PDF that could be judged all are unsure; without any file absent."""
    if any(problem.code is ProblemCode.NO_ATTACHMENT for problem in findings.pick.problems):
        return tuple(Document(kind=kind, status=Presence.ABSENT) for kind in _required(findings, rules))
    if findings.recognition is None:
        return tuple(Document(kind=kind, status=Presence.UNSURE) for kind in _required(findings, rules))
    found = {document.kind: document for document in findings.recognition.documents}
    return tuple(found[kind] for kind in _required(findings, rules) if kind in found)


def _required(findings: Findings, rules: Rules) -> tuple[DocumentKind, ...]:
    """What the positions named ask for, together; all three where none is named."""
    named = [one for one in rules.positions if one.id in findings.routing.positions]
    wanted = {kind for position in named for kind in position.documents} if named else set(DocumentKind)
    return tuple(kind for kind in DocumentKind if kind in wanted)


def _file_problems(findings: Findings, rules: Rules) -> tuple[Problem, ...]:
    if findings.screening.kind is not Kind.APPLICATION:
        return ()
    return (*findings.pick.problems, *_faults(findings, rules))


def _faults(findings: Findings, rules: Rules) -> tuple[Problem, ...]:
    facts = findings.facts
    if facts is None:
        return ()
    limits = {FileFault.TOO_LARGE: rules.max_pdf_bytes, FileFault.TOO_MANY_PAGES: rules.max_pages}
    names = (findings.pick.file.name,) if findings.pick.file and findings.pick.file.name else ()
    return tuple(
        Problem(
            code=ProblemCode(fault.value),
            files=names,
            limit=limits.get(fault),
            detail="; ".join(facts.details),
        )
        for fault in facts.faults
        if fault not in (FileFault.KILLED, FileFault.TIMED_OUT)
    )


def _missing(findings: Findings, documents: tuple[Document, ...]) -> tuple[Problem, ...]:
    if findings.recognition is None:
        return ()
    return tuple(
        Problem(code=ProblemCode.MISSING_DOCUMENT, document=document.kind)
        for document in documents
        if document.status is Presence.ABSENT
    )


# --- the rules, first match wins -----------------------------------------------------------------

_Problems = tuple[Problem, ...]


@value
class _Known:
    """All that the rules look at."""

    findings: Findings
    documents: tuple[Document, ...]
    problems: _Problems


@value
class _Rule:
    """One line of the table: when it holds, what it decides and why, in words."""

    outcome: Outcome
    holds: Callable[[_Known], bool]
    why: Callable[[_Known], str]


def _decide(rule: _Rule, known: _Known) -> Verdict:
    findings, routing, recognition = known.findings, known.findings.routing, known.findings.recognition
    filed = rule.outcome not in (Outcome.INQUIRY, Outcome.IGNORED)
    nothing = tuple(Document(kind=kind, status=Presence.UNSURE) for kind in DocumentKind)
    positions = routing.elsewhere if rule.outcome is Outcome.REDIRECTED else routing.positions
    return Verdict(
        outcome=rule.outcome,
        language=findings.screening.language,
        problems=known.problems if filed else (),
        positions=positions if filed else (),
        candidates=_candidates(known.problems, (*positions, *routing.elsewhere)) if filed else (),
        documents=known.documents if filed else nothing,
        pages=recognition.pages if recognition else (),
        ocr=recognition.ocr if recognition else (),
        notices=recognition.notices if recognition else (),
        reasons=(
            f"{rule.outcome.value}: {rule.why(known)}",
            *findings.screening.reasons,
            *findings.pick.reasons,
            *(recognition.reasons if recognition else ()),
            *routing.reasons,
        ),
    )


def _candidates(problems: _Problems, positions: tuple[str, ...]) -> tuple[str, ...]:
    """Positions on whose page an undecided case is listed; with none named, the case is every page's."""
    named = [candidate for problem in problems for candidate in problem.candidates]
    return tuple(dict.fromkeys([*positions, *named]))


def _person_reasons(findings: Findings) -> tuple[str, ...]:
    """POLICY's reasons for a person. An answer without a new file is one, if we had asked for something."""
    reasons = (
        findings.screening.for_review,
        findings.routing.late,
        *findings.circumstances.for_review,
        "an answer to our mail without a new file" if _answers_without_file(findings) else "",
    )
    return tuple(reason for reason in reasons if reason)


def _answers_without_file(findings: Findings) -> bool:
    """The way out of every correction: such an answer goes to a person, who looks at it as it is."""
    asked = findings.circumstances.answers in (ReplyKind.CORRECTION, ReplyKind.RECEIVED)
    return asked and _brings_no_file(findings)


def _brings_no_file(findings: Findings) -> bool:
    codes = {problem.code for problem in findings.pick.problems}
    return findings.pick.file is None and codes <= {ProblemCode.NO_ATTACHMENT}


def _is_inquiry(findings: Findings) -> bool:
    """Nobody applies here; thanks for our acknowledgement, and questions after it, are no application."""
    answers = findings.circumstances.answers is not None and _brings_no_file(findings)
    if findings.screening.concern is not None:
        return False  # POLICY, Rights and urgent words: a person sees it at once, filed and with a day
    return (findings.screening.kind is Kind.INQUIRY or answers) and not _answers_without_file(findings)


def _stranger(findings: Findings) -> str:
    """What the one PDF clearly is, where neither it nor the mail has anything of an application: an invoice, a
    call for papers (POLICY, Automatic is not worthless)."""
    applies = findings.screening.speaks or findings.routing.positions or findings.routing.elsewhere
    if applies or findings.circumstances.answers is not None or findings.screening.concern is not None:
        return ""
    return findings.recognition.stranger if findings.recognition else ""


def _is_elsewhere(findings: Findings) -> bool:
    routing = findings.routing
    open_question = any(problem.code in _OPEN_QUESTION for problem in routing.problems)
    return bool(routing.elsewhere) and not routing.positions and not open_question


def _has_notice(findings: Findings) -> bool:
    return bool(findings.recognition and findings.recognition.notices)


def _spoils_file(problems: _Problems) -> list[str]:
    return [problem.code.value for problem in problems if problem.code not in _POSITION_PROBLEMS]


def _unsure(documents: tuple[Document, ...]) -> list[str]:
    return [document.kind.value for document in documents if document.status is Presence.UNSURE]


def _faulty(findings: Findings) -> list[str]:
    faults = findings.facts.faults if findings.facts else ()
    return [_FOR_A_PERSON[fault] for fault in faults if fault in _FOR_A_PERSON]


def _locked_on_purpose(known: _Known) -> bool:
    locked = any(problem.code is ProblemCode.ENCRYPTED for problem in known.problems)
    return locked and known.findings.screening.password


def _asked(problems: _Problems) -> list[str]:
    return [problem.code.value for problem in problems if problem.code in _OPEN_QUESTION]


_RULES: tuple[_Rule, ...] = (
    _Rule(
        outcome=Outcome.IGNORED,
        holds=lambda known: known.findings.screening.kind is Kind.AUTOMATIC,
        why=lambda _: "automatic, and nothing new in it",
    ),
    _Rule(
        outcome=Outcome.INQUIRY,
        holds=lambda known: _is_inquiry(known.findings),
        why=lambda _: "no application",
    ),
    _Rule(
        outcome=Outcome.INQUIRY,
        holds=lambda known: bool(_stranger(known.findings)),
        why=lambda known: f"the file is no application paper: {_stranger(known.findings)}",
    ),
    _Rule(
        outcome=Outcome.REVIEW,
        holds=lambda known: bool(_person_reasons(known.findings)),
        why=lambda known: "; ".join(_person_reasons(known.findings)),
    ),
    _Rule(
        outcome=Outcome.REVIEW,  # POLICY, Severe disability: it turns position-closed into review
        holds=lambda known: _is_elsewhere(known.findings) and _has_notice(known.findings),
        why=lambda _: "a position that is not open, and a note that a person must read",
    ),
    _Rule(
        outcome=Outcome.REDIRECTED,
        holds=lambda known: _is_elsewhere(known.findings),
        why=lambda _: "every position named is closed or takes applications elsewhere",
    ),
    _Rule(
        outcome=Outcome.REVIEW,
        holds=lambda known: bool(_faulty(known.findings)),
        why=lambda known: f"the file is not safe to judge: {', '.join(_faulty(known.findings))}",
    ),
    _Rule(
        outcome=Outcome.REVIEW,  # POLICY, Passwords
        holds=lambda known: _locked_on_purpose(known),
        why=lambda _: "a locked file, and the mail speaks of a password: a person may open it",
    ),
    _Rule(
        outcome=Outcome.CORRECTION,
        holds=lambda known: bool(_spoils_file(known.problems)),
        why=lambda known: f"to be mended: {', '.join(_spoils_file(known.problems))}",
    ),
    _Rule(
        outcome=Outcome.REVIEW,
        holds=lambda known: bool(_unsure(known.documents)),
        why=lambda known: f"not certain whether it holds: {', '.join(_unsure(known.documents))}",
    ),
    _Rule(
        outcome=Outcome.CORRECTION,
        holds=lambda known: bool(_asked(known.problems)),
        why=lambda known: (
            f"complete in form, but which position is meant is not known yet: {', '.join(_asked(known.problems))}"
        ),
    ),
    _Rule(
        outcome=Outcome.ACCEPTED,
        holds=lambda _: True,
        why=lambda _: "complete in form",
    ),
)
