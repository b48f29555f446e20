"""PDFs that attack their reader, made by hand. Each function returns the bytes of one file.

Text here is invented. Files are written object by object, because no library writes broken ones.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence

import pypdf

A4 = b"[0 0 595 842]"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<" + entries + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def file(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(
        b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    )
    return out.getvalue()


def page(
    content: bytes,
    *,
    box: bytes = A4,
    catalog: bytes = b"",
    entries: bytes = b"",
    resources: bytes = b"",
    fonts: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """One page with this content stream. Objects: 1 catalog, 2 pages, 3 page, 4 content, 5 font, 6... ``more``."""
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox" + box + b"/Contents 4 0 R"
            b"/Resources<</Font<</F 5 0 R" + fonts + b">>" + resources + b">>" + entries + b">>",
            stream(content),
            FONT,
            *more,
        ]
    )


def words(text: str, *, x: int = 72, y: int = 750, size: float = 11, before: str = "") -> bytes:
    """A content stream that writes one line."""
    return f"BT {before} /F {size} Tf {x} {y} Td ({text}) Tj ET\n".encode("cp1252")


LETTER = b"".join(
    words(line, y=750 - 20 * row)
    for row, line in enumerate(
        ("Dear hiring committee,", "I apply for the position.", "Kind regards, Ada Muster")
    )
)


def plain() -> bytes:
    return page(LETTER)


def many_pages(count: int, *, claimed: int | None = None) -> bytes:
    """``count`` pages, each its own small object; /Count may claim another number."""
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(count))
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox" + A4 + b"/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % (count if claimed is None else claimed),
            stream(LETTER),
            FONT,
            *[leaf] * count,
        ]
    )


def hundred_thousand_pages() -> bytes:
    """100,000 leaves of a tree of ten branches five deep, in objects that all share one page: 2 kB."""
    levels = [
        b"<</Type/Pages/Kids[" + b"%d 0 R " % (n + 1) * 10 + b"]/Count %d>>" % 10 ** (7 - n)
        for n in range(2, 7)
    ]
    leaf = b"<</Type/Page/MediaBox" + A4 + b"/Contents 8 0 R/Resources<</Font<</F 9 0 R>>>>>>"
    return file([b"<</Type/Catalog/Pages 2 0 R>>", *levels, leaf, stream(LETTER), FONT])


def page_tree_loop() -> bytes:
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>",
            b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 2>>",
        ]
    )


def no_pages() -> bytes:
    return file([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])


def blank_pages() -> bytes:
    return page(b"q Q\n")


def decompression_bomb() -> bytes:
    """A content stream of 1 GB of operators in 1 MB."""
    packer = zlib.compressobj(9)
    block = b"0 0 m 9 9 l S " * 75_000
    packed = b"".join([*(packer.compress(block) for _ in range(1_000)), packer.flush()])
    return file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox" + A4 + b"/Contents 4 0 R>>",
            stream(packed, b"/Filter/FlateDecode"),
        ]
    )


def image_bomb() -> bytes:
    """One grey picture of 60,000 x 60,000 pixels, all white, packed twice."""
    row = zlib.compress(b"\xff" * 60_000 * 2_000, 9)
    packed = zlib.compress(row, 9)
    picture = stream(
        packed,
        b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter[/FlateDecode/FlateDecode]",
    )
    return page(b"q 595 0 0 842 0 0 cm /I Do Q\n" + LETTER, resources=b"/XObject<</I 6 0 R>>", more=[picture])


def form_that_draws_itself_twice() -> bytes:
    """Two to the power of the depth that an engine allows."""
    form = stream(
        b"/X Do /X Do\n",
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>",
    )
    return page(b"/X Do\n", resources=b"/XObject<</X 6 0 R>>", more=[form])


def forms_that_double() -> bytes:
    """Thirty forms, each of which draws the next one twice: no cycle to find, a billion times the last."""
    chain = [
        stream(
            b"/X Do /X Do\n",
            b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % (7 + n),
        )
        for n in range(30)
    ]
    last = stream(b"0 0 100 100 re f\n", b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    return page(b"/X Do\n", resources=b"/XObject<</X 6 0 R>>", more=[*chain, last])


def slow() -> bytes:
    """A minute of painting: 200,000 half-transparent pages upon each other."""
    return page(
        b"/G gs\n" + b"0 0 595 842 re f\n" * 200_000 + LETTER, resources=b"/ExtGState<</G<</ca 0.5/CA 0.5>>>>"
    )


def huge_page() -> bytes:
    return page(LETTER, box=b"[0 0 1000000000 1000000000]")


def page_without_area() -> bytes:
    return page(LETTER, entries=b"/CropBox[900 900 1200 1200]")


def recursive_outlines() -> bytes:
    return page(
        LETTER,
        catalog=b"/Outlines 6 0 R",
        more=[
            b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 9>>",
            b"<</Title(a)/Parent 6 0 R/First 8 0 R/Next 7 0 R>>",
            b"<</Title(b)/Parent 7 0 R/First 7 0 R/Next 6 0 R>>",
        ],
    )


def deep_arrays() -> bytes:
    return page(LETTER, catalog=b"/Lang 6 0 R/Deep 6 0 R", more=[b"[" * 100_000 + b"]" * 100_000])


def deep_names() -> bytes:
    """A content stream that opens 200,000 dictionaries."""
    return page(b"/P " + b"<</A " * 200_000 + b"BDC\n" + LETTER)


def truncated() -> bytes:
    return pypdf_saved(plain())[:700]


def half_truncated() -> bytes:
    """The end is missing, the first page is still there."""
    whole = many_pages(3)
    return whole[: whole.index(b"5 0 obj") + 140]


def broken_xref() -> bytes:
    return plain().replace(b"startxref\n", b"startxref\n9")


def junk_before() -> bytes:
    return b"\r\n--boundary\r\nsome mailer's junk\r\n\r\n" + plain()


def zip_named_pdf() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("cv.txt", "Ada Muster")
    return out.getvalue()


def nothing_but_header() -> bytes:
    return b"%PDF-1.7\n" + b"\x00" * 5_000


def flood_of_text() -> bytes:
    """One page with half a million characters."""
    return page(b"".join(words("x" * 100, y=800 - n % 700, size=4) for n in range(5_000)))


def many_annotations() -> bytes:
    """Actions buried behind 50,000 links."""
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org)>>>>"
    acting = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(a)>>>>"
    return page(LETTER, entries=b"/Annots[" + b" ".join([link] * 50_000) + acting + b"]")


# --- Active content --------------------------------------------------------------------------------


def acting(catalog: bytes = b"", entries: bytes = b"", more: Sequence[bytes] = ()) -> bytes:
    return page(LETTER, catalog=catalog, entries=entries, more=more)


ACTIVE: dict[str, bytes] = {
    "open-action-javascript": acting(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "open-action-in-a-chain": acting(
        b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next[6 0 R]>>", more=[b"<</S/JavaScript/JS(1)>>"]
    ),
    "launch": acting(b"/OpenAction<</S/Launch/F(calc.exe)>>"),
    "names-javascript": acting(
        b"/Names<</JavaScript<</Kids[6 0 R]>>>>", more=[b"<</Names[(a)<</S/JavaScript/JS(1)>>]>>"]
    ),
    "document-closes": acting(b"/AA<</WC<</S/JavaScript/JS(1)>>>>"),
    "page-opens": acting(entries=b"/AA<</O<</S/JavaScript/JS(1)>>>>"),
    "annotation": acting(entries=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(a)>>>>]"),
    "annotation-event": acting(
        entries=b"/Annots[<</Subtype/Widget/Rect[0 0 9 9]/AA<</E<</S/JavaScript/JS(1)>>>>>>]"
    ),
    "field": acting(
        b"/AcroForm<</Fields[<</T(a)/Kids[6 0 R]>>]>>", more=[b"<</FT/Tx/AA<</K<</S/JavaScript/JS(1)>>>>>>"]
    ),
    "outline": acting(b"/Outlines<</First 6 0 R>>", more=[b"<</Title(a)/A<</S/GoToR/F(other.pdf)>>>>"]),
    "submit": acting(entries=b"/Annots[<</Subtype/Widget/A<</S/SubmitForm/F(https://example.org)>>>>]"),
    "import": acting(b"/OpenAction<</S/ImportData/F(a.fdf)>>"),
    "go-to-embedded": acting(b"/OpenAction<</S/GoToE/D[0/Fit]>>"),
    "embedded-file": acting(
        b"/Names<</EmbeddedFiles<</Names[(a.exe)6 0 R]>>>>", more=[b"<</Type/Filespec/F(a.exe)>>"]
    ),
    "file-attachment": acting(entries=b"/Annots[<</Subtype/FileAttachment/Rect[0 0 9 9]>>]"),
    "rich-media": acting(entries=b"/Annots[<</Subtype/RichMedia/Rect[0 0 9 9]>>]"),
    "seen-first-as-bookmark": acting(
        b"/Outlines<</First 6 0 R>>/OpenAction 6 0 R", more=[b"<</Title(a)/S/JavaScript/JS(1)>>"]
    ),
    "too-intricate": many_annotations(),
}

HARMLESS: dict[str, bytes] = {
    "open-action-destination": acting(b"/OpenAction[3 0 R/Fit]"),
    "open-action-go-to": acting(b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "link": acting(entries=b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org)>>>>]"),
    "empty-name-trees": acting(b"/Names<</JavaScript<</Names[]>>/EmbeddedFiles<</Names[]>>>>"),
    "form-field": acting(b"/AcroForm<</Fields[6 0 R]>>", more=[b"<</FT/Tx/T(name)/V(Ada)>>"]),
    "recursive-outlines": recursive_outlines(),
}


def signed() -> bytes:
    return acting(
        b"/AcroForm<</SigFlags 3/Fields[6 0 R]>>",
        more=[b"<</FT/Sig/T(s)/V<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 20 30]/Contents<00>>>>>"],
    )


PLANTED = "Motivation letter Curriculum Vitae Certificates"


def picture(shade: int, *, width: int = 8, height: int = 8) -> bytes:
    """A grey XObject with a slight pattern, so that it has contrast of its own."""
    rows = bytes((shade + 60 * ((x + y) % 2)) % 256 for y in range(height) for x in range(width))
    return stream(
        rows,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        % (width, height),
    )


# --- Scans ---------------------------------------------------------------------------------------


def scan(text: bytes = b"", *, before: bytes = b"", entries: bytes = b"") -> bytes:
    """A page that is one picture, with ``before`` under and ``text`` upon it."""
    return page(
        before + b"q 595 0 0 842 0 0 cm /I Do Q\n" + text,
        entries=entries,
        resources=b"/XObject<</I 6 0 R>>",
        more=[picture(150, width=60, height=80)],
    )


def layer(before: str = "") -> bytes:
    """Four lines as an OCR engine lays them upon a scan."""
    return b"".join(words(PLANTED, y=700 - 20 * row, before=before) for row in range(4))


UNREAD: dict[str, bytes] = {
    "picture": scan(),
    "picture-with-a-page-number": scan(words("Seite 1", y=20)),
    "ocr-layer-upon": scan(layer("3 Tr")),
    "ocr-layer-beneath": scan(before=layer()),
    "strips": page(
        b"".join(b"q 595 0 0 84 0 %d cm /I Do Q\n" % (84 * n) for n in range(10)),
        resources=b"/XObject<</I 6 0 R>>",
        more=[picture(150)],
    ),
    "inside-a-form": page(
        b"q 59.5 0 0 84.2 0 0 cm /X Do Q\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[
            stream(
                b"q 10 0 0 10 0 0 cm /I Do Q\n",
                b"/Type/XObject/Subtype/Form/BBox[0 0 10 10]/Resources<</XObject<</I 7 0 R>>>>",
            ),
            picture(150),
        ],
    ),
    "rotated": scan(entries=b"/Rotate 90"),
    "outlined-letters": page(
        b"".join(b"%d %d 3 5 re f\n" % (9 + 9 * (n % 60), 800 - 9 * (n // 60)) for n in range(600))
    ),
}


def filled_form() -> bytes:
    """A name that stands only in a form field, with the appearance that a reader gives it."""
    appearance = stream(
        words("Ada Muster", x=2, y=4),
        b"/Type/XObject/Subtype/Form/BBox[0 0 200 20]/Resources<</Font<</F 5 0 R>>>>",
    )
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(Ada Muster)/F 4/Rect[72 600 272 620]/AP<</N 7 0 R>>>>"
    return page(
        LETTER, catalog=b"/AcroForm<</Fields[6 0 R]>>", entries=b"/Annots[6 0 R]", more=[field, appearance]
    )


def _field(entries: bytes, *more: bytes, form: bytes = b"") -> bytes:
    widget = (
        b"<</Type/Annot/Subtype/Widget/Rect[150 655 400 675]/F 4/P 3 0 R/DA(/F 11 Tf 0 g)" + entries + b">>"
    )
    catalog = b"/AcroForm<</Fields[%d 0 R]/DR<</Font<</F 5 0 R>>>>" % (6 + len(more)) + form + b">>"
    return page(LETTER, catalog=catalog, entries=b"/Annots[6 0 R]", more=[widget, *more])


FORMS: dict[str, bytes] = {
    "value-of-its-own": _field(b"/FT/Tx/T(n)/V(Ada Muster)"),
    "value-of-its-parent": _field(b"/Parent 7 0 R", b"<</FT/Tx/T(n)/V(Ada Muster)/Kids[6 0 R]>>"),
    "reader-is-to-draw": _field(b"/FT/Tx/T(n)/V(Ada Muster)", form=b"/NeedAppearances true"),
    "beside-xfa": _field(b"/FT/Tx/T(n)/V(Ada Muster)", form=b"/XFA(x)"),
}


# --- Encryption ------------------------------------------------------------------------------------


def pypdf_saved(content: bytes) -> bytes:
    """The file as a library writes it: object numbers and page tree in another order."""
    out = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(content)).write(out)
    return out.getvalue()


def encrypted(user: str, *, owner: str = "owner", algorithm: str = "AES-256") -> bytes:
    """With an empty user password it opens for everybody and only locks permissions."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(plain()))
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# --- Hidden text -----------------------------------------------------------------------------------


