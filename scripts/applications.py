"""Draws whole applications from single documents, as people put them together, by chance that can be repeated.

Values in, values out: nothing here opens a PDF.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from scripts import pieces
from scripts.pieces import CERTIFICATES, CV, LETTER, STRANGERS, Piece

REQUIRED = (LETTER, CV, "certificates")

# What stands where a document is missing: people who have no letter send a statement, and so on.
_INSTEAD = {
    LETTER: ("statement", "statement", "other"),
    CV: ("publications", "publications", "other"),
    "certificates": ("other", "other", "publications", "statement"),
}
_HOW_MANY = (1, 1, 2, 2, 2, 3, 3, 4, 5, 7)  # certificates of one application
_BULKY = range(12, 30)  # certificates of one that holds every paper of a life
_LONGEST_STRANGER = (1, 2, 3, 4, 8, 12, 20)  # pages; a paper is seldom attached whole


@dataclass(frozen=True, kw_only=True)
class Look:
    """How paper came through the scanner: see ``intake.demo.documents.scanned``."""

    dpi: int
    skew: float
    noise: float
    quality: int
    rotate: int = 0


@dataclass(frozen=True, kw_only=True)
class Part:
    """A document as it stands in the application. ``piece`` None: an empty page; ``turned``: the page is
    shown turned by so many degrees, with its text layer."""

    piece: Piece | None
    scan: Look | None = None
    turned: int = 0

    @property
    def length(self) -> int:
        """Its number of pages."""
        return self.piece.length if self.piece else 1

    @property
    def kind(self) -> str:
        """The class of its pages."""
        return self.piece.kind if self.piece else "other"


@dataclass(frozen=True, kw_only=True)
class Application:
    """One application: its parts in order, and the language of most of it."""

    parts: tuple[Part, ...]
    language: str

    @property
    def length(self) -> int:
        """Its number of pages."""
        return sum(part.length for part in self.parts)

    @property
    def kinds(self) -> list[str]:
        """The class of every page."""
        return [part.kind for part in self.parts for _ in range(part.length)]

    @property
    def holds(self) -> dict[str, bool]:
        """Which of the required documents are in it."""
        found = {*self.kinds, *(part.piece.also for part in self.parts if part.piece)}
        return {LETTER: LETTER in found, CV: CV in found, "certificates": bool(found & set(CERTIFICATES))}

    @property
    def scan(self) -> str:
        """yes when every page with something on it is a scan, no when none is, else partly."""
        seen = {"yes" if part.scan else part.piece.scan for part in self.parts if part.piece}
        return seen.pop() if len(seen) == 1 else "partly"


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How people put applications together: shares of all applications, unless said otherwise.

    scanned_documents: of all certificates, and a sixth of it of letters and CVs; upside: of what is scanned.
    """

    complete: float = 0.5
    odd_order: float = 0.2
    all_scanned: float = 0.08
    scanned_documents: float = 0.25
    upside: float = 0.15
    whole: float = 0.1
    beside: float = 0.2
    instead: float = 0.6
    blank: float = 0.12
    bulky: float = 0.05
    min_pages: int = 2
    max_pages: int = 60


class Shortage(ValueError):
    """There is no document of a kind that every application needs."""


@dataclass(kw_only=True)
class Stock:
    """The documents to draw from. ``fill``: used only where ``main`` has none of a kind in a language."""

    main: Sequence[Piece]
    fill: Sequence[Piece] = ()
    bad: set[Path] = field(default_factory=set)  # PDFs that turned out to be of no use

    def of(self, kinds: Collection[str], language: str | None) -> list[Piece]:
        """Usable documents of these kinds, in this language or (None) in any."""

        def fits(piece: Piece) -> bool:
            return (
                piece.kind in kinds
                and piece.pdf not in self.bad
                and (language is None or language in piece.languages)
            )

        return [one for one in self.main if fits(one)] or [one for one in self.fill if fits(one)]


