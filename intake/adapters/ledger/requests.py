"""The rows of requests: what other commands ask the worker to do."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.adapters.ledger.database import Database
from intake.adapters.ledger.prepared import Prepared
from intake.ports import Request

_REQUEST = tables.request
_OPEN = Prepared(
    sa.select(_REQUEST.c.id, _REQUEST.c.at, _REQUEST.c.who, _REQUEST.c.what, _REQUEST.c.arguments)
    .where(_REQUEST.c.finished.is_(None))
    .order_by(_REQUEST.c.id)
)


class Requests(Database):
    """The part of ``ports.Ledger`` about requests."""

    def ask(self, *, who: str, what: str, arguments: dict[str, str], now: datetime) -> int:
        with self.writing() as connection:
            asked = sa.insert(_REQUEST).values(at=now, who=who, what=what, arguments=arguments)
            return int(connection.execute(asked.returning(_REQUEST.c.id)).scalar_one())

    def requests(self) -> list[Request]:
        with self.reading() as connection:
            return [Request(**row._asdict()) for row in _OPEN.all(connection)]

    def finish_request(self, request: int, *, now: datetime, result: str) -> None:
        with self.writing() as connection:
            change = sa.update(_REQUEST).where(_REQUEST.c.id == request, _REQUEST.c.finished.is_(None))
            if not connection.execute(change.values(finished=now, result=result)).rowcount:
                raise LookupError(f"no open request {request} in the ledger")

    def request_result(self, request: int) -> str | None:
        with self.reading() as connection:
            result: str | None = connection.execute(
                sa.select(_REQUEST.c.result).where(_REQUEST.c.id == request)
            ).scalar()
        return result
