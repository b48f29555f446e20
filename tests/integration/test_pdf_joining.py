"""Files joined into one: the pages look as before, nothing else comes along, and hostile files are left alone."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from pypdf.generic import DictionaryObject

from intake.adapters import pdf
from intake.demo import documents, people
from tests import hostile_pdfs

SOON = 20.0  # seconds within which every attempt has its end


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits())
    yield reader
    reader.close()


def joined(pool: pdf.PdfPool, *files: bytes) -> bytes:
    found = pool.join(files)
    assert found is not None
    return found


def painted(content: bytes) -> list[Image.Image]:
    """Every page in colour, as a person sees it."""
    document = pypdfium2.PdfDocument(content)
    if document.get_formtype():
        document.init_forms()
    return [page.render(scale=1.5).to_pil().convert("RGB") for page in document]


def most_apart(before: Sequence[Image.Image], after: Sequence[Image.Image]) -> int:
    """The largest difference between two pixels, of 255."""
    extremes = [ImageChops.difference(old, new).getextrema() for old, new in zip(before, after, strict=True)]
    return max(int(high) for bands in extremes for _, high in bands)  # type: ignore[misc]


PAPERS: dict[str, Callable[[], bytes]] = {
    "letter-classic": lambda: documents.letter(people.HELENA, layout="classic"),
    "letter-din": lambda: documents.letter(people.JOERG, "de", layout="din"),
    "letter-banner": lambda: documents.letter(people.OLENA, layout="banner"),
    "cv-academic": lambda: documents.cv(people.NADIA, layout="academic"),
    "cv-tabular": lambda: documents.cv(people.KAETHE, "de", layout="tabular"),
    "cv-sidebar": lambda: documents.cv(people.MEILIN, layout="sidebar"),
    "cv-modern": lambda: documents.cv(people.IBRAHIM, layout="modern"),
    "doctorate": lambda: documents.certificate("doctorate", people.NADIA),
    "transcript": lambda: documents.certificate("transcript", people.NADIA),
    "employer": lambda: documents.certificate("employer", people.JOERG, "de"),
    "scan": lambda: documents.scanned(documents.certificate("master", people.NADIA)),
    "scan-sideways": lambda: documents.scanned(documents.cv(people.NADIA), rotate=90),
    "empty-form": lambda: documents.with_form(documents.letter(people.HELENA)),
}


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS.keys())
def test_pages_look_as_before(pool: pdf.PdfPool, make: Callable[[], bytes]) -> None:
    """Every pixel of every page, before and after, and the facts of each page too."""
    first, second = documents.certificate("bachelor", people.HELENA), make()

    whole = joined(pool, first, second, first)

    assert most_apart(painted(first) + painted(second) + painted(first), painted(whole)) == 0
    parts = [page for content in (first, second, first) for page in pool.read(content).pages]
    facts = pool.read(whole)
    assert facts.faults == ()
    assert facts.pages == tuple(replace(page, number=number) for number, page in enumerate(parts, 1))


@pytest.mark.parametrize("name", hostile_pdfs.SEEN)
def test_what_is_seen_is_seen(pool: pdf.PdfPool, name: str) -> None:
    """Rotated pages, shifted boxes, pictures and forms within forms."""
    content = hostile_pdfs.SEEN[name]

    whole = joined(pool, hostile_pdfs.plain(), content)

    assert most_apart(painted(hostile_pdfs.plain()) + painted(content), painted(whole)) == 0


def test_what_is_inherited_comes_along(pool: pdf.PdfPool) -> None:
    """Page size, rotation and fonts that stand in the page tree alone."""
    content = hostile_pdfs.file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 400]/Rotate 270/Resources<</Font<</F 6 0 R>>>>>>",
            b"<</Type/Pages/Parent 2 0 R/Kids[4 0 R]/Count 1/CropBox[10 10 300 400]>>",
            b"<</Type/Page/Parent 3 0 R/Contents 5 0 R>>",
            hostile_pdfs.stream(hostile_pdfs.words("Dear Sir or Madam", y=200)),
            hostile_pdfs.FONT,
        ]
    )

    whole = joined(pool, content, hostile_pdfs.plain())

    assert most_apart(painted(content) + painted(hostile_pdfs.plain()), painted(whole)) == 0
    assert pypdfium2.PdfDocument(whole)[0].get_size() == (390, 290)


def test_names_and_strings_are_bytes(pool: pdf.PdfPool) -> None:
    """Resources named in GBK and Latin-1, and a palette that looks like UTF-16 text, are found again."""
    palette = b"\xfe\xff\x00\x80\xff\x00"
    content = hostile_pdfs.page(
        hostile_pdfs.words("Curriculum Vitae").replace(b"/F ", b"/\xcb\xce ")
        + hostile_pdfs.words("Lebenslauf", y=700).replace(b"/F ", b"/Gr#f6sse ")
        + b"q 200 0 0 200 72 300 cm /I Do Q\n",
        fonts=b"/\xcb\xce 6 0 R/Gr\xf6sse 6 0 R",
        resources=b"/XObject<</I 7 0 R>>",
        more=[
            b"<</Type/Font/Subtype/Type1/BaseFont/Courier-Bold>>",
            hostile_pdfs.stream(
                b"\x00\x01\x01\x00",
                b"/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace"
                b"[/Indexed/DeviceRGB 1<" + palette.hex().encode() + b">]",
            ),
        ],
    )

    whole = joined(pool, hostile_pdfs.plain(), content)

    assert most_apart(painted(content), painted(whole)[1:]) == 0


def test_a_form_keeps_what_it_shows(pool: pdf.PdfPool) -> None:
    """What was typed into a field is part of the page; there is no form any more, and no field to change."""
    content = hostile_pdfs.filled_form()

    whole = joined(pool, content, content)

    # The field's letters fall between other pixels, so that their edges differ.
    differences = ImageChops.difference(painted(content)[0].convert("L"), painted(whole)[1].convert("L"))
    assert sum(differences.histogram()[128:]) == 0
    assert "Ada Muster" in pool.read(whole).pages[1].text
    reader = pypdf.PdfReader(io.BytesIO(whole))
    assert "/AcroForm" not in reader.root_object
    assert "/Annots" not in reader.pages[0]


@pytest.mark.parametrize("name", ["value-of-its-own", "value-of-its-parent", "reader-is-to-draw"])
def test_a_field_that_the_reader_must_draw_is_left_alone(pool: pdf.PdfPool, name: str) -> None:
    """Its value has no look that could be kept, and a page that lacks it is not the same page."""
    assert pool.join([hostile_pdfs.plain(), hostile_pdfs.FORMS[name]]) is None


def test_links_lead_where_they_led(pool: pdf.PdfPool) -> None:
    """To an address, or to a page of their own file; what else they could do is gone."""
    link = b"<</Type/Annot/Subtype/Link/Rect[72 700 200 720]"
    content = hostile_pdfs.page(
        hostile_pdfs.LETTER,
        entries=b"/Annots["
        + link
        + b"/A<</S/URI/URI(https://example.org/cv)/Next<</S/Named/N/Print>>>>>>"
        + link
        + b"/A<</S/GoTo/D[3 0 R/XYZ 0 700 0]>>>>"
        + link
        + b"/Dest[3 0 R/Fit]>>"
        + link
        + b"/Dest(chapter)>>]",
    )

    whole = joined(pool, hostile_pdfs.plain(), content)

    pages = pypdf.PdfReader(io.BytesIO(whole)).pages
    address, place, fit, named = (DictionaryObject(item.get_object()) for item in pages[1]["/Annots"])  # type: ignore[attr-defined]
    assert address["/A"] == {"/S": "/URI", "/URI": "https://example.org/cv"}
    target = pages[1].indirect_reference
    assert [list(one["/Dest"]) for one in (place, fit)] == [  # type: ignore[call-overload]
        [target, "/XYZ", 0, 700, 0],
        [target, "/Fit"],
    ]
    assert not {"/A", "/Dest"} & set(named)


def test_nothing_unseen_comes_along(pool: pdf.PdfPool) -> None:
    """No metadata, associated file, private data, structure, name, thumbnail or bookmark."""
    secret = hostile_pdfs.stream(b"unseen", b"/Type/EmbeddedFile")
    content = hostile_pdfs.page(
        hostile_pdfs.LETTER + b"/X Do\n",
        catalog=b"/Metadata 6 0 R/Outlines<</First 7 0 R>>/StructTreeRoot<</K 6 0 R>>/PageLabels<</Nums[0 6 0 R]>>"
        b"/OpenAction[3 0 R/Fit]/Dests<</unseen[3 0 R/Fit]>>",
        entries=b"/AF[8 0 R]/PieceInfo<</unseen 6 0 R>>/Thumb 6 0 R/StructParents 3/Metadata 6 0 R/B[6 0 R]",
        resources=b"/XObject<</X 9 0 R>>/Properties<</P<</Type/Filespec/F(unseen)/EF<</F 6 0 R>>>>>>",
        more=[
            secret,
            b"<</Title(unseen)>>",
            b"<</Type/Filespec/F(unseen)/EF<</F 6 0 R>>>>",
            hostile_pdfs.stream(
                b"0 0 9 9 re f\n",
                b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/AF[8 0 R]/Metadata 6 0 R/PieceInfo<</unseen 6 0 R>>",
            ),
        ],
    )

    whole = joined(pool, hostile_pdfs.plain(), content)

    assert b"unseen" in content
    assert b"unseen" not in whole
    assert b"unseen".hex().encode() not in whole
    root = pypdf.PdfReader(io.BytesIO(whole)).root_object
    assert set(root) == {"/Type", "/Pages"}


def test_the_same_files_give_the_same_bytes(pool: pdf.PdfPool) -> None:
    """In another child too; no time stamp, no chance. Another order, or other bytes, is another file."""
    files = [documents.letter(people.NADIA), documents.cv(people.NADIA)]
    first = joined(pool, *files)
    for slot in pool._slots:
        slot.discard()

    assert joined(pool, *files) == first
    assert joined(pool, *reversed(files)) != first
    assert joined(pool, files[0], files[1] + b"\n") != first
    reader = pypdf.PdfReader(io.BytesIO(first))
    assert reader.metadata is None
    assert reader.trailer["/ID"][0] == reader.trailer["/ID"][1]


def noise(size: int, *, seed: int) -> bytes:
    """A page that is one picture of so many bytes, which nothing packs smaller."""
    side = int(size**0.5)
    pixels = random.Random(seed).randbytes(side * side)
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
    return hostile_pdfs.page(
        b"q 595 0 0 842 0 0 cm /I Do Q\n",
        resources=b"/XObject<</I 6 0 R>>",
        more=[hostile_pdfs.stream(pixels, entries % (side, side))],
    )


def test_large_files_are_joined_up_to_the_limit(pool: pdf.PdfPool) -> None:
    """24 MB come back whole, more than any other answer may have; 26 MB are no file that we would read."""
    halves = [noise(12_000_000, seed=1), noise(12_000_000, seed=2)]

    whole = joined(pool, *halves)

    assert 24_010_000 > len(whole) > 23_990_000
    assert most_apart([page for half in halves for page in painted(half)], painted(whole)) == 0
    assert pool.join([*halves, noise(3_000_000, seed=3)]) is None
    assert pool.read(hostile_pdfs.plain()).faults == ()


def shared_resources(fields: bytes) -> bytes:
    """60 pages that inherit 60 kB of resources, each with these form fields."""
    shared = b"/Properties<<" + b"".join(b"/P%d<</A 1>>" % n for n in range(5_000)) + b">>"
    kids = b" ".join(b"%d 0 R" % (6 + n) for n in range(60))
    return hostile_pdfs.file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids["
            + kids
            + b"]/Count 60/MediaBox[0 0 595 842]/Resources<<"
            + shared
            + b">>>>",
            hostile_pdfs.stream(b"0 0 9 9 re f\n"),
            b"<</Type/Annot/Subtype/Widget/FT/Tx/F 4/Rect[9 9 99 99]/AP<</N 5 0 R>>>>",
            hostile_pdfs.stream(b"0 0 9 9 re f\n", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
            *[b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Annots[" + fields + b"]>>"] * 60,
        ]
    )


def test_what_pages_share_is_written_once(pool: pdf.PdfPool) -> None:
    content = shared_resources(b"")

    assert len(joined(pool, content)) < 2 * len(content)


def test_a_joined_file_that_would_be_too_large_is_given_up(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A field makes its page's resources its own, so that the joined file has them 60 times: 4 MB of 70 kB."""
    content = shared_resources(b"4 0 R")
    spool = tmp_path_factory.mktemp("spool")
    small = pdf.PdfPool(spool, pdf.PdfLimits(max_bytes=1_000_000), workers=1)

    assert small.read(content).page_count == 60
    assert small.join([content]) is None
    small.close()


