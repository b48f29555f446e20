"""Several files' pages as one file, made of the objects that the pages show and of nothing else.

A page takes along its boxes, contents, resources and the looks of its annotations, byte for byte. What may
act, or hang on to a page unseen, is not copied at all, because the copy takes only what it knows: of links
the address or the page, of forms what their fields show, nothing of the catalog. Whether the new pages are
the old ones is not assumed, for the two engines may read a broken file differently: PDFium compares size,
text, objects and pictures of each page, and paints it twice.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject

from intake.adapters.pdf_child import objects, reading, structure
from intake.adapters.pdf_child.objects import UnfitError

_COPIED = ("/Contents", "/Group", "/UserUnit", "/BleedBox", "/TrimBox", "/ArtBox")
_INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")  # ISO 32000-1 table 30
_DEEPEST = 50  # page tree nodes above a page; real ones have some 3
_MOST_ANNOTATIONS = 2_000  # of one page

# What is seen of an annotation (ISO 32000-1 12.5.2 to 12.5.6), without what it does or belongs to.
_LOOKS = frozenset((
    "/Type", "/Subtype", "/Rect", "/Contents", "/NM", "/M", "/F", "/AP", "/AS", "/Border", "/C", "/BS", "/BE",
    "/QuadPoints", "/L", "/LE", "/IC", "/InkList", "/Vertices", "/CA", "/ca", "/BM", "/DA", "/DS", "/Q", "/RD", "/RC",
    "/IT", "/CL", "/T", "/Subj", "/Name", "/CreationDate", "/Sy", "/LL", "/LLE", "/Cap", "/CP", "/CO", "/OC",
))  # fmt: skip
_UNSEEN = 1 << 1 | 1 << 5  # annotation flags Hidden and NoView, table 165

_DPI = 72  # of the paintings that are compared: any change of size, place or type shows
_DPI_OF_FIELDS = (
    100  # a field is drawn between other pixels than before: what is missing must be told from that
)
_OTHER = 96  # of 255: a pixel this much lighter or darker is another one
_MOST_OTHER = 12  # pixels; the smallest letter that is missing at 100 dpi has 20
_LARGEST = 1_500_000  # pixels of a painting; A4 at 100 dpi has a million
_LONGEST_SIDE = 5_000  # pixels
# Pixels of the pictures on the pages that are painted; 100 million take up to 1.5 s, twice. Beyond, as in a long
# scan, pictures are only compared as they are packed.
_MOST_PIXELS = 100_000_000
_DEEPEST_PICTURE = 5  # forms in each other


def joined(paths: Sequence[Path], *, pages: int, size: int) -> bytes:
    """The files' pages in this order, the same bytes for the same files.

    pages: of all together; size: bytes of the joined file.

    Raises UnfitError when one must not be touched or the result would not look the same, and whatever the
    engines raise.
    """
    with objects.names_as_bytes():
        result, drawn = _written(paths, pages=pages, size=size)
    _verify(result, paths, drawn)
    return result


def _written(paths: Sequence[Path], *, pages: int, size: int) -> tuple[bytes, list[list[bool]]]:
    """The joined file, and of each part's pages whether form fields were drawn into them."""
    found = [_examined(path, pages) for path in paths]
    if not found or sum(one.page_count for one in found) > pages:
        raise UnfitError("too many pages, or none")
    writer = objects.Writer(largest=size)
    tree = writer.reserve()
    kids: list[int] = []
    drawn: list[list[bool]] = []
    for one in found:
        source = _Source(writer, one, tree)
        kids += source.copied()
        drawn.append(source.drawn)
    writer.put(tree, b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(map(objects.ref, kids))))
    root = writer.add(b"<</Type/Catalog/Pages %d 0 R>>" % tree)
    parts = b"".join(sha256(path.read_bytes()).digest() for path in paths)
    return writer.file(root, sha256(parts).digest()[:16]), drawn


