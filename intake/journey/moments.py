"""Times as people write them, always with their zone. A leaf: ``wording`` and ``summaries`` use it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from intake.model import Language

_MONTHS: Mapping[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ"}


def day(local: date, language: Language) -> str:
    """ "22 November 2026", or "22. November 2026"."""
    month = _MONTHS[language].split()[local.month - 1]
    return f"{local.day}{'.' if language == 'de' else ''} {month} {local.year}"


def said(local: datetime, language: Language) -> str:
    """ "22 November 2026, 14:05 CET", or "22. November 2026, 14:05 Uhr (MEZ)". local: aware, in its zone."""
    month = _MONTHS[language].split()[local.month - 1]
    zone = local.tzname() or ""
    if language == "de":
        return f"{local.day}. {month} {local.year}, {local:%H:%M} Uhr ({_GERMAN_ZONES.get(zone, zone)})"
    return f"{local.day} {month} {local.year}, {local:%H:%M} {zone}"
