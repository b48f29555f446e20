"""What a PDF file is and does, apart from its text: pages, encryption, signatures, active content (pypdf).

The walk goes to the places where ISO 32000-1 lets a file act (12.6 actions, 12.5.6 annotations, 7.11.4
embedded files) instead of over all objects, never twice to one object, and never to more than ``_MOST``.
"""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pypdf
import pypdf.errors
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # what it would log a hostile file decides

_COUNTED = 5_000  # pages; a count above that is only known to be larger
_MOST = 40_000  # objects looked at in one file; 60 full pages of links have some 3,000
_FINDINGS = 10  # named per file; more only repeat themselves

# ISO 32000-1 table 198, and Adobe's extensions. URI, GoTo, Named, Hide, ResetForm and SetOCGState are harmless.
_ACTING = frozenset((
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
))  # fmt: skip
_ACTING_ANNOTATIONS = frozenset(("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"))
_ACTIONS_OF_ANY_OWNER = ("/A", "/PA", "/AA", "/OpenAction")


class LockedError(Exception):
    """The file opens only with a password that the sender has not left empty."""


class UnreadableError(Exception):
    """pypdf finds no document in the file; the message says why, for us."""


@dataclass
class Structure:
    """page_count: counted, not what /Count claims, and no further than to 5,001. active: what acts, in words."""

    reader: pypdf.PdfReader
    pages: list[DictionaryObject] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    signed: bool = False

    @property
    def page_count(self) -> int:
        return len(self.pages)


def examine(source: Path | io.BytesIO, *, max_pages: int) -> Structure:
    """Look through a file; one of more than ``max_pages`` is only counted.

    Raises LockedError, or UnreadableError when it has no page tree that can be followed.
    """
    try:
        found = Structure(reader=_open(source))
        walk = _Walk(found)
        walk.pages()
        if found.page_count <= max_pages:
            walk.document()
    except (LockedError, MemoryError):
        raise
    except Exception as exc:  # pypdf raises what it happens to stumble over: KeyError, RecursionError, ...
        raise UnreadableError(f"pypdf: {type(exc).__name__}: {exc}") from exc
    return found


def rewrite(found: Structure) -> io.BytesIO:
    """The same pages as a new file, for an engine that refuses the old one. Raises UnreadableError."""
    try:
        writer = pypdf.PdfWriter()
        for page in itertools.islice(found.reader.pages, found.page_count):
            writer.add_page(page)
        copy = io.BytesIO()
        writer.write(copy)
    except MemoryError:
        raise
    except Exception as exc:
        raise UnreadableError(f"pypdf cannot write it anew: {type(exc).__name__}: {exc}") from exc
    copy.seek(0)
    return copy


def _open(source: Path | io.BytesIO) -> pypdf.PdfReader:
    reader = pypdf.PdfReader(source, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):  # an empty user password only locks permissions
        raise LockedError
    return reader