def _examined(path: Path, pages: int) -> structure.Structure:
    """A file that may be touched. Locked, also where only against changes; signed; acting; cut off: none is."""
    try:
        found = structure.examine(path, max_pages=pages)
    except structure.LockedError as exc:
        raise UnfitError("locked") from exc
    content, root = path.read_bytes(), found.reader.root_object
    if found.reader.is_encrypted:
        raise UnfitError("locked")
    if found.signed or b"/ByteRange" in content or "/Perms" in root:
        raise UnfitError("signed")
    if found.active or not found.page_count or reading.is_cut_off(content):
        raise UnfitError("acting, empty or damaged")
    if _hides_layers(root):
        raise UnfitError("layers that are switched off would be seen")
    return found


def _hides_layers(root: DictionaryObject) -> bool:
    """Whether a layer is not simply seen (ISO 32000-1 8.11.4.3). Layers are not carried over."""
    layers = objects.resolved(root.get("/OCProperties"))
    if not isinstance(layers, DictionaryObject):
        return False
    usual = objects.resolved(layers.get("/D"))
    if not isinstance(usual, DictionaryObject):
        return False
    return objects.word(usual, "/BaseState") not in ("", "/ON") or any(
        objects.resolved(usual.get(key)) for key in ("/OFF", "/AS")
    )


class _Source:
    """One file's pages on their way into the new one. drawn: of each page, whether it had form fields."""

    def __init__(self, writer: objects.Writer, found: structure.Structure, tree: int) -> None:
        self._writer = writer
        self._copy = objects.Copy(writer)
        self._pages = found.pages
        self._tree = tree
        self._numbers = [writer.reserve() for _ in found.pages]
        self._places: dict[int, int] = {}
        for number, page in zip(self._numbers, found.pages, strict=True):
            if page.indirect_reference is not None:
                self._places[page.indirect_reference.idnum] = number
        self._shared: dict[int, tuple[PdfObject, int]] = {}  # by identity of the object, which is kept alive
        self.drawn: list[bool] = []

    def copied(self) -> list[int]:
        """The numbers of the new pages, whose objects are all written."""
        for number, page in zip(self._numbers, self._pages, strict=True):
            self._writer.put(number, self._page(page))
        self._copy.drain()
        return self._numbers

    def _page(self, page: DictionaryObject) -> bytes:
        entries = {key: self._copy.value(page.raw_get(key)) for key in _COPIED if key in page}
        taken = {key: value for key in _INHERITED if (value := _inherited(page, key)) is not None}
        entries |= {key: self._once(value) for key, value in taken.items()}
        annotations, fields = self._annotations(page)
        if annotations:
            entries["/Annots"] = b"[" + b"\n".join(annotations) + b"]"
        if fields:
            entries["/Contents"], entries["/Resources"] = self._with_fields(page, taken, fields)
        self.drawn.append(bool(fields))
        return objects.dictionary({"/Type": b"/Page", "/Parent": objects.ref(self._tree)} | entries)

    def _once(self, value: PdfObject) -> bytes:
        """What many pages may inherit, written once: 60 copies of a large dictionary are no small file."""
        if not isinstance(value, DictionaryObject):
            return self._copy.value(value)
        if id(value) not in self._shared:
            self._shared[id(value)] = (value, self._writer.add(self._copy.value(value)))
        return objects.ref(self._shared[id(value)][1])

    def _annotations(self, page: DictionaryObject) -> tuple[list[bytes], list[DictionaryObject]]:
        """What lies upon the page as it is copied, and the form fields, which become part of it."""
        found = objects.resolved(page.get("/Annots"))
        if not isinstance(found, ArrayObject):
            return [], []
        if len(found) > _MOST_ANNOTATIONS:
            raise UnfitError("too many annotations")
        kept, fields = [], []
        for item in found:
            annotation = objects.resolved(item)
            if not isinstance(annotation, DictionaryObject):
                continue
            kind = objects.word(annotation, "/Subtype")
            if kind == "/Widget":
                fields.append(annotation)
            elif kind != "/Popup":
                kept.append(self._annotation(annotation))
        return kept, fields

    def _annotation(self, annotation: DictionaryObject) -> bytes:
        entries = {key: self._copy.value(annotation.raw_get(key)) for key in annotation if key in _LOOKS}
        entries |= self._target(annotation)
        return objects.dictionary(entries)

    def _target(self, annotation: DictionaryObject) -> dict[str, bytes]:
        """Where a link leads: to an address, or to a page of the same file; named places are not followed."""
        place = objects.resolved(annotation.get("/Dest"))
        action = objects.resolved(annotation.get("/A"))
        if isinstance(action, DictionaryObject):
            kind = objects.word(action, "/S")
            if kind == "/URI" and "/URI" in action:
                return {"/A": b"<</S/URI/URI " + self._copy.value(action.raw_get("/URI")) + b">>"}
            place = objects.resolved(action.get("/D")) if kind == "/GoTo" else None
        if not (isinstance(place, ArrayObject) and place and isinstance(place[0], IndirectObject)):
            return {}
        number = self._places.get(place[0].idnum)
        if number is None:
            return {}
        rest = [self._copy.value(item) for item in place[1:6]]
        return {"/Dest": b"[" + b" ".join([objects.ref(number), *rest]) + b"]"}

    def _with_fields(
        self, page: DictionaryObject, taken: dict[str, PdfObject], fields: Sequence[DictionaryObject]
    ) -> tuple[bytes, bytes]:
        """Contents and resources of a page with its form fields drawn as they look (12.5.5, algorithm 8.1)."""
        resources = objects.resolved(taken.get("/Resources"))
        resources = resources if isinstance(resources, DictionaryObject) else DictionaryObject()
        pictures = objects.resolved(resources.get("/XObject"))
        pictures = pictures if isinstance(pictures, DictionaryObject) else DictionaryObject()
        entries = {key: self._copy.value(resources.raw_get(key)) for key in resources}
        named = {key: self._copy.value(pictures.raw_get(key)) for key in pictures}
        deeds = []
        for place, (look, matrix) in enumerate(_appearances(fields)):
            name = f"/Field{place}"
            while name in named:
                name += "x"
            named[name] = self._copy.value(look)
            deeds.append(b"q %s cm %s Do Q\n" % (objects.numbers(matrix), objects.name(name)))
        entries["/XObject"] = objects.dictionary(named)
        before = self._writer.add(objects.stream(b"q\n"))
        after = self._writer.add(objects.stream(b"\nQ\n" + b"".join(deeds)))
        contents = objects.resolved(page.get("/Contents"))
        if isinstance(contents, ArrayObject):
            between = [self._copy.value(item) for item in contents]
        else:
            between = [self._copy.value(page.raw_get("/Contents"))] if "/Contents" in page else []
        parts = [objects.ref(before), *between, objects.ref(after)]
        return b"[" + b" ".join(parts) + b"]", objects.dictionary(entries)