READ_TWO_WAYS: dict[str, bytes] = {
    "two-contents": hostile_pdfs.page(
        hostile_pdfs.LETTER, entries=b"/Contents 6 0 R", more=[hostile_pdfs.stream(b"0 0 99 99 re f\n")]
    ),
    "two-sizes": hostile_pdfs.page(hostile_pdfs.LETTER, entries=b"/MediaBox[0 0 300 300]"),
    "two-decodings": hostile_pdfs.page(
        b"q 200 0 0 200 72 300 cm /I Do Q\n",
        resources=b"/XObject<</I 6 0 R>>",
        more=[
            hostile_pdfs.stream(
                b"\x00\xff\xff\xff",
                b"/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8/ColorSpace/DeviceGray"
                b"/Decode[0 1]/Decode[1 0]",
            )
        ],
    ),
    "wrong-length": hostile_pdfs.plain().replace(b"/Length 1", b"/Length 9"),
    "number-that-is-none": hostile_pdfs.page(hostile_pdfs.LETTER, entries=b"/Rotate 9O"),
}


@pytest.mark.parametrize("name", READ_TWO_WAYS)
def test_what_the_engines_may_read_differently(pool: pdf.PdfPool, name: str) -> None:
    """Joined it looks as before, or it is not joined: a page is never another one than was sent."""
    content = READ_TWO_WAYS[name]

    whole = pool.join([hostile_pdfs.plain(), content])

    if whole is not None:
        assert most_apart(painted(content), painted(whole)[1:]) == 0


