"""Does an answer withdraw the application? The plain statement only: no wish to keep, no question, no condition."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.journey.answers.clauses import Clause

_WHAT = r"(?:my|the|this) (?:(?:whole|entire|job|complete|current) )?(?:application|candidacy|candidature)"
_I = (
    r"(?:^|\b(?:(?:inform you|let you know|tell you|notify you|inform|announce|regret|say) that|and|so|therefore|hereby"
    r"|unfortunately|sorry|thus|hence|thanks|but) )(?:i|we)"
    r"(?: (?:m|am|ve|have|hereby|herewith|therefore|thus|now|must|need|want|wish|would|d|like|decided|will|ll|to|do"
    r"|unfortunately|kindly|formally|officially|afraid|sorry|going|writing))*"
)
_POST = r"(?:positions?|post|postdoc|job|role|opportunity|vacancy|application|applying)"
_END = r"(?=$| (?:and|as|because|since|due|thank|thanks)\b)"
_OFFER = "(?:position|offer|job|post)"
_SINCE = "(?:and|elsewhere|in the meantime|meanwhile|now|at|as|so|with)"
_EN = (
    rf"{_I} withdraw(?:ing)? {_WHAT}\b",
    rf"{_I} withdraw(?:ing)? from (?:the|this|your) (?:\w+ ){{0,3}}(?:process|procedure|position|competition)\b",
    rf"{_I} withdraw$",
    rf"^i have changed my mind and (?:would like to |want to |wish to )?withdraw {_WHAT}\b",
    rf"^(?:hereby )?withdraw(?:ing)? {_WHAT}\b",
    rf"^(?:\w+ )?(?:please|kindly) withdraw {_WHAT}\b",
    rf"^(?:\w+ )?please (?:consider|regard|treat) {_WHAT} (?:as )?withdrawn\b",
    rf"\b{_WHAT} is (?:hereby )?withdrawn\b",
    rf"\b(?:i|we)(?: am| are| m) no longer interested(?: in (?:\w+ ){{0,6}}{_POST})?{_END}",
    rf"^no longer interested(?: in (?:\w+ ){{0,6}}{_POST})?$",
    r"\b(?:i|we) no longer (?:wish|want) to (?:be considered|apply)\b",
    rf"\bi(?: am| m) not interested any ?more{_END}",
    rf"\bi(?: have| ve)?(?: \w+){{0,2}} accepted (?:another|a different) (?:\w+ )?{_OFFER}(?=$| {_SINCE}\b)",
    r"\bi(?: have| ve)?(?: \w+){0,4} accepted (?:a|an) (?:\w+ )?(?:position|offer|job|post) (?:elsewhere|somewhere else)\b",
)
_STELLE = r"(?:an (?:der|dieser|ihrer|einer) (?:\w+ )?(?:stelle|position|ausschreibung|bewerbung) )?"
_ADVERB = r"(?:leider |daher |inzwischen |mittlerweile |nun |hiermit |deshalb |sehr )*"
_OF_ME = rf"(?:^|\b(?:und|da|denn|dass|weil) |^{_STELLE[:-1]}){_ADVERB}(?:ich (?:bin|habe)|(?:bin|habe) ich)"
_MAY = "(?:moechte|muss|will|werde|wuerde)"
_DE = (
    r"\bziehe?\b(?: \w+){0,6} (?:meine|die|diese) (?:\w+ )?bewerbung\b(?: \w+){0,14} zurueck\b",
    r"\bziehe (?:ich )?(?:sie |diese |hiermit )*zurueck$",
    rf"\b(?:ich (?:\w+ ){{0,3}}{_MAY}|{_MAY} ich)(?: \w+){{0,6}} (?:meine|die|diese) (?:\w+ )?bewerbung\b(?: \w+){{0,14}} zurueck ?ziehen\b",
    r"^(?:hiermit |bitte )?(?:meine )?bewerbung (?:bitte )?zurueckziehen$",
    r"\b(?:dass|da|weil) ich (?:\w+ ){0,3}meine bewerbung(?: \w+){0,10} zurueck(?:ziehe|ziehen (?:moechte|muss|werde))$",
    r"^bitte ziehen sie meine bewerbung(?: \w+){0,8} zurueck$",
    r"^(?:hiermit )?rueckzug meiner bewerbung\b",
    r"\bbetrachten sie (?:bitte )?meine bewerbung(?: \w+){0,2} als zurueckgezogen\b",
    rf"{_OF_ME} {_ADVERB}{_STELLE}{_ADVERB}nicht mehr interessiert\b",
    rf"{_OF_ME} {_ADVERB}{_STELLE}{_ADVERB}kein interesse mehr(?: an (?:der|dieser|ihrer) (?:stelle|position))?$",
    r"\bhabe(?: \w+){0,4} (?:eine|ein) (?:andere|anderes) (?:\w+ )?(?:stelle|angebot|position)(?: \w+){0,3} angenommen\b",
    r"\bhabe(?: \w+){0,4} (?:stelle|angebot|position)(?: \w+){0,2} anderweitig(?: \w+){0,1} angenommen\b",
)
_TELLS = re.compile("|".join(f"(?:{one})" for one in (*_EN, *_DE)))
_SPEAKS = re.compile(
    r"\b(?:withdr[ae]w\w*|retract\w*|rueckzug|zurueck(?:ge|zu)?z[io]eh?\w*|zurueckgezogen|zieh\w*(?: \w+){0,26} zurueck)\b"
)
# A part of it, another paper, a condition, a doubt, somebody else, another time: a person reads it.
_UNCLEAR = re.compile(
    r"\b(?:not|don t|dont|cannot|can t|never|no intention|nicht|kein\w*|keinesfalls|erwaegung|wrong|error|mistake\w*|misunder\w*|irrtum|irrtuemlich\w*|missver\w*|falsch|(?:19|20)\d\d|ago|damals|consent|einwilligung|but|aber"
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
    pieces = ((one, piece) for one in found for piece in (one, *one.parts))
    return next((one.shown for one, piece in pieces if _TELLS.search(piece.text)), "")


def _kept(text: str) -> str:
    """Without phrases that hold an unclear word and leave nothing open."""
    return re.sub(
        r"\bsorry but\b|\bnot interested any ?more\b|\bnicht mehr interessiert\b|\bkein interesse mehr\b",
        " ",
        text,
    )
