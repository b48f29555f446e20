"""The rows of places: wherever a person's data lies, a row under their case says so."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.adapters.ledger.database import Database
from intake.model import Plan

_PLACE = tables.place


def _sought(name: str) -> sa.BindParameter[str]:
    return sa.bindparam(f"{name}_", type_=_PLACE.c[name].type)


# Made once: to build a statement and to recognise it takes longer than to run it.
_IT = tuple(_PLACE.c[name] == _sought(name) for name in ("case_number", "kind", "location"))
_THERE = sa.select(_PLACE.c.kind).where(*_IT)
_NEW = sa.insert(_PLACE)
_GONE = sa.delete(_PLACE).where(*_IT)
_OF_CASE = sa.select(_PLACE.c.kind, _PLACE.c.location).where(_IT[0])


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
            return sorted(
                (kind, where) for kind, where in connection.execute(_OF_CASE, {"case_number_": case})
            )


def known_case(connection: sa.Connection, case: str) -> None:
    """LookupError for a case number that no message has."""
    number = tables.message.c.case_number
    if connection.execute(sa.select(number).where(number == case)).first() is None:
        raise LookupError(f"no case {case!r} in the ledger")


def add(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    """Once, however often it is said."""
    if connection.execute(_THERE, _it(case, kind, where)).first() is None:
        connection.execute(_NEW, {"case_number": case, "kind": kind, "location": where})


def drop(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    connection.execute(_GONE, _it(case, kind, where))


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
