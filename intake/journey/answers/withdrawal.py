"""Does an answer withdraw the application? The plain statement only: no wish to keep, no question, no condition.

The clause that tells it must be made of known words from its beginning to its end, but for a reason at the end; every
other clause must leave it alone. So what nobody thought of ("at Bonn", "as soon as I sign") goes to a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from intake.journey.answers import choices, vocabulary
from intake.journey.answers.clauses import UNREAD, Clause

_NAME, _OURS = "nameofaposition", "nameofours"  # what stands for those in the text that is compared


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_AGAIN = (  # the application comes once more; not "thank you again"
    r"re ?(?:submit|send|appl)\w*|submit\w*|send(?:ing)?\b|upload\w*|(?<!you )(?<!thanks )again\b|correct\w*|revis\w*"
    r"|erneut\b|nochmals?\b|noch ?einmal\b|fassung\w*|schick\w*|sende[nt]?\b|einreich\w*|einzureichen|hochlad\w*|korrigi\w*|ueberarbeit\w*"
)
# No other choice, and no other paper.
_REASON = rf"(?: (?!{_NAME}\b|appl(?:y|ying)\b|prefer|bewerbe|lieber\b|{_AGAIN})[^\W\d]+)*"


# --- English -------------------------------------------------------------------------------------

_WHAT = r"(?:my|the|this) (?:(?:whole|entire|job|complete|current) )?(?:application|candidacy|candidature)"
_AUX = (
    r"(?: (?:m|am|ve|have|hereby|herewith|therefore|thus|now|must|need|want|wish|decided|will|ll|to|do|unfortunately"
    r"|kindly|formally|officially|afraid|sorry|going|writing|(?:would|d)(?: \w+)? like))*"
)
_I = rf"(?:i|we){_AUX}"
_POST = _any("position positions post postdoc job role opportunity vacancy application")
_OF_POST = rf"(?: (?:the|this|your|a|an|advertised|open|in|on|of|as|for|about|{_POST}|{_NAME}))*"
_WITH_US = (
    rf"(?: (?:at|to|with|in|from) (?:you|(?:the )?{_OURS}"
    r"|your (?:\w+ )?(?:center|centre|institute|institution|university|group|team|organisation|organization)))?"
)
_OFFER = rf"(?:(?:job|permanent|academic|faculty|research|better|new|{_NAME}) )?(?:position|offer|job|post)"
_ADVERB = (
    r"(?: (?:in the meantime|meanwhile|now|just|recently|already|since|unfortunately|therefore|gladly))*+"
)
_WHERE = r"(?: elsewhere| somewhere else| in the meantime| meanwhile| now)*+"
_ACCEPTED = (
    rf"i(?: have| ve)?{_ADVERB} accepted"
    rf"(?: (?:another|a different) {_OFFER}{_WHERE}| (?:a|an) {_OFFER} (?:elsewhere|somewhere else){_WHERE})"
)
_THANKS = (
    r"thank(?:s| you)(?: (?:for|all|your|the|you|very|so|much|a|lot|kind|quick|mail|email|message|reply|answer|time|help"
    r"|efforts?|consideration|patience|again|and))*+"
)
_TELL = (
    r"(?:i|we|this is|let me|just)(?: (?:am|m|would|d|like|want|wanted|wish|have|must|need|writing|write|regret|sorry"
    r"|afraid|hereby|herewith|to|just|unfortunately|inform|let|tell|notify|say|announce|you|know|with|great))* that"
)
_BEFORE = (
    rf"(?:(?:{_THANKS}|{_ACCEPTED}|unfortunately|sadly|regretfully|hereby|therefore|thus|hence|so|and|sorry|but|please note that"
    r"|with (?:great |deep )?regret|after (?:\w+ ){0,3}(?:consideration|reflection)|(?:for|due to) (?:\w+ ){0,3}reasons"
    r"|(?:i|we) (?:am|m|are) (?:very |so )?(?:sorry|afraid)|i (?:have |ve )?changed my mind|in the meantime|meanwhile|today|now"
    r"|my apologies|apologies) )*"
)
_HEAD = rf"{_BEFORE}(?:{_TELL} {_BEFORE})?"
_PROCESS = rf"(?:the|this|your) (?:{_NAME} )?(?:(?:application|selection|recruitment|recruiting|hiring|appointment) )?(?:process|procedure|position|competition)"
_WHEN = (
    rf"(?: (?:at this (?:time|point|stage)|effective immediately|with immediate effect|immediately|today|please"
    rf"|(?:for|due to) (?:personal|family|private|health|professional) reasons|from (?:further )?consideration|from {_PROCESS}"
    rf"|(?:of|from|dated) (?:the )?{UNREAD}))*"
)
_BECAUSE = (
    r"(?: (?:because|since|due to|owing to|as(?! (?:soon|of|long|if|far|a|an|the|well)\b)|thanks?"
    r"|and (?:thank|apologi[sz]e|regret|appreciate|am (?:very )?(?:sorry|grateful)|would like to thank|wish you (?:all|every|much|good)"
    r"|have (?:\w+ )?accepted|accepted))\b"
    rf"{_REASON})?"
)
_END = rf"{_OF_POST}{_WITH_US}{_WHEN}{_BECAUSE}"
_INTERESTED = rf"(?: in (?:the|this|your) (?:(?:{_NAME}|advertised|open) ){{0,3}}{_POST})?"
_EN = (
    rf"(?:{_I} |hereby |please |kindly |would like to |want to |wish to )?withdraw(?:ing)? {_WHAT}{_END}",
    rf"{_I} withdraw(?:ing)? from {_PROCESS}{_WITH_US}{_WHEN}{_BECAUSE}",
    rf"{_I} withdraw",
    rf"please (?:consider|regard|treat) {_WHAT} (?:as )?withdrawn{_WHEN}{_BECAUSE}",
    rf"{_WHAT} is (?:hereby )?withdrawn{_WHEN}{_BECAUSE}",
    rf"(?:(?:i|we) (?:am |are |m ))?no longer interested{_INTERESTED}{_END}",
    rf"(?:i|we) no longer (?:wish|want) to (?:be considered|apply){_END}",
    rf"i (?:am |m )not interested any ?more{_INTERESTED}{_END}",
    rf"{_ACCEPTED}(?: (?:at|with|in)(?: (?!as\b|for\b|so\b|and\b|until\b|to\b|part\b|my\b|your\b|you\b)\w+){{1,6}})?{_WHEN}",
)

# --- German --------------------------------------------------------------------------------------

_ADVERBIAL = (
    r"(?:leider|daher|inzwischen|mittlerweile|nun|hiermit|deshalb|deswegen|sehr|somit|jetzt|heute|bedauerlicherweise"
    r"|schweren herzens|sofort|mit sofortiger wirkung|aus (?:\w+ ){0,3}gruenden|bereits)"
)
_ADVERBS = rf"(?: {_ADVERBIAL})*"
_BEWERBUNG = r"(?:meine|die|diese) (?:(?:gesamte|ganze|komplette|eingereichte) )?bewerbung"
_AUF = (
    r"(?: (?:auf|fuer|um|als|zur|zum|vom|von|die|der|das|den|dem|eine|einen|stelle|stellen|position|ausschreibung"
    r"|ausgeschriebene[nr]?|in|im|zu|ueber|thema|bereich"
    rf"|(?:bei|an|in) ih\w+(?: (?:zentrum|institut|haus|einrichtung|universitaet))?|(?:am|beim|an|in)(?: der| dem)? {_OURS}|{_NAME}|{UNREAD}"
    rf"|{_ADVERBIAL}))*"
)
_STELLE = rf"an (?:der|dieser|ihrer|einer) (?:(?:{_NAME}|ausgeschriebenen) )?(?:stelle|position|ausschreibung|bewerbung)"
_MAY = "(?:moechte|muss|will|werde)"
_WANTS = rf"(?:ich{_ADVERBS} {_MAY}|{_MAY} ich|ich wuerde{_ADVERBS} gerne?|wuerde ich{_ADVERBS} gerne?)"
_HABE = rf"(?:ich{_ADVERBS} habe|habe ich)"
_ANGENOMMEN = (
    rf"{_HABE}{_ADVERBS} (?:eine andere|ein anderes) (?:stelle|angebot|position)(?: anderweitig)? angenommen"
    rf"|{_HABE}{_ADVERBS} (?:eine |ein )?(?:stelle|angebot|position) anderweitig angenommen"
)
_MITTEILEN = (
    r"(?!sie\b)(?:(?:ich|wir|moechte|muss|will|darf|wollte|teile|ihnen|hiermit|leider|gerne?|mit|mitteilen|sie|darueber"
    r"|informieren|wissen|lassen|sagen|bedaure|es|tut|mir|leid|nur|kurz|bitte|bestaetigen) )+dass"
)
_VORHER = (
    rf"(?:(?:(?:vielen |herzlichen )?danke?(?: (?:fuer|ihre|die|rueckmeldung|nachricht|antwort|mail|muehe|schnelle))*|{_ADVERBIAL}|und|da|denn|weil"
    rf"|nach (?:\w+ ){{0,3}}ueberlegung|es tut mir leid|{_ANGENOMMEN}) )*"
)
_KOPF = rf"{_VORHER}(?:{_MITTEILEN} {_VORHER})?"
_WEIL = (
    r"(?: (?:da|weil|denn|wegen|aufgrund|vielen dank|danke"
    r"|und (?:danke|bedanke|wuensche|bitte (?:um|sie um)))\b"
    rf"{_REASON})?"
)
_AN_STELLE = rf"(?: {_STELLE})?"
_DE = (
    rf"(?:ich ziehe|ziehe ich|ziehe?){_ADVERBS} {_BEWERBUNG}{_AUF} zurueck{_WEIL}",
    rf"(?:ich ziehe|ziehe ich)(?: sie| diese| hiermit)* zurueck{_WEIL}",
    rf"{_WANTS}{_ADVERBS} {_BEWERBUNG}{_AUF} zurueck ?ziehen{_WEIL}",
    r"(?:bitte )?(?:meine )?bewerbung (?:bitte )?zurueckziehen",
    rf"(?:da|weil|dass) ich{_ADVERBS} {_BEWERBUNG}{_AUF} zurueck(?:ziehe|ziehen (?:moechte|muss|werde))",
    rf"ich{_ADVERBS} {_BEWERBUNG}{_AUF} zurueck(?:ziehe|ziehen (?:moechte|muss|werde))",
    rf"bitte ziehen sie(?: bitte)? meine bewerbung{_AUF} zurueck{_WEIL}",
    rf"rueckzug meiner bewerbung{_AUF}{_WEIL}",
    rf"(?:bitte )?betrachten sie (?:bitte )?meine bewerbung{_AUF} als zurueckgezogen{_WEIL}",
    rf"(?:{_STELLE} )?(?:ich bin|bin ich){_ADVERBS}{_AN_STELLE}{_ADVERBS} nicht mehr{_AN_STELLE} interessiert{_WEIL}",
    rf"(?:{_STELLE} )?{_HABE}{_ADVERBS}{_AN_STELLE}{_ADVERBS} kein interesse mehr{_AN_STELLE}{_WEIL}",
    rf"(?:{_ANGENOMMEN}){_WEIL}",
)
_TELLS = re.compile(
    rf"{_HEAD}(?:{'|'.join(f'(?:{one})' for one in _EN)})"
    rf"|{_KOPF}(?:{'|'.join(f'(?:{one})' for one in _DE)})"
)
_SPEAKS = re.compile(
    r"\b(?:withdr[ae]w\w*|retract\w*|rueckzug|zurueck(?:ge|zu)?z[io]eh?\w*|zurueckgezogen|zieh\w*(?: \w+){0,26} zurueck"
    r"|no longer (?:interested|wish to|want to)|not interested any ?more|nicht mehr interessiert|kein interesse mehr"
    rf"|accepted (?:another|a different) (?:\w+ )?(?:position|offer|job|post)|accepted (?:a|an) {_OFFER} (?:elsewhere|somewhere else)"
    r"|andere[sn]? (?:\w+ )?(?:stelle|angebot|position)(?: \w+){0,3} angenommen"
    r"|(?:stelle|angebot|position)(?: \w+){0,2} anderweitig(?: \w+)? angenommen)\b"
)
# A part of it, another paper, a condition, a doubt, somebody else, another time: a person reads it.
_UNCLEAR = re.compile(
    r"\b(?:not|don t|dont|cannot|can t|never|no intention|nicht|kein\w*|keinesfalls|erwaegung|wrong|error|mistake\w*|misunder\w*|irrtum|irrtuemlich\w*|missver\w*|falsch|(?:19|20)\d\d|ago|damals|consent|einwilligung|but|aber"
    r"|only|nur|sondern|instead|stattdessen|keep|keeping|behalte|remain|if|falls|wenn|unless|in case|sofern|or|oder|may|might|maybe|perhaps"
    r"|vielleicht|eventuell|evtl|consider(?:ing)? (?:to|whether|withdraw\w*)|thinking|thought|ueberleg\w*|ueberlege|whether|ob|how|wie"
    r"|new|newer|neue[nrs]?|updated|previous|earlier|old|alte[nrs]?|vorherige\w*|fruehere\w*|first|second|erste[nrs]?|zweite[nrs]?"
    r"|replace\w*|ersetz\w*|still|trotzdem|dennoch|noch|last year|letztes jahr|statement|paper|manuscript|claim|complaint"
    r"|question\w*|frage\w*|until|bis|weiterhin|for now|vorerst|version|file|datei|pdf|attached|anbei|both|beide|one of|eine der|eine von"
    r"|should (?:i|you|my|the|it|they|we)|sollten?|once(?! (?:more|again)\b)|as soon|sobald|solange|ignore|disregard|untrue|joke)\b"
)
# Said beside it, these may keep the application, or make another; in thanks and in "please confirm" they do not.
_KEEPS = re.compile(
    r"\b(?:applications?|candidacy|candidature|appl(?:y|ying|ied|ies)|consider\w*|interest\w*|stands?|stays?|continu\w*"
    r"|re ?(?:submit|appl|send)\w*|submit\w*|erneut|fassung\w*|einreich\w*|bewerb\w*|beworben|interess\w*|beruecksichtig\w*|bestehen|aufrecht\w*|take (?:it|that|this) back)\b"
)
_POLITE = re.compile(
    r"(?:thanks?|danke?|vielen dank|herzlichen dank|ich danke|i appreciate|please confirm|kindly confirm|bitte bestaetigen)\b"
)


def speaks(found: Iterable[Clause]) -> bool:
    """Whether an answer is about withdrawing, however."""
    return any(_SPEAKS.search(one.text) for one in found)


def told(found: tuple[Clause, ...], ours: Sequence[tuple[str, ...]]) -> str:
    """The clause by which the application is withdrawn, as written; "" when anything leaves that open.

    ours: names of the institution, as folded words.
    """
    if any(_UNCLEAR.search(_kept(one.text)) for one in found):
        return ""
    telling = [one for one in found if _tells(one, ours)]
    if not telling or any(_says_more(one) for one in found if one not in telling):
        return ""
    return telling[0].shown


def _tells(clause: Clause, ours: Sequence[tuple[str, ...]]) -> bool:
    named = {one.positions for one in clause.places if one.positions}
    return len(named) < 2 and _TELLS.fullmatch(_with_names_marked(clause, ours)) is not None


def _with_names_marked(clause: Clause, ours: Sequence[tuple[str, ...]]) -> str:
    """The words with one for every name, of ours and of positions."""
    found = list(clause.words)
    for place in clause.places:
        if not place.hint:
            found[place.start : place.end] = [_NAME] + [""] * (place.end - place.start - 1)
    text = f" {' '.join(filter(None, found))} "
    for phrase in ours:
        text = text.replace(f" {' '.join(phrase)} ", f" {_OURS} ")
    return text.strip()


def _says_more(clause: Clause) -> bool:
    """Whether a clause beside it chooses, names or keeps something."""
    if clause.places or choices.numbers_something(clause):
        return True
    words = set(clause.words) & {*vocabulary.CARDINALS, *vocabulary.ORDINALS}
    return bool(words) or (not _POLITE.match(clause.text) and _KEEPS.search(clause.text) is not None)


def _kept(text: str) -> str:
    """Without phrases that hold an unclear word and leave nothing open."""
    return re.sub(
        r"\bsorry but\b|\bnot interested any ?more\b|\bnicht mehr(?= (?:\w+ ){0,6}interessiert\b)|\bkein interesse mehr\b",
        " ",
        text,
    )