def noisy(count: int) -> bytes:
    """Pages that are each a scan of 300 dpi."""
    picture = io.BytesIO()
    Image.effect_noise((2480, 3508), 40).save(picture, "JPEG", quality=20)
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(count))
    leaf = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 3 0 R>>>>>>"
    )
    return hostile_pdfs.file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % count,
            hostile_pdfs.stream(
                picture.getvalue(),
                b"/Type/XObject/Subtype/Image/Width 2480/Height 3508/BitsPerComponent 8/ColorSpace/DeviceGray"
                b"/Filter/DCTDecode",
            ),
            hostile_pdfs.stream(b"q 595 0 0 842 0 0 cm /I Do Q\n"),
            *[leaf] * count,
        ]
    )


def test_a_long_scan_is_joined_within_the_limits(pool: pdf.PdfPool) -> None:
    """60 pages of 9 million pixels: too many to paint them all twice."""
    begun = time.monotonic()

    whole = joined(pool, noisy(30), noisy(30))

    assert time.monotonic() - begun < 12
    assert len(pypdf.PdfReader(io.BytesIO(whole)).pages) == 60


def test_sixty_pages_are_joined_and_sixty_one_are_not(pool: pdf.PdfPool) -> None:
    """Pages count together."""
    thirty = hostile_pdfs.many_pages(30)

    assert len(pypdf.PdfReader(io.BytesIO(joined(pool, thirty, thirty))).pages) == 60
    assert pool.join([thirty, thirty, hostile_pdfs.plain()]) is None


