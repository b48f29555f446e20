"""Where the names of positions and groups stand in a sentence: exactly, misspelt, or in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from intake.journey.route.alike import SIMILAR, lengths
from intake.journey.route.rules import Book, GroupName, Index, Name, Phrase
from intake.journey.route.sentences import Sentence
from intake.model import value

JOINED = (
    0.93  # where a place has fewer words than the phrase: "Causalinference", but no "interpretable" alone
)
COVERED = 0.6  # of the weight of a topic's words: enough to mean it, where its group is named as well
WHOLE = 0.95  # of that weight: the topic, with its words in another order
HEAVY = 1.0  # what the words found must weigh at least: one that no other position has
APART = 3  # words of another kind between two words of one topic


@value
class Place:
    """A stretch of words that names positions or a group."""

    start: int
    end: int
    positions: frozenset[str] = frozenset()
    group: str = ""
    hint: bool = False
    partial: bool = False  # too little to name the position without its group


def places(sentence: Sentence, book: Book, *, prizes: tuple[str, ...]) -> tuple[Place, ...]:
    """The places of positions and groups, in order; a group's word within a position's name is none."""
    named = topics(sentence, book)
    beside = [one for one in groups(sentence, book, prizes=prizes) if _free(one.start, one.end, named)]
    return tuple(sorted([*named, *beside], key=lambda one: one.start))


def topics(sentence: Sentence, book: Book) -> list[Place]:
    """The places that name positions, those that match best first where they overlap, in order."""
    found: list[Place] = []
    exact = [
        (1.0, name, place)
        for name in book.names_by_word.among(sentence)
        for place in _exact(sentence, name.phrase)
    ]
    fuzzy = [
        (similar, name, place)
        for name in book.likely_names.among(sentence)
        for similar, place in _fuzzy(sentence, name, book.joining)
    ]
    ranked = sorted([*exact, *fuzzy], key=lambda one: (-len(one[1].joined) * one[0] ** 2, one[2]))
    for _, name, (start, end) in ranked:
        if _free(start, end, found):
            found.append(Place(start=start, end=end, positions=name.positions, partial=name.keyword))
    found += [place for place in _in_parts(sentence, book) if _free(place.start, place.end, found)]
    found += [place for place in _by_one_word(sentence, book) if _free(place.start, place.end, found)]
    return sorted(found, key=lambda one: one.start)


def groups(sentence: Sentence, book: Book, *, prizes: tuple[str, ...]) -> list[Place]:
    """The places that name a group, or hint at it; a "Young Investigator Award" is none."""
    likely = frozenset(book.likely_groups.numbers(sentence))
    found: list[Place] = []
    for number in sorted(likely.union(book.groups_by_word.numbers(sentence))):
        name = book.groups[number]
        misspelt = _fuzzy(sentence, name, book.joining) if number in likely else ()
        for start, end in (*_exact(sentence, name.phrase), *(place for _, place in misspelt)):
            after = sentence.words[end : end + 1]
            if _free(start, end, found) and not (after and after[0] in prizes):
                found.append(Place(start=start, end=end, group=name.group, hint=name.hint))
    return sorted(found, key=lambda one: one.start)


def phrase_places(sentence: Sentence, phrases: Index[Phrase]) -> list[tuple[int, int]]:
    """The places of phrases that must be written exactly, without overlaps, the first phrase first."""
    found: list[Place] = []
    for phrase in phrases.among(sentence):
        places = _exact(sentence, phrase)
        found += [Place(start=start, end=end) for start, end in places if _free(start, end, found)]
    return sorted((one.start, one.end) for one in found)


def stands(found: Phrase, index: int, phrase: Phrase) -> bool:
    """Whether a phrase stands at a place."""
    return found[index : index + len(phrase)] == phrase


def masked(sentence: Sentence, phrases: Index[Phrase]) -> Sentence:
    """The sentence with the words of these phrases blank: the institution's own name is no topic."""
    places = phrase_places(sentence, phrases)
    if not places:
        return sentence
    found = list(sentence.words)
    for start, end in places:
        found[start:end] = [""] * (end - start)
    return replace(sentence, words=tuple(found))


def _free(start: int, end: int, taken: list[Place]) -> bool:
    return all(end <= one.start or one.end <= start for one in taken)


