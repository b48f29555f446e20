"""Statements that are made and compiled once, and run by the driver itself.

SQLAlchemy says what a statement is in each dialect, how its values are bound and how its columns are read. To
build one, to recognise it as one that was compiled before, and to wrap what comes back takes ten times as long as
SQLite takes to run it; so what every message needs is prepared, and all else is left to SQLAlchemy. Both may stand
in one transaction.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

_Process = Callable[[Any], Any]


class Prepared:
    """One statement. Its values are given by the names of its ``bindparam``s; those that have a value keep it.

    given: of an INSERT, the columns that get values.
    Errors: those of SQLAlchemy, with nothing of the values in them; ValueError for a value that its type refuses;
    TypeError for one that the statement has no place for.
    """

    def __init__(
        self,
        statement: sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update | sa.Delete,
        given: Sequence[str] = (),
    ) -> None:
        self._statement = statement
        self._given = given
        self._compiled: dict[str, _Compiled] = {}  # by dialect

    def all(self, connection: sa.Connection, **values: Any) -> list[Any]:
        """Every row, as a named tuple."""
        compiled = self._for(connection)
        rows, _ = compiled.run(connection, values)
        return [compiled.read(row) for row in rows]

    def first(self, connection: sa.Connection, **values: Any) -> Any:
        """The first row, or None."""
        compiled = self._for(connection)
        rows, _ = compiled.run(connection, values)
        return compiled.read(rows[0]) if rows else None

    def scalar(self, connection: sa.Connection, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.first(connection, **values)
        return None if row is None else row[0]

    def scalars(self, connection: sa.Connection, **values: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.all(connection, **values)]

    def change(self, connection: sa.Connection, **values: Any) -> int:
        """How many rows it changed."""
        _, changed = self._for(connection).run(connection, values)
        return changed

    def change_many(self, connection: sa.Connection, many: Iterable[dict[str, Any]]) -> None:
        """The same for several sets of values."""
        self._for(connection).run_many(connection, many)

    def _for(self, connection: sa.Connection) -> _Compiled:
        found = self._compiled.get(connection.dialect.name)
        if found is None:
            found = _Compiled(self._statement, self._given, connection.dialect)
            self._compiled[connection.dialect.name] = found
        return found


def inserting(table: sa.Table, *given: str) -> Prepared:
    """One more row with these columns; the others have their defaults."""
    others = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in given and isinstance(column.default, sa.ColumnDefault)
    }
    return Prepared(sa.insert(table).inline().values(others), given)


#: The lengths of lists that statements are made for, so that there are few: a list is filled up with its last item.
_LOTS = (1, 5, 50, 500)


def in_lots(wanted: Sequence[int] | Sequence[str]) -> Iterator[tuple[dict[str, Any], int]]:
    """The values of ``one_of`` for these items, in as many lots as it takes, and how many are in each."""
    for start in range(0, len(wanted), _LOTS[-1]):
        some = list(wanted[start : start + _LOTS[-1]])
        lot = next(size for size in _LOTS if size >= len(some))
        yield items(some + some[-1:] * (lot - len(some))), lot


def items(some: Sequence[Any]) -> dict[str, Any]:
    """The values of ``one_of`` for exactly these."""
    return {f"item{place}_": item for place, item in enumerate(some)}


def one_of(column: sa.ColumnElement[Any], lot: int) -> sa.ColumnElement[bool]:
    """The column is one of so many items, see ``in_lots``."""
    return column.in_([sa.bindparam(f"item{place}_", type_=column.type) for place in range(lot)])


class _Compiled:
    """A statement in one dialect: its text, and how its values go in and come out."""

    def __init__(self, statement: Any, given: Sequence[str], dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(given) or None)
        self._text = str(compiled)
        self._places: Sequence[str] | None = compiled.positiontup
        binds = {
            name: (one.required or name in given, one.type.dialect_impl(dialect).bind_processor(dialect))
            for one, name in compiled.bind_names.items()
        }
        self._asked = tuple((name, process) for name, (required, process) in binds.items() if required)
        self._fixed = {
            name: process(compiled.params[name]) if process else compiled.params[name]
            for name, (required, process) in binds.items()
            if not required
        }
        columns = list(statement.selected_columns) if isinstance(statement, sa.Select) else []
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._read = tuple((place, process) for place, process in enumerate(found) if process)
        self._reads = bool(columns)
        named: Any = namedtuple  # whose fields a checker of types wants to see in the source
        self._row = named("Row", [column.name for column in columns], rename=True)._make
        self._errors = dialect.loaded_dbapi.Error

    def read(self, raw: Sequence[Any]) -> Any:
        """A row of the driver's with the values that its columns are to have."""
        values = list(raw)
        for place, process in self._read:
            values[place] = process(values[place])
        return self._row(values)

    def run(self, connection: sa.Connection, values: dict[str, Any]) -> tuple[Sequence[Any], int]:
        """The raw rows, and how many were changed."""
        driver: Any = connection.connection.driver_connection
        bound = self._bound(values)
        try:
            cursor = driver.execute(self._text, bound)
            return cursor.fetchall() if self._reads else (), cursor.rowcount
        except self._errors as error:
            raise self._told(connection, error) from error

    def run_many(self, connection: sa.Connection, many: Iterable[dict[str, Any]]) -> None:
        driver: Any = connection.connection.driver_connection
        bound = [self._bound(values) for values in many]
        try:
            driver.cursor().executemany(self._text, bound)
        except self._errors as error:
            raise self._told(connection, error) from error

    def _bound(self, values: dict[str, Any]) -> Any:
        if len(values) != len(self._asked):  # what is not asked for would be lost without a word
            wanted = sorted(name for name, _ in self._asked)
            raise TypeError(f"values for {sorted(values)}, where the statement asks for {wanted}")
        bound = self._fixed.copy()
        for name, process in self._asked:
            bound[name] = process(values[name]) if process else values[name]
        return bound if self._places is None else [bound[name] for name in self._places]

    def _told(self, connection: sa.Connection, error: Any) -> Any:
        """As SQLAlchemy tells it, which then knows what has become of the connection."""
        lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)
        told = exc.DBAPIError.instance(self._text, None, error, self._errors, hide_parameters=True,
                                       connection_invalidated=lost, dialect=connection.dialect)  # fmt: skip
        if lost:
            connection.invalidate(told)
        return told