class _Walk:
    """One bounded pass over a document.

    An object is looked at once in each role, not once in all: else a file could show an action as a
    bookmark first, so that it is no longer looked at where it acts.
    """

    def __init__(self, found: Structure) -> None:
        self._found = found
        self._seen: set[tuple[str, int, int]] = set()
        self._left = _MOST

    def pages(self) -> None:
        """Follow the page tree in order, whatever /Count says."""
        waiting: list[PdfObject | None] = [self._found.reader.root_object.raw_get("/Pages")]
        while waiting and len(self._found.pages) <= _COUNTED:
            node = self._fresh(waiting.pop(), "page")
            if not isinstance(node, DictionaryObject):
                continue
            if "/Kids" in node:
                waiting.extend(reversed(_items(_get(node, "/Kids"))))
            elif _name(node, "/Type") != "/Pages":
                self._found.pages.append(node)

    def document(self) -> None:
        """Look for what acts: in the catalog, its name trees, form fields, outlines, pages, annotations."""
        root = self._found.reader.root_object
        self._owner(root, "document")
        names = _get(root, "/Names")
        if isinstance(names, DictionaryObject):
            self._leaves(_get(names, "/JavaScript"), "JavaScript in the name tree")
            self._leaves(_get(names, "/EmbeddedFiles"), "embedded file")
        if _items(_get(root, "/AF")):
            self._note("associated file")
        form = _get(root, "/AcroForm")
        if isinstance(form, DictionaryObject):
            if "/XFA" in form:
                self._note("XFA form")
            self._tree(_items(_get(form, "/Fields")), "field", self._field)
        self._tree([_get(root, "/Outlines")], "outline", lambda item: self._owner(item, "outline"))
        for number, page in enumerate(self._found.pages, 1):
            self._owner(page, f"page {number}")
            for annotation in _items(_get(page, "/Annots")):
                self._annotation(annotation, number)

    def _field(self, field_: DictionaryObject) -> None:
        self._owner(field_, "form field")
        value = _get(field_, "/V")
        if _name(field_, "/FT") == "/Sig" and isinstance(value, DictionaryObject):
            self._found.signed |= "/ByteRange" in value

    def _annotation(self, reference: PdfObject | None, page: int) -> None:
        annotation = self._fresh(reference, "annotation")
        if not isinstance(annotation, DictionaryObject):
            return
        if (subtype := _name(annotation, "/Subtype")) in _ACTING_ANNOTATIONS:
            self._note(f"{subtype} annotation on page {page}")
        self._owner(annotation, f"annotation on page {page}")

    def _owner(self, owner: DictionaryObject, where: str) -> None:
        """An object that may trigger actions: /A, /PA and /OpenAction hold one, /AA one for each event."""
        for key in _ACTIONS_OF_ANY_OWNER:
            action = _get(owner, key)
            if not isinstance(action, DictionaryObject):
                continue  # an array is a destination: it only goes to a page
            self._actions(_values(action) if key == "/AA" else [action], where)

    def _actions(self, waiting: list[PdfObject | None], where: str) -> None:
        while waiting:
            action = self._fresh(waiting.pop(), "action")
            if isinstance(action, ArrayObject):
                waiting.extend(action)
            if not isinstance(action, DictionaryObject):
                continue
            kind = _name(action, "/S")
            if kind in _ACTING or "/JS" in action:
                self._note(f"{kind} action: {where}")
            if "/Next" in action:
                waiting.append(action.raw_get("/Next"))

    def _leaves(self, tree: PdfObject | None, what: str) -> None:
        """A name tree (ISO 32000-1 7.9.6) that has any entry at all; empty ones are common and harmless."""

        def look(node: DictionaryObject) -> None:
            if _items(_get(node, "/Names")):
                self._note(what)

        self._tree([tree], what, look)

    def _tree(
        self, waiting: list[PdfObject | None], role: str, look: Callable[[DictionaryObject], None]
    ) -> None:
        """Every node below these, by /Kids (fields, names) and by /First and /Next (outlines)."""
        while waiting:
            node = self._fresh(waiting.pop(), role)
            if not isinstance(node, DictionaryObject):
                continue
            look(node)
            waiting.extend(_items(_get(node, "/Kids")))
            waiting.extend(node.raw_get(key) for key in ("/First", "/Next") if key in node)

    def _fresh(self, reference: PdfObject | None, role: str) -> PdfObject | None:
        """The object behind a reference, or None when it was seen so before, is broken or is one too many."""
        if isinstance(reference, IndirectObject):
            if (key := (role, reference.idnum, reference.generation)) in self._seen:
                return None
            self._seen.add(key)
        self._left -= 1
        if self._left < 0:
            self._note("too intricate to look through")  # what hides there could act
            return None
        return _resolve(reference)

    def _note(self, what: str) -> None:
        if what not in self._found.active and len(self._found.active) < _FINDINGS:
            self._found.active.append(what)


def _resolve(reference: PdfObject | None) -> PdfObject | None:
    try:
        return reference.get_object() if reference is not None else None
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _get(owner: DictionaryObject, key: str) -> PdfObject | None:
    return _resolve(owner.raw_get(key)) if key in owner else None


def _name(owner: DictionaryObject, key: str) -> str:
    return str(_get(owner, key))


def _items(value: PdfObject | None) -> list[PdfObject | None]:
    if not isinstance(value, ArrayObject):
        return []
    return list(value[:_MOST])


def _values(owner: DictionaryObject) -> list[PdfObject | None]:
    return [owner.raw_get(key) for key in owner]
