"""Does an answer withdraw the application? The plain statement only: no wish to keep, no question, no condition."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.journey.answers.clauses import Clause

_WHAT = r"(?:my|the|this) (?:(?:whole|entire|job|complete|current) )?(?:application|candidacy|candidature)"
_I = (
    r"(?:^|\b(?:that|and|so|therefore|hereby|unfortunately|sorry|regret|thus|hence|thanks|but) )(?:i|we)"
    r"(?: (?:m|am|ve|have|hereby|herewith|therefore|thus|now|must|need|want|wish|would|d|like|decided|will|ll|to|do"
    r"|unfortunately|kindly|formally|officially|afraid|sorry|going|writing))*"
)
_EN = (
    rf"{_I} withdraw(?:ing)? {_WHAT}\b",
    rf"{_I} withdraw(?:ing)?(?: my candidature| my candidacy)? from (?:the|this|your) (?:\w+ ){{0,3}}(?:process|procedure|position|competition)\b",
    rf"{_I} withdraw$",
    rf"^(?:hereby )?withdraw(?:ing)?(?: of)? {_WHAT}\b",
    rf"^(?:\w+ )?(?:please|kindly) withdraw (?:{_WHAT}\b|me\b)",
    rf"\b(?:could you |would you )?please (?:withdraw {_WHAT}|(?:consider|regard|treat) {_WHAT} (?:as )?withdrawn)\b",
    rf"\b{_WHAT} is (?:hereby )?withdrawn\b",
    r"\b(?:i|we)(?: am| are| m)? no longer (?:interested|available|wish to (?:be considered|apply)|want to apply)\b",
    r"^no longer interested\b",
    r"\b(?:i|we)(?: am| m) not interested (?:any ?more|any longer)\b",
    r"\bi(?: have| ve)?(?: \w+){0,2} accepted (?:another|a different|an other) (?:\w+ )?(?:position|offer|job|post)\b",
    r"\bi(?: have| ve)?(?: \w+){0,2} accepted (?:a|an) (?:\w+ )?(?:position|offer|job|post) (?:elsewhere|somewhere else)\b",
)
_DE = (
    r"\b(?:ziehe|zieh)\b(?: \w+){0,12} bewerbung\b(?: \w+){0,14} zurueck\b",
    r"\bziehe (?:ich )?(?:sie |diese |hiermit )*zurueck$",
    r"\b(?:moechte|muss|will|werde)\b(?: \w+){0,8} bewerbung\b(?: \w+){0,14} (?:zurueckziehen|zurueck ziehen|zurueckzuziehen)\b",
    r"\bbewerbung (?:bitte )?(?:zurueckziehen|zurueckgezogen)$",
    r"\bbewerbung (?:ist |gilt )?(?:hiermit |damit |als )*zurueckgezogen\b",
    r"\bbetrachten sie(?: \w+){0,4} bewerbung(?: \w+){0,4} als zurueckgezogen\b",
    r"^(?:hiermit )?rueckzug meiner bewerbung\b",
    r"\b(?:ich )?(?:bin|habe)(?: \w+){0,6} (?:nicht mehr interessiert|nicht laenger interessiert|kein interesse mehr)\b",
    r"\bnicht mehr (?:an|fuer)(?: \w+){1,5} interessiert\b",
    r"\bhabe(?: \w+){0,4} (?:eine|ein) (?:andere|anderes) (?:\w+ )?(?:stelle|angebot|position)(?: \w+){0,3} angenommen\b",
    r"\bhabe(?: \w+){0,4} (?:stelle|angebot|position)(?: \w+){0,2} anderweitig(?: \w+){0,1} angenommen\b",
)
_TELLS = re.compile("|".join(f"(?:{one})" for one in (*_EN, *_DE)))
_SPEAKS = re.compile(
    r"\b(?:withdr[ae]w\w*|retract\w*|rueckzug|zurueck(?:ge|zu)?z[io]eh?\w*|zurueckgezogen|zieh\w*(?: \w+){0,26} zurueck)\b"
)
# A part of it, another paper, a condition, a doubt, somebody else, another time: a person reads it.
_UNCLEAR = re.compile(
    r"\b(?:not withdraw\w*|do not|don t|dont|did not|cannot|can t|never|nicht zurueck\w*|keinesfalls|consent|einwilligung|but|aber"
    r"|only|nur|sondern|instead|stattdessen|keep|keeping|behalte|remain|if|falls|wenn|unless|in case|sofern|or|oder|may|might|maybe|perhaps"
    r"|vielleicht|eventuell|evtl|consider(?:ing)? (?:to|whether|withdraw\w*)|thinking|thought|ueberleg\w*|ueberlege|whether|ob|how|wie"
    r"|new|newer|neue[nrs]?|updated|previous|earlier|old|alte[nrs]?|vorherige\w*|fruehere\w*|first|second|erste[nrs]?|zweite[nrs]?"
    r"|replace\w*|ersetz\w*|still|trotzdem|dennoch|noch|last year|letztes jahr|statement|paper|manuscript|claim|complaint"
    r"|question\w*|frage\w*|until|bis|weiterhin|for now|vorerst|version|file|datei|pdf|attached|anbei|both|beide|one of|eine der|eine von)\b"
)


def speaks(found: Iterable[Clause]) -> bool:
    """Whether an answer is about withdrawing, however."""
    return any(_SPEAKS.search(one.text) or _TELLS.search(one.text) for one in found)


def told(found: tuple[Clause, ...]) -> str:
    """The clause by which the application is withdrawn, as written; "" when anything leaves that open."""
    if any(_UNCLEAR.search(_kept(one.text)) for one in found):
        return ""
    return next((one.shown for one in found if _TELLS.search(one.text)), "")


def _kept(text: str) -> str:
    """Without phrases that hold an unclear word and leave nothing open."""
    return re.sub(r"\bi am not interested any ?more\b|\bnicht mehr interessiert\b|\bno longer\b", " ", text)
