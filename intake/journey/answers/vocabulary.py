"""The words of answers, folded: what numbers, what is polite, and what makes a choice doubtful."""

from __future__ import annotations

import functools

from rapidfuzz.distance import OSA

SPELT_FROM = 5  # letters of a word that may hold one slip: "secnd", "numbr"
NAMED = 4  # words of a name after "thanks"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT = frozenset(("not", "nicht"))
BUT = frozenset(("but", "sondern"))
AND = frozenset(("and", "und", "sowie", "plus", "n"))

ORDINALS = {
    **dict.fromkeys(("first", "erste", "ersten", "erster", "erstes"), 1),
    **dict.fromkeys(("second", "zweite", "zweiten", "zweiter", "zweites"), 2),
    **dict.fromkeys(("third", "dritte", "dritten", "dritter", "drittes"), 3),
    **dict.fromkeys(("fourth", "forth", "vierte", "vierten", "vierter", "viertes"), 4),
    **dict.fromkeys(("fifth", "fuenfte", "fuenften", "fuenfter", "fuenftes"), 5),
    **dict.fromkeys(("sixth", "sechste", "sechsten", "sechster", "sechstes"), 6),
    **dict.fromkeys(("seventh", "siebte", "siebten", "siebter", "siebtes"), 7),
    **dict.fromkeys(("eighth", "achte", "achten", "achter", "achtes"), 8),
    **dict.fromkeys(("ninth", "neunte", "neunten", "neunter", "neuntes"), 9),
}
CARDINALS = {
    **dict.fromkeys(("one", "eins"), 1),
    **dict.fromkeys(("two", "zwei", "zwo"), 2),
    **dict.fromkeys(("three", "drei"), 3),
    **dict.fromkeys(("four", "vier"), 4),
    **dict.fromkeys(("five", "fuenf"), 5),
    **dict.fromkeys(("six", "sechs"), 6),
    **dict.fromkeys(("seven", "sieben"), 7),
    **dict.fromkeys(("eight", "acht"), 8),
    **dict.fromkeys(("nine", "neun"), 9),
}
NUMBERING = _words(
    "number numbers nummer nummern nr no num position positions positionen option stelle stellen choice"
)
NOUNS = _words("position positions positionen stelle stellen option options optionen jobs vacancies")
THESE = _words("these those them listed above diese dieser diesen davon genannten aufgefuehrten obigen")
# Counted by a number before them: "2 positions" numbers none.
COUNTED = frozenset(
    (*NOUNS, "of", "von", "applications", "bewerbungen", "application", "bewerbung", "mails", "numbers", "times", "mal")
) | frozenset(("answers", "antworten", "choices", "ausschreibungen", "roles", "posts", "davon", "jobs"))  # fmt: skip
WHOSE = _words("my meine meiner meinen meinem our unsere your ihre ihrer a an eine einer einen this diese")
# After an ordinal: something else than the position of that number.
OTHER_NOUNS = _words(
    "application applications bewerbung choice preference priority wahl prioritaet praeferenz answer antwort mail email"
    " message nachricht time mal of reply"
)
UNITS = _words(
    "year years jahr jahre jahren month months monat monate monaten week weeks woche wochen day days tag tage tagen page"
    " pages seite seiten file files datei dateien pdf pdfs document documents dokument dokumente question questions frage"
    " fragen publication publications publikationen papers minutes minuten hours stunden mb kinder children"
)
POLITE = _words("please bitte danke thanks thank you yes ja")
CLOSING = _words(
    "thanks thank regards best cheers danke dank gruss gruesse gruessen wishes mfg lg vg sincerely yours"
)

# Words that change nothing in a clause that chooses.
PLAIN = _words(
    "i would like to apply applying for the a an position positions number numbers nr num option choose chose choosing pick"
    " select selected take am is are its it s d m ve ll my application mean meant refers refer referring concerns please with one"
    " ones that this want wanted wish prefer hello hi hey thanks thank you yes yep ok okay of course sorry here answer hereby"
    " confirm on list your in from interested only just exactly definitely posting job vacancy role named listed under was"
    " be should read will go considered as applied mine goes about regarding concerning advertised very much many kind"
    " regards best reply choice intended intend which by dear sir madam would be post offer these those them above so"
    " ich moechte moechten wuerde gern gerne mich auf fuer um die der das den dem stelle stellen positionen nummer nummern"
    " bewerben bewerbe bewerbung bitte meine meinte gemeint ist sind war es waehle nehme geht handelt sich hiermit bezieht gilt"
    " danke vielen dank hallo guten tag ja variante wahl ausschreibung interessiere interessiert bin an mit zu zur vom"
    " von ihre ihrer ihrem liste genannte genannten angegebene angegebenen antwort lautet nur bei meiner natuerlich klar"
    " entscheide mir wird waere beworben wollte will diese dieser diesen davon im ihnen sie freundliche"
    " freundlichen gruesse gruessen gruss als sehr geehrte damen und herren herzlichen lieben besten"
)

# Of these any may stand between two numbers of a list: "number 2 and the third one".
JOINING = _words(
    "the a number numbers nr num position positions option one ones for on in die der den das stelle stellen positionen"
    " nummer nummern fuer auf um please bitte"
)
# What an item of a list is made of, besides names and figures.
LISTED = frozenset({*JOINING, *NUMBERING, *AND, *POLITE, *ORDINALS, *CARDINALS})
EXCUSES = _words(
    "sorry apologies entschuldigung entschuldigen verzeihung thanks thank danke vielen hello hallo hi"
)
MINE = _words("my mine meine meiner meinen meinem our unsere")
APPLYING = _words("applying interested interessiert apply considered referring choosing")

