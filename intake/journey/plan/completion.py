"""The last part of every plan: folders, the place in the mailbox, the reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intake.journey import (
    file,
    reply,
    threads,
    traffic,
    wording,
)
from intake.journey.plan.opening import KEPT_TEXT, Rules, whom
from intake.model import (
    FolderFile,
    Mail,
    Outcome,
    Plan,
    ProblemCode,
    Reply,
    ReplyKind,
    Verdict,
)

_NUMBERING = (ReplyKind.CORRECTION, ReplyKind.REMINDER)
_PARTS = timedelta(hours=1)  # the other parts of a mail in several are waited for so long


def completed_with(
    plan: Plan,
    files: Sequence[FolderFile],
    rules: Rules,
    *,
    now: datetime,
    token: str,
    held: frozenset[Outcome],
    room: traffic.Room | None = None,
    answers: Mail | None = None,
    answers_arrived: datetime | None = None,
    replaced: bool = False,
    days: int = 0,
) -> Plan:
    """The plan with its folders, the place in the mailbox and the reply. ``plan.mail`` and ``plan.arrived`` are
    those of the case's first mail; ``answers`` is the mail that the reply answers, where it is a later one,
    and replaced whether its file takes the place of an earlier one;
    days: until a person looks at a case that is reminded of."""
    assert plan.mail is not None
    assert plan.arrived is not None
    case, mail, arrived, zone = plan.case, plan.mail, plan.arrived, rules.zone
    summary = file.summary(plan.verdict, case=case, mail=mail, arrived=arrived, zone=zone, files=files,
                           positions=rules.positions, groups=rules.groups)  # fmt: skip
    folders = file.folders_of(plan.verdict, case=case, mail=mail, arrived=arrived, zone=zone, files=files,
                              summary=summary)  # fmt: skip
    offered = wording.offered(plan.verdict, rules.positions, plan.arrived, rules.zone, before=plan.offered)
    answer = _reply(
        plan, answers or plan.mail, rules, arrived=answers_arrived or plan.arrived, now=now, token=token, held=held,
        room=room or traffic.Room(), later=answers_arrived is not None, files=files, replaced=replaced, days=days,
        offered=offered,
    )  # fmt: skip
    return replace(
        plan,
        folders=folders,
        mailbox_folder=file.mailbox_folder(plan.verdict),
        reply=answer,
        offered=offered if answer and answer.kind in _NUMBERING else plan.offered,
    )


def held_files(plan: Plan) -> tuple[FolderFile, ...]:
    """What the folder of a case holds, but for the pages that we write anew."""
    return tuple(item for item in plan.folders[0].files if item.source != "text") if plan.folders else ()


def only_position_open(verdict: Verdict) -> bool:
    """Whether the applicant is asked for the position and for nothing else."""
    codes = {problem.code for problem in verdict.problems}
    return bool(codes) and codes <= {ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS}


def kept(mail: Mail) -> Mail:
    """The mail as a recorded plan keeps it: no contents of files, and no more text than the page shows."""
    light = tuple(replace(one, content=b"", left_out=one.size) for one in mail.attachments)
    return replace(mail, attachments=light, text=mail.text[:KEPT_TEXT], new_text=mail.new_text[:KEPT_TEXT])


def _reply(
    plan: Plan,
    mail: Mail,
    rules: Rules,
    *,
    arrived: datetime,
    now: datetime,
    token: str,
    held: frozenset[Outcome],
    room: traffic.Room,
    later: bool,
    files: Sequence[FolderFile],
    replaced: bool,
    days: int,
    offered: tuple[str, ...],
) -> Reply | None:
    recipient = whom(mail)
    if plan.verdict.reply is None or recipient is None:
        return None
    several = sum(item.source == "message" for item in files) > 1
    if several and not later:  # plan.mail holds the files of all mails of the case, and not which are its own
        mail = replace(mail, attachments=())
    composed = reply.compose(
        plan.verdict, case=plan.case, mail=mail, arrived=arrived, recipient=recipient, texts=rules.texts,
        positions=rules.positions, groups=rules.groups, institution=rules.institution,
        message_id=threads.message_id(plan.case, token, rules.domain, rules.key), now=now, sender=rules.sender,
        secure_upload=rules.institution.secure_upload, last=room.last, offered=offered,
        first_arrived=plan.arrived if later else None, holds=_holds(plan, files) if later or several else (),
        joined=any(item.source == "joined" for item in files), replaced=replaced, days=days,
    )  # fmt: skip
    waits = {_OUTCOME_OF[plan.verdict.reply]} & held
    why = room.held or "replies of this kind wait for a person"
    delay = _PARTS if plan.verdict.in_parts else rules.correction_delay
    may_wait = plan.verdict.in_parts or plan.verdict.reply is ReplyKind.CORRECTION
    delayed = bool(delay) and may_wait and not waits
    return replace(
        composed,
        about=traffic.subject_core(mail.subject),
        held=why if waits else "",
        not_before=now + delay if delayed else None,
    )


def _holds(plan: Plan, files: Sequence[FolderFile]) -> tuple[str, ...]:
    """What the applicant calls the files that the case holds now; a joined one by its parts."""
    names = {item.sha256: item.name for item in plan.mail.attachments} if plan.mail else {}
    parts = plan.papers or tuple(item.sha256 for item in files if item.name == file.APPLICATION)
    return tuple(names.get(part, "") for part in parts)


_OUTCOME_OF = {
    ReplyKind.ACKNOWLEDGEMENT: Outcome.ACCEPTED,
    ReplyKind.CORRECTION: Outcome.CORRECTION,
    ReplyKind.REDIRECTED: Outcome.REDIRECTED,
    ReplyKind.RECEIVED: Outcome.REVIEW,
    ReplyKind.WITHDRAWN: Outcome.REVIEW,
    ReplyKind.REMINDER: Outcome.CORRECTION,
    ReplyKind.KNOWN: Outcome.ACCEPTED,
}
