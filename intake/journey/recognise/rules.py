"""The rules of recognition, as an admin writes them in ``config/documents.toml``.

Every field here is a key there. Scores are in natural log units: a sign of weight 1 makes its kind
of page about three times as likely (e = 2.7), one of weight 2 about seven times, one of -1 a third.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from intake.journey.recognise import phrases as phrasebook
from intake.model import DocumentKind, PageClass, value

Scored = Literal["letter", "cv", "certificates", "other"]
Place = Literal["title", "heading", "line", "text"]
Measure = Literal[
    "landscape",
    "words",
    "lines",
    "lone-heading",
    "prose-lines",
    "dated-lines",
    "period-lines",
    "graded-lines",
    "cited-lines",
    "leader-lines",
]
_HEAVIEST = 20  # points: beyond e^20 a single sign would silence everything else for good
Phrases = dict[str, tuple[str, ...]]  # language -> phrases; the language is a note for people only
Spoken = tuple[tuple[PageClass, float], ...]  # what ``speaks`` says, of kinds of page


def _spoken(speaks: Mapping[Scored, float]) -> Spoken:
    return tuple((PageClass(kind), weight) for kind, weight in speaks.items())


@value
class Sign:
    """Words that speak for, or against, kinds of page.

    where: ``title`` is a heading near the top, or the largest text of the page; ``heading`` a line
    that stands alone; ``line`` the beginning of a line; ``text`` anywhere.
    most: how many different phrases of the sign count on one page.
    times: the sign counts only when its phrases stand on the page at least so often, all together.
    words_below: the sign counts only on pages with fewer words than this; 0 is any page.
    stranger: nobody sends such a paper with an application.
    begins: such a document begins on the page, so that two pages with it are two documents.
    quote: False for what must not be quoted in evidence; the sign is then shown by its name only.
    """

    name: str
    speaks: dict[Scored, float]
    where: Place = "text"
    most: int = 1
    times: int = 1
    words_below: int = 0
    quote: bool = True
    begins: bool = False
    stranger: bool = False
    phrases: Phrases

    @functools.cached_property
    def spoken(self) -> Spoken:
        return _spoken(self.speaks)


@value
class Layout:
    """What a page looks like, counted: it speaks when ``at_least`` <= count < ``below``.

    plain: it tells as much as words do, in whatever language, such as a bibliography.
    """

    name: str
    measure: Measure
    at_least: int = 0
    below: int = 1_000_000
    plain: bool = False
    speaks: dict[Scored, float]

    @functools.cached_property
    def spoken(self) -> Spoken:
        return _spoken(self.speaks)


@value
class Needs:
    """What a document shows in whatever language: a page with less of it, in Latin script, is not it."""

    document: DocumentKind
    measures: tuple[Measure, ...]  # the largest of these counts
    at_least: int


@value
class Sequence:
    """How pages follow each other; scores as for signs."""

    same: float  # a page goes on with the document of the page before it
    alike: float  # more of that when both are set alike: same paper and type, or a running line
    unlike: float  # less of it when paper or type differ
    numbered: float  # more of that when the pages are numbered on ("2/3", "Seite 2 von 3")
    restarted: float  # a page numbered 1 after another page: less of it
    other: float  # what "other" gets on every page: a page without signs is none of the documents


@value
class Certainty:
    """When to be certain. Beliefs are 0..1."""

    present: float  # belief in one page of the document from which it is there
    enough: float  # the least score of that page itself, without its neighbours
    together: float  # the score from which a letter or CV is there on a page that is mainly the other
    spoken: float  # points of words for something else that make a page understood in any language
    silent: float  # the same for certificates on a page that no word speaks for: their words may be unknown
    absent: float  # belief from which no page holds it: every page must be readable and something else


@value
class Follow:
    """Phrases, of mail or letter, saying that documents follow or do not exist yet.

    documents: those it speaks of; empty: those named in the same sentence (``names``), else all.
    named: it counts only in a sentence that names a document, or ``papers``.
    """

    name: str
    documents: tuple[DocumentKind, ...] = ()
    named: bool = False
    phrases: Phrases


@value
class MailText:
    """When the mail's own text may be the letter or the CV."""

    words: int  # a shorter text is neither
    score: float  # the score of a page from which it may be


@value
class Limits:
    """What bounds the work, and what counts as readable."""

    characters: int = 20_000  # read of each page; a full page has 3,000 to 6,000
    picture_words: int = 40  # fewer words than this beside a picture: the picture is the document
    picture_cover: float = 0.2  # share of the page from which a picture is that
    ocr_certainty: float = (
        0.75  # from which certainty of OCR a page counts as read; right ones reach 0.8 to 0.95
    )
    ocr_rough: float = 0.55  # from which the words on it count, though others may have been missed


@value
class Common:
    """The most common words of the languages that the rules understand.

    silent: what a kind gets on an understood page on which no sign speaks for it.
    """

    share: float  # of a page's words, from which the page is understood
    silent: dict[Scored, float] = field(default_factory=dict)
    words: Phrases

    @functools.cached_property
    def spoken(self) -> Spoken:
        """What silence says."""
        return _spoken(self.silent)