def _planted(content: bytes, **more: object) -> bytes:
    return page(LETTER + content, **more)  # type: ignore[arg-type]


def _white_picture() -> bytes:
    return stream(
        b"\xff" * 64, b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
    )


def _form(content: bytes, *, box: bytes = A4, entries: bytes = b"") -> bytes:
    return stream(
        content,
        b"/Type/XObject/Subtype/Form/BBox" + box + b"/Resources<</Font<</F 5 0 R>>>>" + entries,
    )


def _empty_font() -> Sequence[bytes]:
    """A font that the file brings, whose letters have a width and no outline."""
    codes = range(32, 127)
    glyphs = b"".join(b"/g%d 7 0 R" % code for code in codes)
    names = b"".join(b"/g%d" % code for code in codes)
    unicode_ = b"".join(b"<%02x><%04x>\n" % (code, code) for code in codes)
    return (
        (
            b"<</Type/Font/Subtype/Type3/FontBBox[0 0 500 700]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<<"
            + glyphs
            + b">>"
            b"/Encoding<</Differences[32 "
            + names
            + b"]>>/FirstChar 32/LastChar 126/Widths["
            + b"500 " * len(codes)
            + b"]/ToUnicode 8 0 R>>"
        ),
        stream(b"500 0 d0"),
        stream(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00><ff> endcodespacerange\n"
            b"%d beginbfchar\n" % len(codes) + unicode_ + b"endbfchar endcmap end"
        ),
    )


