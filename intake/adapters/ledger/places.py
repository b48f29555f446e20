"""The rows of places: wherever a person's data lies, a row under their case says so."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.adapters.ledger.database import Database
from intake.model import Plan

_PLACE = tables.place


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
        rows = sa.select(_PLACE.c.kind, _PLACE.c.location).where(_PLACE.c.case_number == case)
        with self.reading() as connection:
            return sorted((kind, where) for kind, where in connection.execute(rows))


def known_case(connection: sa.Connection, case: str) -> None:
    """LookupError for a case number that no message has."""
    number = tables.message.c.case_number
    if connection.execute(sa.select(number).where(number == case)).first() is None:
        raise LookupError(f"no case {case!r} in the ledger")


def add(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    """Once, however often it is said."""
    there = sa.select(_PLACE.c.kind).where(*_is(case, kind, where))
    if connection.execute(there).first() is None:
        connection.execute(sa.insert(_PLACE).values(case_number=case, kind=kind, location=where))


def drop(connection: sa.Connection, case: str, kind: str, where: str) -> None:
    connection.execute(sa.delete(_PLACE).where(*_is(case, kind, where)))


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


def _is(case: str, kind: str, where: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_PLACE.c.case_number == case, _PLACE.c.kind == kind, _PLACE.c.location == where)
