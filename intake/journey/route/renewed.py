"""Where a sentence that denied something goes on to apply: "as my contract won't be extended I apply for X".

Only a new clause of the writer's does: one behind a clause that a conjunction opened, one joined by "and" or "so", or
a "consider this one for" behind what is to be deleted. What is denied may hold an "I apply" itself ("I did not say
that I apply", "delete the mail in which I apply"); then the denial stands.
"""

from __future__ import annotations

from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Wording

REACH = 6  # words between "I" and its verb, and between "consider this" and "for"

# With these a clause or phrase opens that ends where "I" begins: "after the cancellation of my grant I …".
_OPENING = frozenset(
    ("as", "since", "because", "after", "following", "due", "given", "although", "though", "despite", "upon", "with", "now",
     "da", "weil", "nachdem", "nach", "wegen", "aufgrund", "infolge", "obwohl", "trotz", "mit", "durch")
)  # fmt: skip
_AND = frozenset(("and", "und"))
_JOINING = frozenset((*_AND, "so", "therefore", "hence", "thus", "daher", "deshalb", "deswegen"))
# Between a denial and an "I apply" these make it what is denied: "I did not say that I apply", "my mail saying I apply".
_GOVERNING = frozenset(
    ("that", "whether", "if", "which", "who", "whom", "what", "why", "how", "when", "where", "whose", "dass", "ob", "wenn", "falls",
     "think", "thinking", "thought", "believe", "say", "saying", "said", "says", "tell", "telling", "told", "know", "knew",
     "assume", "assuming", "suppose", "claim", "claiming", "state", "stating", "see", "feel", "mean", "meant", "guess", "pretend",
     "understand", "remember", "imagine", "expect", "hope", "swear", "conclude", "infer", "sure", "true", "certain", "clear",
     "case", "fact", "idea", "impression", "mail", "letter", "message", "all", "everything", "neither", "nor", "weder", "glaube", "denke", "sage", "sagte", "meine", "behaupte")
)  # fmt: skip
_ADVERBS = frozenset(
    ("m", "am", "hereby", "herewith", "now", "therefore", "thus", "gladly", "also", "would", "d", "ll", "will", "like", "want",
     "wish", "to", "have", "ve", "decided", "happily", "again", "hiermit", "nun", "jetzt", "daher", "deshalb")
)  # fmt: skip
_SENDING = frozenset(("send", "sending", "submit", "submitting", "enclose", "attach"))
# These throw something away, which need not be an application.
_DISCARDING = frozenset(
    ("cancel", "cancelling", "canceling", "cancellation", "delete", "deletion", "disregard", "ignore", "remove",
     "storniere", "stornieren", "stornierung", "loesche", "loeschen", "loeschung", "streiche", "streichen")
)  # fmt: skip
_CONSIDER = frozenset(("consider", "take", "use", "accept", "betrachten", "nehmen", "beruecksichtigen"))
_POLITE = frozenset(("please", "only", "bitte", "sie", "nur"))
_THIS = frozenset(("this", "these", "me", "my", "diese", "dieses", "meine"))
_FOR = frozenset(("for", "fuer"))
# Behind "consider this" these end an application instead.
_ENDING = frozenset(
    ("withdrawn", "cancelled", "canceled", "void", "closed", "obsolete", "over", "end", "back", "off", "out",
     "zurueck", "zurueckgezogen", "storniert", "hinfaellig", "ende")
)  # fmt: skip


def begins(sentence: Sentence, index: int, denied: int, wording: Wording) -> bool:
    """Whether a clause in which the writer applies begins at this word. denied: where the denial did."""
    found = sentence.words
    if index >= len(found) or found[index] not in _STARTS:
        return False
    if _new_paper(found, index, denied):
        return True
    between = frozenset(found[denied:index])
    if between & _GOVERNING or between & set(wording.applications) or _is_described(found, index, wording):
        return False
    if found[index] in _AND:
        plain = found[denied] in _DISCARDING and not between & {"to", "zu", "i", "ich"}
        return plain and _applies(found, index + 1, wording)
    opened = found[index - 1] in _JOINING or _opened(sentence, denied)
    return opened and (
        _applies(found, index + 1, wording) if found[index] in ("i", "ich") else _german(found, index)
    )


_STARTS = frozenset(("i", "ich", "bewerbe", "bewerb", "moechte", "wuerde", *_AND))


def _opened(sentence: Sentence, denied: int) -> bool:
    """Whether a conjunction opens the clause that is denied, with no mark since."""
    start = max((one for one in sentence.marks if one <= denied), default=0)
    if sentence.words[start] in _AND:
        start += 1
    return sentence.words[start] in _OPENING and start < denied


def _is_described(found: tuple[str, ...], index: int, wording: Wording) -> bool:
    """Whether "I apply" belongs to the noun before it: "the position I apply for"; not "… of my position I apply"."""
    return found[index - 1] in wording.nouns and found[index - 2] not in wording.mine


def _applies(found: tuple[str, ...], index: int, wording: Wording) -> bool:
    """Whether "apply" or "send my" follows, with nothing but adverbs before it; after "and" an "I", too."""
    for place, word in enumerate(found[index : index + REACH], index + 1):
        if word in wording.verbs:
            return True
        if word in _SENDING and set(found[place : place + 2]) & set(wording.mine):
            return not _ENDING & set(found[place:])  # "delete my data and send my papers back"
        if word not in _ADVERBS and word not in ("i", "ich"):
            return False
    return False


def _german(found: tuple[str, ...], index: int) -> bool:
    """ "bewerbe ich", "möchte ich mich … bewerben"; "mich … bewerbe" belongs to what is denied."""
    if found[index] in ("bewerbe", "bewerb"):
        return found[index + 1 : index + 2] == ("ich",)
    return found[index + 1 : index + 3] == ("ich", "mich") and "bewerben" in found[index + 3 :]


def _new_paper(found: tuple[str, ...], index: int, denied: int) -> bool:
    """Whether a paper takes the place of one that is discarded: "delete my mail and consider this one for"."""
    said = tuple(word for word in found[index + 1 :] if word not in _POLITE)
    return (
        found[index] in _AND
        and found[denied] in _DISCARDING
        and bool(_CONSIDER & set(said[:1]))
        and bool(_THIS & set(said[1:2]))
        and bool(_FOR & set(said[2:REACH]))
        and not _ENDING & set(said)
    )