HIDDEN: dict[str, bytes] = {
    "render-mode-3": _planted(words(PLANTED, y=400, before="3 Tr")),
    "clip-only": _planted(words(PLANTED, y=400, before="7 Tr")),
    "white-on-white": _planted(words(PLANTED, y=400, before="1 g")),
    "nearly-white": _planted(words(PLANTED, y=400, before="0.96 g")),
    "black-on-black": _planted(b"0 g 50 380 500 60 re f\n" + words(PLANTED, y=400, before="0 g")),
    "tiny": _planted(words(PLANTED, y=400, size=0.5)),
    "tiny-by-matrix": _planted(b"q 0.05 0 0 0.05 100 400 cm\n" + words(PLANTED, x=0, y=0) + b"Q\n"),
    "under-a-box": _planted(words(PLANTED, y=400) + b"1 g 50 380 500 60 re f\n"),
    "under-a-picture": _planted(
        words(PLANTED, y=400) + b"q 500 0 0 60 50 380 cm /I Do Q\n",
        resources=b"/XObject<</I 6 0 R>>",
        more=[picture(120, width=200, height=40)],
    ),
    "off-the-page": _planted(words(PLANTED, y=-300)),
    "outside-the-crop-box": _planted(words(PLANTED, y=60), entries=b"/CropBox[0 200 595 842]"),
    "transparent": _planted(b"/G gs\n" + words(PLANTED, y=400), resources=b"/ExtGState<</G<</ca 0/CA 0>>>>"),
    "clipped-away": _planted(b"q 0 0 1 1 re W n\n" + words(PLANTED, y=400) + b"Q\n"),
    "under-other-words": _planted(
        words(PLANTED, y=400, before="1 g")
        + words("A very ordinary line of words that stands here", y=400, before="0 g")
    ),
    "layer-switched-off": _planted(
        b"/OC /L BDC\n" + words(PLANTED, y=400) + b"EMC\n",
        resources=b"/Properties<</L 6 0 R>>",
        catalog=b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>",
        more=[b"<</Type/OCG/Name(l)>>"],
    ),
    "light-grey": _planted(words(PLANTED, y=400, before="0.93 g")),
    "white-on-a-white-picture": _planted(
        b"q 500 0 0 60 50 380 cm /I Do Q\n" + words(PLANTED, y=400, before="1 g"),
        resources=b"/XObject<</I 6 0 R>>",
        more=[_white_picture()],
    ),
    "white-beside-its-dark-triangle": _planted(
        b"0 g 50 380 m 550 380 l 550 379 l h f\n" + words(PLANTED, y=400, before="1 g")
    ),
    "white-on-a-box-clipped-away": _planted(
        b"q 0 0 1 1 re W n 0 g 50 380 500 60 re f Q\n" + words(PLANTED, y=400, before="1 g")
    ),
    "white-on-a-turned-box": _planted(
        b"q 0.8 0.6 -0.6 0.8 300 100 cm 0 g 0 0 500 60 re f Q\n" + words(PLANTED, y=400, before="1 g")
    ),
    "under-a-thick-stroke": _planted(words(PLANTED, y=400) + b"1 G 40 w 50 405 m 550 405 l S\n"),
    "under-many-rules": _planted(
        words(PLANTED, y=400)
        + b"1 G 1.2 w\n"
        + b"".join(b"50 %d m 550 %d l S\n" % (y, y) for y in range(396, 413))
    ),
    "under-a-zigzag": _planted(
        words(PLANTED, y=400)
        + b"1 G 1.4 w 50 396 m "
        + b"".join(
            b"550 %d l 550 %d l 50 %d l 50 %d l " % (y, y + 1, y + 1, y + 2) for y in range(396, 413, 2)
        )
        + b"S\n"
    ),
    "in-a-form-white": _planted(
        b"/F Do\n", resources=b"/XObject<</F 6 0 R>>", more=[_form(words(PLANTED, y=400, before="1 g"))]
    ),
    "in-a-form-clipped-by-its-box": _planted(
        b"/F Do\n", resources=b"/XObject<</F 6 0 R>>", more=[_form(words(PLANTED, y=400), box=b"[0 0 9 9]")]
    ),
    "in-a-form-moved-off-the-page": _planted(
        b"q 1 0 0 1 0 -900 cm /F Do Q\n",
        resources=b"/XObject<</F 6 0 R>>",
        more=[_form(words(PLANTED, y=400))],
    ),
    "in-a-form-scaled-to-nothing": _planted(
        b"q 0.05 0 0 0.05 100 400 cm /F Do Q\n",
        resources=b"/XObject<</F 6 0 R>>",
        more=[_form(words(PLANTED, y=400))],
    ),
    "in-a-form-with-a-soft-mask": _planted(
        b"/G gs /F Do\n",
        resources=b"/XObject<</F 6 0 R>>/ExtGState<</G<</SMask<</S/Luminosity/G 7 0 R>>>>>>",
        more=[
            _form(words(PLANTED, y=400)),
            _form(b"0 g 0 0 595 842 re f\n", entries=b"/Group<</S/Transparency/CS/DeviceGray>>"),
        ],
    ),
    "under-a-form": _planted(
        words(PLANTED, y=400) + b"/F Do\n",
        resources=b"/XObject<</F 6 0 R>>",
        more=[_form(b"1 g 50 380 500 60 re f\n")],
    ),
    "under-an-annotation": _planted(
        words(PLANTED, y=400),
        entries=b"/Annots[<</Type/Annot/Subtype/Square/F 4/Rect[50 380 550 440]/AP<</N 6 0 R>>>>]",
        more=[_form(b"1 g 0 0 500 60 re f\n", box=b"[0 0 500 60]")],
    ),
    "clipped-by-a-curve": _planted(
        b"q 50 380 m 50 381 550 381 550 380 c h W n\n" + words(PLANTED, y=400) + b"Q\n"
    ),
    "after-letters-that-clip": _planted(
        b"q BT /F 1 Tf 7 Tr 9 9 Td (.) Tj ET\n" + words(PLANTED, y=400, before="0 Tr") + b"Q\n"
    ),
    "after-letters-that-clip-and-a-form": _planted(
        b"q BT /F 1 Tf 7 Tr 9 9 Td (.) Tj ET /X Do\n" + words(PLANTED, y=400, before="0 Tr") + b"Q\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[_form(b"0 g 70 300 9 9 re f\n")],
    ),
    "in-a-form-after-letters-that-clip": _planted(
        b"q BT /F 1 Tf 7 Tr 9 9 Td (.) Tj ET /X Do Q\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[_form(words(PLANTED, y=400, before="0 Tr"))],
    ),
    "in-a-form-within-a-form-clipped-by-its-box": _planted(
        b"/X Do\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[
            _form(b"/Y Do\n", box=b"[0 0 9 9]").replace(b"/Font<<", b"/XObject<</Y 7 0 R>>/Font<<", 1),
            _form(words(PLANTED, y=400)),
        ],
    ),
    "in-a-form-clipped-by-its-owner": _planted(
        b"q 0 0 1 1 re W n /X Do Q\n", resources=b"/XObject<</X 6 0 R>>", more=[_form(words(PLANTED, y=400))]
    ),
    "in-a-font-of-empty-letters": _planted(
        words(PLANTED, y=400).replace(b"/F ", b"/E "),
        fonts=b"/E 6 0 R",
        more=_empty_font(),
    ),
    "beside-seen-words": _planted(words("Date: 2026", y=400) + words(PLANTED, x=140, y=400, before="1 g")),
}