@value
class Rules:
    """All rules of ``config/documents.toml``."""

    sign: tuple[Sign, ...]
    layout: tuple[Layout, ...] = ()
    needs: tuple[Needs, ...] = ()
    sequence: Sequence
    certainty: Certainty
    follow: tuple[Follow, ...] = ()
    names: dict[DocumentKind, tuple[str, ...]] = field(default_factory=dict)  # how mails call the documents
    papers: Phrases = field(default_factory=dict)  # how mails speak of documents without naming one
    listing: Phrases = field(default_factory=dict)  # heads of lists that only name documents
    notice: Phrases = field(default_factory=dict)  # words that ask HR to open the page
    common: Common
    mail: MailText
    limits: Limits = field(default_factory=Limits)

    @functools.cached_property
    def book(self) -> phrasebook.Book[Sign]:
        return phrasebook.Book((text, sign) for sign in self.sign for text in _texts(sign.phrases))

    @functools.cached_property
    def common_words(self) -> frozenset[str]:
        return frozenset(phrasebook.fold(word) for word in _texts(self.common.words))

    @functools.cached_property
    def listing_book(self) -> phrasebook.Book[str]:
        return phrasebook.Book((text, text) for text in _texts(self.listing))

    @functools.cached_property
    def notice_book(self) -> phrasebook.Book[str]:
        return phrasebook.Book((text, text) for text in _texts(self.notice))

    def notes(self, words: phrasebook.Words) -> bool:
        """Whether words of ``[notice]`` are among these."""
        return next(self.notice_book.find(words), None) is not None

    @functools.cached_property
    def follow_book(self) -> phrasebook.Book[Follow]:
        return phrasebook.Book((text, follow) for follow in self.follow for text in _texts(follow.phrases))

    @functools.cached_property
    def papers_book(self) -> phrasebook.Book[str]:
        return phrasebook.Book((text, text) for text in _texts(self.papers))

    @functools.cached_property
    def names_book(self) -> phrasebook.Book[DocumentKind]:
        return phrasebook.Book((text, kind) for kind, texts in self.names.items() for text in texts)


SCORED: tuple[PageClass, ...] = (PageClass.LETTER, PageClass.CV, PageClass.CERTIFICATES, PageClass.OTHER)


def problems(rules: Rules) -> list[str]:
    """Everything in well-typed rules that cannot be meant so, each as one sentence for the admin."""
    return [*_phrase_problems(rules), *_number_problems(rules)]


def _texts(phrases: Phrases) -> Iterator[str]:
    for texts in phrases.values():
        yield from texts


def _named_phrases(rules: Rules) -> Iterator[tuple[str, str]]:
    for sign in rules.sign:
        yield from ((f"sign {sign.name!r}", text) for text in _texts(sign.phrases))
    for follow in rules.follow:
        yield from ((f"follow {follow.name!r}", text) for text in _texts(follow.phrases))
    for kind, texts in rules.names.items():
        yield from ((f"names.{kind.value}", text) for text in texts)
    yield from (("papers", text) for text in _texts(rules.papers))
    yield from (("listing", text) for text in _texts(rules.listing))
    yield from (("notice", text) for text in _texts(rules.notice))


def _phrase_problems(rules: Rules) -> Iterator[str]:
    for owner, text in _named_phrases(rules):
        fault = phrasebook.fault(text)
        if fault:
            yield f"{owner}: the phrase {text!r} {fault}"


def _number_problems(rules: Rules) -> Iterator[str]:
    for name in _doubled([sign.name for sign in rules.sign]):
        yield f"sign {name!r} is there twice"
    weights = [(sign.name, sign.speaks) for sign in rules.sign] + [
        (rule.name, rule.speaks) for rule in rules.layout
    ]
    for name, speaks in (*weights, ("common.silent", rules.common.silent)):
        if not all(abs(weight) <= _HEAVIEST for weight in speaks.values()):
            yield f"{name!r}: a weight must lie between -{_HEAVIEST} and {_HEAVIEST}"
    for sign in rules.sign:
        if sign.most < 1 or sign.times < 1:
            yield f"sign {sign.name!r}: most and times must be at least 1"
    for rule in rules.layout:
        if rule.at_least >= rule.below:
            yield f"layout {rule.name!r}: at_least must be smaller than below"
    yield from _threshold_problems(rules)


def _threshold_problems(rules: Rules) -> Iterator[str]:
    for key, belief in (("present", rules.certainty.present), ("absent", rules.certainty.absent)):
        if not 0.5 <= belief < 1:
            yield f"certainty.{key} must lie between 0.5 and 1"
    for key, score in vars(rules.sequence).items():
        if not abs(score) <= _HEAVIEST:
            yield f"sequence.{key} must lie between -{_HEAVIEST} and {_HEAVIEST}"
    if rules.limits.characters < 1:
        yield "limits.characters must be at least 1"


def _doubled(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