UNFIT: dict[str, Callable[[], bytes]] = {
    "signed": hostile_pdfs.signed,
    "locked": lambda: hostile_pdfs.encrypted("secret"),
    "locked-against-changes": lambda: hostile_pdfs.encrypted(""),
    "certified": lambda: hostile_pdfs.acting(b"/Perms<</DocMDP 6 0 R>>", more=[b"<</Type/Sig>>"]),
    "0-bytes": lambda: b"",
    "no-pdf": hostile_pdfs.zip_named_pdf,
    "truncated": hostile_pdfs.truncated,
    "half-truncated": hostile_pdfs.half_truncated,
    "nothing-but-header": hostile_pdfs.nothing_but_header,
    "no-pages": hostile_pdfs.no_pages,
    "page-tree-loop": hostile_pdfs.page_tree_loop,
    "100,000-pages": hostile_pdfs.hundred_thousand_pages,
    "count-is-a-lie": lambda: hostile_pdfs.many_pages(3, claimed=50),
    "decompression-bomb": hostile_pdfs.decompression_bomb,
    "draws-itself-twice": hostile_pdfs.form_that_draws_itself_twice,
    "too-intricate": hostile_pdfs.many_annotations,
    "javascript": lambda: documents.with_javascript(documents.letter(people.NADIA)),
    "launch": lambda: documents.with_launch(documents.letter(people.NADIA)),
    "embedded-file": lambda: documents.with_embedded_file(documents.letter(people.NADIA)),
    "damaged": lambda: documents.damaged(documents.cv(people.NADIA)),
    "layer-switched-off": lambda: hostile_pdfs.HIDDEN["layer-switched-off"],
    "stream-in-another-file": lambda: hostile_pdfs.page(
        b"/X Do\n",
        resources=b"/XObject<</X 6 0 R>>",
        more=[hostile_pdfs.stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/F(/etc/passwd)")],
    ),
}


@pytest.mark.parametrize("make", UNFIT.values(), ids=UNFIT.keys())
def test_what_must_not_be_touched_is_not(pool: pdf.PdfPool, make: Callable[[], bytes]) -> None:
    """None, soon, in whichever place the file stands; and the next files are joined."""
    begun = time.monotonic()

    assert pool.join([hostile_pdfs.plain(), make()]) is None
    assert time.monotonic() - begun < SOON
    assert pool.join([make(), hostile_pdfs.plain()]) is None
    assert pool.join([hostile_pdfs.plain(), hostile_pdfs.plain()]) is not None


@pytest.mark.parametrize("name", hostile_pdfs.ACTIVE)
def test_what_acts_is_not_joined(pool: pdf.PdfPool, name: str) -> None:
    assert pool.join([hostile_pdfs.plain(), hostile_pdfs.ACTIVE[name]]) is None


@pytest.mark.parametrize("name", hostile_pdfs.HARMLESS)
def test_what_is_harmless_is_joined(pool: pdf.PdfPool, name: str) -> None:
    content = hostile_pdfs.HARMLESS[name]

    whole = joined(pool, hostile_pdfs.plain(), content)

    assert most_apart(painted(hostile_pdfs.plain()) + painted(content), painted(whole)) == 0


def test_limits_end_a_joining(tmp_path_factory: pytest.TempPathFactory) -> None:
    """CPU or wall time over: None, and the next files are joined."""
    for cpu, wall in ((1, 12.0), (8, 1.0)):
        limits = pdf.PdfLimits(cpu_seconds=cpu, wall_seconds=wall)
        reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), limits, workers=1)
        begun = time.monotonic()

        assert reader.join([hostile_pdfs.plain(), hostile_pdfs.decompression_bomb()]) is None
        assert time.monotonic() - begun < 8
        assert reader.join([hostile_pdfs.plain(), hostile_pdfs.plain()]) is not None
        reader.close()