def _exact(sentence: Sentence, phrase: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Whole words; a phrase that ends in ``*`` lets its last word go on, "*word" lets it end a longer one."""
    if phrase[0].startswith("*"):
        yield from _compounds(sentence, phrase[0])
        return
    found, size, stem = sentence.words, len(phrase), phrase[-1].removesuffix("*")
    open_end = stem != phrase[-1]
    starts = range(len(found)) if open_end and size == 1 else sentence.places.get(phrase[0], ())
    for start in starts:
        end = start + size
        if end > len(found) or found[start : end - 1] != phrase[:-1]:
            continue
        if found[end - 1].startswith(stem) if open_end else found[end - 1] == stem:
            yield start, end


def _compounds(sentence: Sentence, stem: str) -> Iterator[tuple[int, int]]:
    """Places of words that hold another: "Pflichtpraktikum"."""
    sought, open_end = stem.strip("*"), stem.endswith("*")
    for index, word in enumerate(sentence.words):
        if sought in word if open_end else word.endswith(sought):
            yield index, index + 1


def _fuzzy(
    sentence: Sentence, name: Name | GroupName, joining: frozenset[str]
) -> Iterator[tuple[float, tuple[int, int]]]:
    """Places much like a phrase, whatever blanks are missing or too many, with their similarity."""
    phrase, joined, every, ends = name.phrase, name.joined, sentence.words, sentence.ends
    stands = joined in sentence.joined
    if not stands and fuzz.partial_ratio(joined, sentence.joined, score_cutoff=75) < 75:
        return
    for size in range(max(1, len(phrase) - 2), len(phrase) + 3):
        enough = SIMILAR if size >= len(phrase) else JOINED
        fitting = lengths(len(joined), enough)
        for start, (begin, end) in enumerate(zip(ends, ends[size:], strict=False)):
            if end - begin not in fitting:
                continue
            found = every[start : start + size]
            similar = OSA.normalized_similarity(joined, "".join(found), score_cutoff=enough)
            if similar and found[0] not in joining and found[-1] not in joining:
                yield similar, (start, start + size)


def _by_one_word(sentence: Sentence, book: Book) -> Iterator[Place]:
    """Places with a word that one position alone has, and that stands for it: "the causal one", "(uncertainty)"."""
    own = sentence.known & book.own_words.keys()
    for index, word in enumerate(sentence.words) if own else ():
        if word not in own or not index:
            continue
        before, after = sentence.words[index - 1], sentence.words[index + 1 : index + 2]
        called = before in book.articles and bool(after) and after[0] in book.nouns
        bracketed = sentence.marks.get(index) == "(" and sentence.marks.get(index + 1) == ")"
        if called or bracketed:
            yield Place(start=index, end=index + 1, positions=book.own_words[word], partial=True)


# --- in parts ------------------------------------------------------------------------------------


def _in_parts(sentence: Sentence, book: Book) -> Iterator[Place]:
    """Places that hold most of a topic's own words, in any order, best first."""
    meant = book.parts.among(sentence.known - book.idle)
    there = frozenset(meant.values())
    if len(there) < 2:
        return iter(())
    known = [meant.get(word, "") for word in sentence.words]
    found = [
        (covered, start, end, name)
        for name in book.names
        if len(name.parts) > 1 and not name.keyword and len(name.parts & there) > 1
        for start, end, covered in _stretches(known, name, book)
    ]
    best = sorted(found, key=lambda one: (-one[0], one[1], one[2] - one[1]))
    taken: list[Place] = []
    for covered, start, end, _ in best:
        if not _free(start, end, taken):
            continue
        alike = [one[3].positions for one in best if one[:3] == (covered, start, end)]
        taken.append(
            Place(start=start, end=end, positions=frozenset().union(*alike), partial=covered < WHOLE)
        )
    return iter(taken)


def _stretches(known: list[str], name: Name, book: Book) -> Iterator[tuple[int, int, float]]:
    """Stretches of words that hold enough of a name, with the share of its weight that they cover."""
    total = sum(book.weights[word] for word in name.parts)
    places = [index for index, word in enumerate(known) if word in name.parts]
    stretch: list[int] = []
    for index in [*places, len(known) + 2 * APART]:
        if stretch and index - stretch[-1] > APART + 1:
            words = {known[one] for one in stretch}
            held = sum(book.weights[word] for word in words)
            if len(words) > 1 and held >= max(HEAVY, COVERED * total):
                yield stretch[0], stretch[-1] + 1, round(held / total, 3)
            stretch = []
        stretch.append(index)