def drawn(
    stock: Stock,
    count: int,
    habits: Habits,
    chance: Random,
    *,
    usable: Callable[[Path], bool] = lambda _: True,
    fits: Callable[[Application], bool] = lambda _: True,
) -> Iterator[Application]:
    """``count`` applications that ``fits`` takes, of PDFs that are ``usable``; what ``fits`` took is yielded
    at once. Shares are kept exactly, up to one. Raises Shortage."""
    complete, odd, scanned = (
        _shares(share, count, chance) for share in (habits.complete, habits.odd_order, habits.all_scanned)
    )
    for number in range(count):
        drawing = _Drawing(stock, habits, chance)
        while True:
            _check(stock)
            made = drawing.application(complete=complete[number], odd=odd[number], scanned=scanned[number])
            useless = {part.piece.pdf for part in made.parts if part.piece and not usable(part.piece.pdf)}
            stock.bad |= useless
            if not useless and fits(made):
                break
        yield made


def _check(stock: Stock) -> None:
    for kinds in ((LETTER,), (CV,), CERTIFICATES):
        if not stock.of(kinds, None):
            raise Shortage(f"there is no document of the kind {' or '.join(kinds)}")


def _shares(share: float, count: int, chance: Random) -> list[bool]:
    kept = [number < round(share * count) for number in range(count)]
    chance.shuffle(kept)
    return kept