SEEN: dict[str, bytes] = {
    "black": page(words(PLANTED, y=400)),
    "light-grey": page(words(PLANTED, y=400, before="0.75 g")),
    "white-on-blue": page(b"0 0 0.6 rg 0 380 595 60 re f\n" + words(PLANTED, y=400, before="1 g")),
    "red-on-green-of-equal-light": page(
        b"0 0.5 0 rg 0 380 595 60 re f\n" + words(PLANTED, y=400, before="0.98 0 0 rg")
    ),
    "outlined": page(words(PLANTED, y=400, before="1 Tr")),
    "fake-bold": page(words(PLANTED, y=400) + words(PLANTED, x=72, y=400)),
    "on-a-picture": page(
        b"q 595 0 0 842 0 0 cm /I Do Q\n" + words(PLANTED, y=400, size=24),
        resources=b"/XObject<</I 6 0 R>>",
        more=[picture(190, width=60, height=80)],
    ),
    "rotated-page": page(words(PLANTED, y=400), entries=b"/Rotate 90"),
    "shifted-box": page(words(PLANTED, x=-400, y=-300), box=b"[-500 -500 95 342]"),
    "in-a-form": page(
        b"q 1 0 0 1 0 100 cm /X Do Q\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[_form(words(PLANTED, y=400))],
    ),
    "white-in-a-dark-box-clipped-to-itself": page(
        b"q 50 380 500 60 re W n 0 0 0.6 rg 0 0 595 842 re f Q\n" + words(PLANTED, y=400, before="1 g")
    ),
    "framed": page(b"3 w 50 380 500 60 re S\n" + words(PLANTED, y=400) + b"3 w 50 380 500 60 re S\n"),
    "underlined-and-struck": page(words(PLANTED, y=400) + b"72 398 250 0.5 re f 72 404 250 0.5 re f\n"),
    "small-print": page(words(PLANTED, y=400, size=5)),
}