# A clause that begins so asks, or tells a time: "is it …", "on the 3rd", "um 3".
ASKING = _words(
    "is are was were can could do does did may should would will shall which what when where how who ist sind kann koennte koennten darf"
    " duerfte soll sollte wird welche welcher welches wann wie wo warum why on um am at by until bis ab since seit"
)

# Without these a clause says the same.
HARMLESS = (
    "that is all", "that s all", "thats all", "all the best", "first of all", "of your list", "of the list", "from your list",
    "from the list", "on your list", "on the list", "in your list", "in the list", "in your mail", "in your email",
    "in your message", "from your mail", "from your email", "aus ihrer liste", "auf ihrer liste", "in ihrer liste",
    "aus der liste", "auf der liste", "in der liste", "in ihrer mail", "in ihrer e mail", "aus ihrer mail",
    "please consider my application", "please consider me", "if you need anything else", "if you need anything", "if you need more", "if you have any questions",
    "if you have any further questions", "wenn sie noch etwas brauchen", "falls sie noch etwas brauchen", "ich habe mich", "habe ich mich", "for all your help", "for all your support", "thank you all", "thanks all",
)  # fmt: skip

# (choice, phrases), longer phrases first; choices.Choice has the names.
PHRASES = (
    ("you-decide", (
        "i leave it to you to decide", "i leave the choice to you", "i leave the decision to you", "i leave the choice up to you",
        "i leave it up to you", "i leave it to you", "i ll leave it to you", "i will leave it to you",
        "i ll leave the choice to you", "i would leave the choice to you", "i let you decide", "i will let you decide",
        "leave the choice to you", "let you decide", "you can decide", "you may decide", "you should decide", "please you decide",
        "you decide", "you deside", "please decide", "it is up to you", "it s up to you", "up to you", "your choice", "your decision",
        "it does not matter", "it doesn t matter", "does not matter", "doesn t matter", "i have no preference",
        "i don t mind", "no preference", "i do not mind", "whichever", "i don t have a preference",
        "ich ueberlasse ihnen die entscheidung", "ich ueberlasse ihnen die wahl", "ich ueberlasse die wahl ihnen",
        "ich ueberlasse die entscheidung ihnen", "ich ueberlasse es ihnen", "die wahl ueberlasse ich ihnen",
        "die entscheidung ueberlasse ich ihnen", "das ueberlasse ich ihnen", "die entscheidung liegt bei ihnen",
        "das entscheiden sie", "bitte entscheiden sie", "entscheiden sie", "sie entscheiden", "sie koennen entscheiden",
        "sie duerfen entscheiden", "es ist mir egal", "das ist mir egal", "ist mir egal", "mir ist es egal", "mir egal", "egal",
        "ihre entscheidung", "keine praeferenz", "ich habe keine praeferenz",
    )),
    ("none", (
        "none of the above", "none of the listed", "none of the positions", "none of the two", "none of them", "none of these",
        "none of those", "neither of them", "neither of the two", "neither of these", "none", "neither", "keine der genannten",
        "keine der beiden", "keine der stellen", "keine der aufgefuehrten", "keine der obigen", "keine von diesen", "keine von beiden",
        "keine von denen", "keine von ihnen", "keine dieser", "keine davon", "keine",
    )),
    ("several", (
        "several of them", "several", "severel", "sevral", "more than one", "multiple", "mehr als eine", "mehrere davon",
        "mehrere", "mehrer", "mehreren",
    )),
    ("both", ("both of them", "both of these", "both of the", "both", "alle beide", "beide davon", "beide", "beiden", "biede")),
    ("all", (
        "all of the above", "all of them", "all of these", "all of those", "all of the", "all the", "all", "alle davon",
        "alle", "allen", "saemtliche", "every one of them",
    )),
)  # fmt: skip
# Beside "you decide": "where I fit best".
WHERE = _words(
    "where which what who fits fit best me profile better suits suit suitable wo welche welcher besser am besten passt passe"
    " hin profil mein ob decide"
)

# In any other clause: a choice beside it is doubtful.
UNCLEAR = _words(
    "firstly secondly thirdly erstens zweitens drittens or oder either entweder maybe perhaps vielleicht eventuell evtl but aber however jedoch instead stattdessen if falls wenn"
    " unless unsure unsicher wait actually forget mistake wrong falsch versehentlich alternatively alternativ alternativen otherwise"
    " ansonsten whether ob not nicht kein keine keinen never cannot unfortunately leider question questions frage fragen follow"
    " follows folgt folgen nachreichen nachgereicht later spaeter none neither all alle both beide several mehrere multiple"
    " decide entscheiden egal probably wahrscheinlich think glaube denke depends preference preferred priority prioritaet"
    " possibly moeglicherweise also auch additionally zusaetzlich too rather lieber eher except ausser disability behinderung"
    " call anrufen phone help hilfe change aendern no nein don t dont sondern last letzte letzten latter former two three"
    " zwei drei vier four previous vorherige other andere another anderen"
)

_VOCABULARY = tuple(sorted(word for word in {*ORDINALS, *PLAIN} if len(word) >= SPELT_FROM))


def meaning(word: str) -> bool:
    """Whether a word takes part in a choice by itself."""
    return word in ORDINALS or word in CARDINALS or word in NOT or word in BUT or word in UNCLEAR


@functools.lru_cache(maxsize=2000)
def spelt(word: str) -> str:
    """The word that this is, though it may hold one slip; itself when none or several are as near."""
    if word in ORDINALS or word in PLAIN or word in UNCLEAR or word in CARDINALS or len(word) < SPELT_FROM:
        return word
    near = [other for other in _VOCABULARY if OSA.distance(word, other, score_cutoff=1) <= 1]
    values = {ORDINALS.get(other, 0) for other in near}
    return near[0] if len(values) == 1 else word
