"""Is a position still open for a mail that arrived then? Judged by arrival, to the last second of the day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.journey.route.rules import Rules
from intake.model import Mail, Position


def is_closed(position: Position, rules: Rules, arrived: datetime) -> bool:
    """Closed by an admin, or after the last second of its deadline in the institution's time zone."""
    return position.closed or bool(position.deadline and arrived >= end_of(position, rules))


def end_of(position: Position, rules: Rules) -> datetime:
    """The first instant after the deadline, in UTC. Only for positions that have one."""
    assert position.deadline is not None
    following = position.deadline + timedelta(days=1)
    return datetime.combine(following, time(), ZoneInfo(rules.time_zone)).astimezone(UTC)


def lateness(position: Position, rules: Rules, arrived: datetime, mail: Mail) -> str:
    """ "late by 3 h" when a person should decide about a missed deadline (POLICY, Time), else "".

    That is within ``late_to_review`` after it, or when Date or the first Received lies before it.
    """
    if position.closed or position.deadline is None:
        return ""
    end = end_of(position, rules)
    sent = [*([mail.date] if mail.date else []), *mail.received[-1:]]
    late = arrived - end
    if late < timedelta() or (late > rules.late_to_review and not any(time < end for time in sent)):
        return ""
    return f"{position.id}: late by {_words(late)}"


def _words(late: timedelta) -> str:
    hours = late / timedelta(hours=1)
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{round(hours)} h" if hours < 48 else f"{late.days} days"
