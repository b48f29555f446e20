"""The rows of places: wherever a person's data lies, a row under their case says so."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.adapters.ledger.database import Database
from intake.adapters.ledger.prepared import Prepared, inserting
from intake.model import Plan

_PLACE = tables.place


def _sought(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(f"{name}_", type_=_PLACE.c[name].type)


_IT = tuple(_PLACE.c[name] == _sought(name) for name in ("case_number", "kind", "location"))
_THERE = Prepared(sa.select(_PLACE.c.kind).where(*_IT))
_NEW = inserting(_PLACE, "case_number", "kind", "location")
_GONE = Prepared(sa.delete(_PLACE).where(*_IT))
_OF_CASE = Prepared(sa.select(_PLACE.c.kind, _PLACE.c.location).where(_IT[0]))
_KNOWN = Prepared(
    sa.select(tables.message.c.case_number).where(tables.message.c.case_number == sa.bindparam("case_"))
)


class Places(Database):
    """The part of ``ports.Ledger`` about places."""

    def add_place(self, case: str, *, kind: str, where: str) -> None:
        with self.writing() as connection:
            known_case(connection, case)
            add(connection, case, kind, where)

    def drop_place(self, case: str, *, kind: str, where: str) -> None:
        with self.writing() as connection:
            drop(connection, case, kind, where)

    def places(self, case: str) -> list[tuple[str, str]]:
        with self.reading() as connection:
            return sorted((kind, where) for kind, where in _OF_CASE.all(connection, case_number_=case))


def known_case(connection: sa.Connection, case: str) -> None:
    """LookupError for a case number that no message has."""
    if _KNOWN.first(connection, case_=case) is None:
        raise LookupError(f"no case {case!r} in the ledger")


def add(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    """Once, however often it is said."""
    if _THERE.first(connection, **_it(case, kind, where)) is None:
        _NEW.change(connection, case_number=case, kind=kind, location=where)


def drop(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    _GONE.change(connection, **_it(case, kind, where))


def refile(connection: sa.Connection, case: str, plan: Plan) -> None:
    """The folders of a plan that was carried out, in place of those it replaced."""
    for owner in _owners(case, plan):
        for path in plan.filed_before:
            drop(connection, owner, "folder", path)
    for folder in plan.folders:
        add(connection, case, "folder", folder.path)


def _owners(case: str, plan: Plan) -> Iterable[str]:
    """A folder that is replaced was this case's, or that of the case which it goes on from."""
    return (case, plan.follows) if plan.follows else (case,)


def _it(case: str, kind: str, where: str) -> dict[str, str]:
    return {"case_number_": case, "kind_": kind, "location_": where}