def _inherited(page: DictionaryObject, key: str) -> PdfObject | None:
    node: PdfObject | None = page
    for _ in range(_DEEPEST):
        if not isinstance(node, DictionaryObject):
            return None
        if key in node:
            value: PdfObject = node.raw_get(key)
            return value
        node = objects.resolved(node.get("/Parent"))
    raise UnfitError("a page tree without end")


def _appearances(fields: Sequence[DictionaryObject]) -> Iterator[tuple[PdfObject, tuple[float, ...]]]:
    """What each field shows now, and the matrix that puts it on the page."""
    for field in fields:
        if objects.whole(field, "/F") & _UNSEEN:
            continue
        looks = objects.resolved(field.get("/AP"))
        if not isinstance(looks, DictionaryObject) or "/N" not in looks:
            continue
        reference = looks.raw_get("/N")
        look = objects.resolved(reference)
        if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
            state = objects.word(field, "/AS")
            if state not in look:
                continue
            reference = look.raw_get(state)
            look = objects.resolved(reference)
        if isinstance(look, StreamObject) and (matrix := _placed(look, field)) is not None:
            yield reference, matrix


def _placed(look: StreamObject, field: DictionaryObject) -> tuple[float, ...] | None:
    left, bottom, right, top = objects.box(field.get("/Rect"))
    x0, y0, x1, y1 = objects.box(look.get("/BBox"))
    a, b, c, d, e, f = objects.floats(look.get("/Matrix", ArrayObject()), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    across = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    up = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    width, height = max(across) - min(across), max(up) - min(up)
    if not width or not height:
        return None
    wide, high = (right - left) / width, (top - bottom) / height
    return wide, 0.0, 0.0, high, left - min(across) * wide, bottom - min(up) * high


# --- Whether it is the same ------------------------------------------------------------------------


def _verify(result: bytes, paths: Sequence[Path], drawn: Sequence[Sequence[bool]]) -> None:
    """Raises UnfitError unless both engines find every page in it, as it was, and nothing that acts."""
    count = sum(map(len, drawn))
    found = structure.examine(io.BytesIO(result), max_pages=count)
    if found.active or found.signed or found.page_count != count:
        raise UnfitError("the copy acts, or lacks pages")
    whole = pypdfium2.PdfDocument(result)
    if len(whole) != count:
        raise UnfitError("PDFium counts other pages")
    at, pixels = 0, 0
    for path, fields in zip(paths, drawn, strict=True):
        part = pypdfium2.PdfDocument(path)
        if len(part) != len(fields):
            raise UnfitError("the engines count other pages")
        if part.get_formtype() != pdfium.FORMTYPE_NONE:
            part.init_forms()
        for index, has_fields in enumerate(fields):
            old, new = part[index], whole[at]
            pixels += _pixels(old)
            if not _is_same(old, new, has_fields=has_fields, paint=pixels <= _MOST_PIXELS):
                raise UnfitError(f"page {at + 1} is not what it was")
            at += 1
            old.close()
            new.close()
        part.close()


def _is_same(old: pypdfium2.PdfPage, new: pypdfium2.PdfPage, *, has_fields: bool, paint: bool) -> bool:
    if old.get_size() != new.get_size():
        return False
    if has_fields:
        apart = ImageChops.difference(_painted(old, _DPI_OF_FIELDS), _painted(new, _DPI_OF_FIELDS))
        return sum(apart.histogram()[_OTHER:]) <= _MOST_OTHER
    if _measures(old) != _measures(new):
        return False
    return not paint or ImageChops.difference(_painted(old, _DPI), _painted(new, _DPI)).getbbox() is None


def _painted(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    width, height = (max(float(side), 0.01) for side in page.get_size())
    scale = min(dpi / 72, math.sqrt(_LARGEST / (width * height)), _LONGEST_SIDE / max(width, height))
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    return picture


def _pictures(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfImage]:
    for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST_PICTURE):
        assert isinstance(found, pypdfium2.PdfImage)
        yield found


def _pixels(page: pypdfium2.PdfPage) -> int:
    """What painting a page takes, told by its pictures."""
    return sum(across * down for across, down in (picture.get_px_size() for picture in _pictures(page)))


def _measures(page: pypdfium2.PdfPage) -> tuple[object, ...]:
    """What tells one page from another without painting it."""
    kinds = [0] * 8
    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, index))
        kinds[kind if 0 <= kind < len(kinds) else 0] += 1
    edges = tuple(round(edge, 2) for edge in _box(page))
    pictures = [sha256(picture.get_data(decode_simple=False)).digest() for picture in _pictures(page)]
    return edges, kinds, pictures, _words(page), _upon(page)


def _words(page: pypdfium2.PdfPage) -> bytes:
    text = page.get_textpage()
    try:
        return sha256(text.get_text_range().encode("utf-8", "replace")).digest()
    finally:
        text.close()


def _upon(page: pypdfium2.PdfPage) -> list[int]:
    """The kinds of annotations, without pop-ups, which show nothing."""
    kinds = []
    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kinds.append(pdfium.FPDFAnnot_GetSubtype(annotation) if annotation else 0)
        pdfium.FPDFPage_CloseAnnot(annotation)
    return [kind for kind in kinds if kind not in (0, pdfium.FPDF_ANNOT_POPUP)]


def _box(page: pypdfium2.PdfPage) -> tuple[float, ...]:
    edges = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page.raw, ctypes.byref(edges))
    return edges.left, edges.bottom, edges.right, edges.top
