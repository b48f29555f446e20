"""The PDFs of a case, old and new: whether one takes the place of the other, or they belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from intake.journey import joining, plan, words
from intake.journey.conversation.meaning import Event, Standing, name_of
from intake.model import (
    Attachment,
    DocumentKind,
    FileKind,
    Mail,
    PdfFacts,
    Presence,
    Recognition,
    sha256,
    value,
)

JOINED = "application.pdf"


_NAME = re.compile(r"\w{3,}")


@value
class Paper:
    """One PDF that a case has or gets, read. old: it is the application as it stood before this mail."""

    attachment: Attachment
    facts: PdfFacts
    old: bool = False


@value
class Papers:
    """What the application is to be. ``parts``: in the order in which they are joined, one for a file as it came;
    ``facts`` are None until they are joined. why: in words for us."""

    event: Event
    parts: tuple[Paper, ...]
    why: str
    apart: str = ""  # why they cannot be joined, though they belong together, or ""


def papers(found: Sequence[Paper], rules: plan.Rules, mail: Mail) -> Papers:
    """Whether the new PDFs take the old one's place or go beside it, and in which order."""
    new, old = [one for one in found if not one.old], [one for one in found if one.old]
    seen = {id(one): plan.recognised(one.facts, mail, rules) for one in found}
    if len(new) == 1 and (len(found) == 1 or _whole(seen[id(new[0])])):
        return Papers(event=Event.REPLACED, parts=(new[0],), why="one PDF, in place of what was sent before")
    if any(one.facts.faults for one in new):
        broken = next(one for one in new if one.facts.faults)
        return Papers(event=Event.DOCUMENT_ADDED, parts=(broken,), why="a new file that cannot be read")
    has = _present([seen[id(one)] for one in new])
    if (
        len(new) > 1
        and len(new) < len(found)
        and all(had and had <= has for had in (_present([seen[id(one)]]) for one in old))
    ):
        return papers(new, rules, mail)
    if len(new) == 1 and _present([seen[id(one)] for one in old]) <= has:
        return Papers(event=Event.REPLACED, parts=(new[0],), why="a newer version of the same documents")
    order = joining.order([found_in for one in found if (found_in := seen[id(one)])])
    parts = tuple(found[index] for index in order) if len(order) == len(found) else tuple(found)
    apart = (
        ""
        if joining.may_join([one.facts for one in parts])
        else "one of the files is signed or cannot be joined"
    )
    return Papers(
        event=Event.DOCUMENT_ADDED,
        parts=parts,
        why="what was missing, beside what was sent before",
        apart=apart,
    )


def of_another(found: Sequence[Paper], standing: Standing, rules: plan.Rules, mail: Mail) -> bool:
    """Whether a new letter or CV has no word of the name of the case's applicant in it (POLICY, An address is no
    identity). A name of one word, or none, proves nothing."""
    sender = standing.plan.mail.sender if standing.plan.mail else None
    name = set(_NAME.findall(words.fold(sender.name))) if sender else set()
    if len(name) < 2:
        return False
    for one in found:
        seen = plan.recognised(one.facts, mail, rules)
        if one.old or seen is None:
            continue
        own = {
            number
            for document in seen.documents
            if document.kind in (DocumentKind.LETTER, DocumentKind.CV) and document.status is Presence.PRESENT
            for number in document.pages
        }
        text = words.fold("\n".join(page.text for page in one.facts.pages if page.number in own))
        if own and not name & set(_NAME.findall(text)):
            return True
    return False


def _whole(found: Recognition | None) -> bool:
    return found is not None and all(one.status is Presence.PRESENT for one in found.documents)


def _present(files: Sequence[Recognition | None]) -> set[DocumentKind]:
    """The documents that files have together."""
    return {one.kind for found in files if found for one in found.documents if one.status is Presence.PRESENT}


def apart(chosen: Papers) -> Papers:
    """The same papers, which the joining has refused."""
    return replace(chosen, apart="one of the files cannot be joined with the others")


def joined(content: bytes) -> Attachment:
    """The joined file as an attachment of the case."""
    return Attachment(
        name=JOINED, declared="application/pdf", kind=FileKind.PDF, content=content, sha256=sha256(content)
    )


def facts_of(chosen: Papers, whole: Attachment) -> PdfFacts:
    """What is known of the joined file, from its parts."""
    return joining.facts([one.facts for one in chosen.parts], whole.sha256, whole.size)


def old_paper(standing: Standing, content: bytes) -> Attachment:
    """The application as it was filed, under the name that the applicant gave it."""
    application = standing.application
    assert application is not None
    return Attachment(name=name_of(application, standing), declared="application/pdf", kind=FileKind.PDF,
                      content=content, sha256=application.sha256)  # fmt: skip
