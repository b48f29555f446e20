"""Judges one message as the worker would, without ledger, mailbox or folders: nothing is changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from intake import wiring
from intake.commands.mails import Found, Unread
from intake.journey import parse, plan
from intake.journey.parse import header
from intake.model import (
    Document,
    Language,
    ListedPart,
    Mail,
    Message,
    MessageKey,
    Outcome,
    PdfFacts,
    Pick,
    Problem,
    Reply,
    ReplyKind,
    Verdict,
    sha256,
    value,
)
from intake.reading import Reading


@value
class Judged:
    """What became of one message. ``due``: the kind of its reply, or None; ``reply``: the reply itself
    where somebody would get it; arrived: in the institution's zone; facts: of a bare PDF that was read."""

    file: str
    arrived: datetime
    verdict: Verdict
    language: Language
    due: ReplyKind | None
    reply: Reply | None = None
    folders: tuple[str, ...] = ()
    facts: PdfFacts | None = None


@value
class Bench:
    """What judging needs. arrived: the arrival of every message, or None to read it from each; now: the
    time, for replies and for messages that tell no time at all."""

    installation: wiring.Installation
    rules: dict[str, plan.Rules]
    reading: Reading
    arrived: datetime | None
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.installation.settings.institution.time_zone)


@contextmanager
def bench(installation: wiring.Installation, *, arrived: datetime | None, now: datetime) -> Iterator[Bench]:
    """Everything that judging needs. PDFs are spooled in a folder of its own, which goes with it."""
    rules = {name: wiring.rules(installation, name) for name in installation.settings.mailbox}
    with reading(installation) as opened:
        yield Bench(installation=installation, rules=rules, reading=opened, arrived=arrived, now=now)


@contextmanager
def reading(site: wiring.Site) -> Iterator[Reading]:
    """PDFs read with a spool of its own: whoever looks may have no right to the worker's."""
    with tempfile.TemporaryDirectory(prefix="intake-") as spool:
        state = site.settings.state.model_copy(update={"spool": spool})
        elsewhere = site.settings.model_copy(update={"state": state})
        opened = wiring.open_reading(wiring.Site(config=site.config, settings=elsewhere))
        try:
            yield opened
        finally:
            opened.close()


def judge(found: Found, on: Bench) -> Judged:
    """The verdict on one mail or bare PDF."""
    return _pdf(found, on) if found.pdf else _mail(found, on)


def attempt(found: Found | Unread, on: Bench) -> Judged | Unread:
    """``judge`` where one message must not keep those behind it from being judged."""
    if isinstance(found, Unread):
        return found
    try:
        return judge(found, on)
    except Exception as exc:  # noqa: BLE001  # told as the reason why this one was not judged
        return Unread(
            name=found.name, error=f"it could not be judged ({type(exc).__name__}: {exc}); please report this"
        )


def _pdf(found: Found, on: Bench) -> Judged:
    """By file and documents alone: no screening, no position and nobody to answer (DESIGN, Command line)."""
    rules = next(iter(on.rules.values()))
    chosen = plan.pick_alone(PurePath(found.name).name, found.content, rules)
    facts = _read(found.content, chosen, rules, on) if chosen.file else None
    verdict = plan.judge_alone(chosen, facts, rules)
    return Judged(
        file=found.name,
        arrived=(on.arrived or on.now).astimezone(on.zone),
        verdict=verdict,
        language=verdict.language,
        due=verdict.reply,
        facts=facts,
    )


