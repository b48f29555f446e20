"""A plan as it is kept: JSON with the version of its shape, and the raw reply beside it."""

from __future__ import annotations

import functools
import json
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from intake.adapters.ledger import tables
from intake.adapters.ledger.prepared import Prepared, inserting
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState
from intake.model import Plan

#: Raised when the shape of Plan changes; ``_restored`` then still has to read the older ones.
VERSION = 1

_PLAN = TypeAdapter(Plan)

#: The bytes of a plan, which JSON cannot hold: the raw reply lies beside it, contents of attachments
#: are not kept at all.
_BYTES: Any = {"reply": {"raw"}, "mail": {"attachments": {"__all__": {"content"}}}}

_BY_MESSAGE = tables.plan.c.message == sa.bindparam("message_")
_KEPT = ("version", "body", "raw")
_ONE = Prepared(sa.select(tables.plan).where(_BY_MESSAGE))
_NEW = inserting(tables.plan, "message", *_KEPT)
_CHANGE = Prepared(
    sa.update(tables.plan)
    .where(_BY_MESSAGE)
    .values({name: sa.bindparam(f"new_{name}", type_=tables.plan.c[name].type) for name in _KEPT})
)


def save(connection: sa.Connection, message: int, plan: Plan) -> None:
    """Keep the plan of a message, in place of an earlier one."""
    row = {"version": VERSION, "body": _body(plan), "raw": plan.reply.raw if plan.reply else None}
    changed = _CHANGE.change(connection, message_=message, **{f"new_{name}": row[name] for name in _KEPT})
    if not changed:
        _NEW.change(connection, message=message, **row)


def load(connection: sa.Connection, message: int) -> Plan:
    """The plan of a message that has one."""
    row = _ONE.first(connection, message_=message)
    return at_hand(row.version, row.body, row.raw)


def outline(body: str, *, size: int = 0) -> reconcile.Filed:
    """What a reconciliation compares of a plan, without building all of it: that takes ten times as long. Whose it is
    and where it stands is the caller's to add. Plans of every version have these fields. size: of the message."""
    tree = json.loads(body)
    reply, mail = tree["reply"], tree["mail"]
    sizes = {item["sha256"]: item.get("left_out") or None for item in (mail or {}).get("attachments", ())}
    mails = {
        item["sha256"]
        for folder in tree["folders"]
        for item in folder["files"]
        if item["source"] == "message"
    }
    if len(mails) == 1 and size:  # of several nobody tells whose size it is
        sizes[mails.pop()] = size
    folders = tuple(
        reconcile.FiledFolder(path=one["path"], files=tuple(_file(item, sizes) for item in one["files"]))
        for one in tree["folders"]
    )
    return reconcile.Filed(
        message=0,
        case=tree["case"],
        mailbox="",
        state=MessageState.DONE,
        reply=reply["message_id"] if reply else "",
        folders=folders,
    )


def _file(item: dict[str, str], sizes: dict[str, int | None]) -> reconcile.File:
    source: Any = item["source"]
    text = len(item["text"].encode(errors="surrogatepass")) if source == "text" else None
    return reconcile.File(
        name=item["name"], source=source, sha256=item["sha256"], size=text or sizes.get(item["sha256"])
    )


def outline_of(plan: Plan, *, size: int = 0) -> reconcile.Filed:
    """The same of a plan that is there."""
    return outline(_body(plan), size=size)


def _body(plan: Plan) -> str:
    # json.dumps, not pydantic's: escaped to ASCII, even the lone surrogate and the NUL of a hostile
    # header are kept, which neither UTF-8 nor PostgreSQL's text would take.
    return json.dumps(_PLAN.dump_python(plan, mode="json", exclude=_BYTES))


def restored(version: int, body: str, raw: bytes | None) -> Plan:
    """The plan whole, as it was saved. ValueError for a version that this code does not know."""
    if version != VERSION:
        raise ValueError(f"a plan of version {version} cannot be read: this code knows version {VERSION}")
    tree = json.loads(body)
    if tree["reply"] is not None:
        tree["reply"]["raw"] = raw
    for attachment in (tree["mail"] or {}).get("attachments", ()):
        attachment["content"] = b""
    return _PLAN.validate_python(tree)


@functools.lru_cache(maxsize=16)  # messages on their way at once, with room: a plan has some 15 kB
def at_hand(version: int, body: str, raw: bytes | None) -> Plan:
    """The same, once for all steps of a message: each asks for its plan, and none of them changes what was kept."""
    return restored(version, body, raw)