class _Drawing:
    """One application after the other from the same stock and the same chance."""

    def __init__(self, stock: Stock, habits: Habits, chance: Random) -> None:
        self._stock = stock
        self._habits = habits
        self._chance = chance

    def application(self, *, complete: bool, odd: bool, scanned: bool) -> Application:
        """One of ``min_pages`` to ``max_pages`` pages that holds every required document, or lacks one or two."""
        while True:
            missing = () if complete else self._gap()
            language = self._language()
            parts = self._documents(missing, language)
            parts = self._in_order(parts, odd=odd)
            parts = self._all_scanned(parts) if scanned else [self._worn(part) for part in parts]
            made = Application(parts=tuple(self._with_blanks(parts)), language=_main(parts))
            lacking = {kind for kind, there in made.holds.items() if not there}
            if lacking == set(missing) and self._habits.min_pages <= made.length <= self._habits.max_pages:
                return made

    def _gap(self) -> tuple[str, ...]:
        """One of the three is missing, in a quarter of the cases two."""
        return tuple(self._chance.sample(REQUIRED, 2 if self._chance.random() < 0.25 else 1))

    def _language(self) -> str:
        """By the number of origins that have a letter or a CV in it."""
        origins = {
            (language, piece.origin)
            for piece in self._stock.of((LETTER, CV), None)
            for language in piece.languages
        }
        return self._chance.choice(sorted(origins))[0]

    # --- which documents ---

    def _documents(self, missing: tuple[str, ...], language: str) -> list[Part]:
        """In the usual order: letter, CV, what stands beside or in place of something, certificates."""
        found = self._whole(missing, language) if self._chance.random() < self._habits.whole else []
        for name, kinds in ((LETTER, (LETTER,)), (CV, (CV,))):
            if name not in missing and not any(piece.kind == name for piece in found):
                found += self._pick(kinds, language, found)
        found += self._strangers(missing, language, found)
        if "certificates" not in missing:
            bulky = self._chance.random() < self._habits.bulky
            for _ in range(self._chance.choice(_BULKY if bulky else _HOW_MANY)):
                any_language = None if self._chance.random() < 0.15 else language
                found += self._pick(CERTIFICATES, any_language, found)
        return [Part(piece=piece) for piece in found]

    def _whole(self, missing: tuple[str, ...], language: str) -> list[Piece]:
        """A file that holds several documents, as it is, when it holds none that is to be missing."""
        unwanted = {
            kind for name in missing for kind in (CERTIFICATES if name == "certificates" else (name,))
        }
        files: dict[Path, list[Piece]] = {}
        for piece in self._stock.of(pieces.CLASSES, language):
            files.setdefault(piece.pdf, []).append(piece)
        several = [
            held
            for held in files.values()
            if len({one.kind for one in held} - set(STRANGERS)) > 1
            and not unwanted & {one.kind for one in held}
        ]
        return list(self._chance.choice(several)) if several else []

    def _strangers(self, missing: tuple[str, ...], language: str, taken: Sequence[Piece]) -> list[Piece]:
        """In place of what is missing, or beside everything."""
        found: list[Piece] = []
        for name in missing:
            if self._chance.random() < self._habits.instead:
                kind = self._chance.choice(_INSTEAD[name])
                found += self._pick((kind,), language, [*taken, *found])
        if not missing and self._chance.random() < self._habits.beside:
            found += self._pick(STRANGERS, language, taken)
        return [self._shortened(piece) for piece in found]

    def _shortened(self, piece: Piece) -> Piece:
        length = self._chance.choice(_LONGEST_STRANGER)
        return replace(piece, last=min(piece.last, piece.first + length - 1))

    def _pick(self, kinds: Collection[str], language: str | None, taken: Sequence[Piece]) -> list[Piece]:
        """One document or none: in this language, else in English, else in any. Where the labels say whose
        the documents are, nobody else's. An origin with many is drawn more often, but only by their square
        root: neither fifty versions of one CV nor the only certificate of somebody shall rule the figures."""
        person = next((piece.person for piece in taken if piece.person), "")
        own = person and any(piece.person == person for piece in self._stock.of(kinds, None))
        used = {piece.pdf for piece in taken}
        for wanted in dict.fromkeys((language, "en", None)):
            fresh = [
                piece
                for piece in self._stock.of(kinds, wanted)
                if piece.pdf not in used and (not own or piece.person == person)
            ]
            if fresh:
                many = Counter(piece.origin for piece in fresh)
                return self._chance.choices(fresh, [many[piece.origin] ** -0.5 for piece in fresh])
        return []

    # --- what becomes of them ---

    def _in_order(self, parts: list[Part], *, odd: bool) -> list[Part]:
        if not odd or len(parts) < 2:
            return parts
        if self._chance.random() < 0.4:
            return parts[::-1]
        mixed = list(parts)
        while mixed == parts:
            self._chance.shuffle(mixed)
        return mixed

    def _worn(self, part: Part) -> Part:
        """Scanned or turned, or as it was."""
        paper = part.kind in CERTIFICATES
        share = self._habits.scanned_documents * (1 if paper else 1 / 6)
        if part.piece and part.piece.scan == "no" and self._chance.random() < share:
            return replace(part, scan=self._look())
        if paper and self._chance.random() < self._habits.upside / 4:
            return replace(part, turned=self._chance.choice((90, 180, 270)))
        return part

    def _all_scanned(self, parts: list[Part]) -> list[Part]:
        """One scanner for all; single documents lay the wrong way round."""
        look = replace(self._look(), rotate=0)

        def laid(part: Part) -> Part:
            wrong = self._chance.random() < self._habits.upside / 2
            return replace(part, scan=replace(look, rotate=self._turn() if wrong else 0))

        return [laid(part) for part in parts]

    def _look(self) -> Look:
        wrong = self._chance.random() < self._habits.upside
        return Look(
            dpi=self._chance.choice((100, 150, 150, 200)),
            skew=round(self._chance.uniform(-1.5, 1.5), 2),
            noise=round(self._chance.uniform(0.02, 0.11), 3),
            quality=self._chance.randrange(40, 80),
            rotate=self._turn() if wrong else 0,
        )

    def _turn(self) -> int:
        return self._chance.choice((90, 180, 180, 270))

    def _with_blanks(self, parts: Sequence[Part]) -> list[Part]:
        """An empty page somewhere or at the end; seldom behind every document, as from two-sided paper."""
        empty = Part(piece=None)
        if self._chance.random() >= self._habits.blank:
            return list(parts)
        if self._chance.random() < 0.2:
            return [one for part in parts for one in (part, empty)]
        place = self._chance.randrange(1, len(parts) + 1) if parts else 0
        return [*parts[:place], empty, *parts[place:]]


def _main(parts: Iterable[Part]) -> str:
    """The language of the letter, else of the CV, else of what comes first; "" where none is known."""
    known = [part.piece for part in parts if part.piece and part.piece.language]
    known.sort(key=lambda piece: {LETTER: 0, CV: 1}.get(piece.kind, 2))
    return known[0].languages[0] if known else ""