def _mail(found: Found, on: Bench) -> Judged:
    head = parse.header_only(found.content, parts=(), size=len(found.content))
    arrived = on.arrived or next(iter(head.received), head.date) or on.now
    name = _mailbox(head, on)
    digest = sha256(found.content)
    rules = on.rules[name]
    opened = plan.examine(_message(found.content, arrived, name, on), rules)
    opening, facts = on.reading.application(
        opened, rules, lambda facts, tried: plan.to_read(opened, facts, rules, tried=tried)
    )
    made = plan.conclude(
        opening,
        facts,
        case=wiring.case_number_of(digest),
        rules=rules,
        circumstances=plan.Circumstances(),
        now=on.now,
        token=digest[:16],
    )
    return Judged(
        file=found.name,
        arrived=arrived.astimezone(on.zone),
        verdict=made.verdict,
        language=made.verdict.language,
        due=made.reply.kind if made.reply else None,
        reply=made.reply,
        folders=tuple(folder.path for folder in made.folders),
    )


def _read(content: bytes, chosen: Pick, rules: plan.Rules, on: Bench) -> PdfFacts:
    """The file, scans included. What OCR read is not kept."""
    return on.reading.read(content, lambda facts, tried: plan.to_read(chosen, facts, rules, tried=tried))


def _message(raw: bytes, arrived: datetime, mailbox: str, on: Bench) -> Message:
    """The message as it would be fetched: one that is too large comes as header and list of parts."""
    key = MessageKey(mailbox=mailbox, uidvalidity=0, uid=0)
    if len(raw) <= on.installation.settings.limits.mail_bytes:
        return Message(key=key, arrived=arrived, size=len(raw), raw=raw)
    files = parse.mail(raw).attachments
    parts = tuple(ListedPart(name=one.name, declared=one.declared, size=one.size) for one in files)
    _, body = header.split(raw)
    return Message(
        key=key, arrived=arrived, size=len(raw), raw=raw[: len(raw) - len(body)], whole=False, parts=parts
    )


def _mailbox(head: Mail, on: Bench) -> str:
    """The mailbox that the mail was sent to, by its addresses; the first one where none is named."""
    named = {one.address.casefold() for one in (*head.to, *head.cc)} | {
        one.casefold() for one in head.delivered_to
    }
    for name, own in on.installation.settings.mailbox.items():
        if named & {address.casefold() for address in (own.address, *own.aliases)}:
            return name
    return next(iter(on.rules))


# --- as JSON -------------------------------------------------------------------------------------


def as_json(judged: Judged) -> dict[str, Any]:
    """The object of ``check --json``: these keys in this order, always all of them."""
    verdict = judged.verdict
    named = verdict.outcome not in (Outcome.INQUIRY, Outcome.IGNORED)
    return {
        "file": judged.file,
        "arrived": judged.arrived.isoformat(timespec="seconds"),
        "outcome": verdict.outcome.value,
        "positions": list(verdict.positions) if named else [],
        "problems": [_problem(one) for one in verdict.problems],
        "documents": [_document(one) for one in verdict.documents],
        "pages": [page.value for page in verdict.pages],
        "reply": _reply(judged),
        "folders": list(judged.folders),
        "reasons": list(verdict.reasons),
    }


def unread_as_json(unread: Unread) -> dict[str, Any]:
    """The object of a path that could not be read: the same keys, and ``error``."""
    nothing: dict[str, Any] = {
        "problems": [],
        "documents": [],
        "pages": [],
        "reply": None,
        "folders": [],
        "reasons": [],
    }
    return {
        "file": unread.name,
        "arrived": None,
        "outcome": None,
        "positions": [],
        **nothing,
        "error": unread.error,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    made: dict[str, Any] = {"code": problem.code.value}
    if problem.document:
        made["document"] = problem.document.value
    if problem.position:
        made["position"] = problem.position
    if problem.candidates:
        made["candidates"] = list(problem.candidates)
    return made


def _document(document: Document) -> dict[str, Any]:
    return {
        "kind": document.kind.value,
        "status": document.status.value,
        "pages": list(document.pages),
        "confidence": round(document.confidence, 2),
        "evidence": list(document.evidence),
    }


def _reply(judged: Judged) -> dict[str, Any] | None:
    if judged.due is None:
        return None
    to = judged.reply.recipient if judged.reply else None
    return {"template": judged.due.value, "language": judged.language, "to": to}
