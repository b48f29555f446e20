"""PDFs that do more than show pages: scripts, launches, embedded files, forms, and a harmless open action."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from intake.demo.documents import sheet
from intake.demo.documents.effects import written


def with_javascript(pdf: bytes, script: str = "app.alert('Please enable editing.');") -> bytes:
    """A script that runs when the file is opened, through the catalogue's open action."""
    action = _dictionary(S=NameObject("/JavaScript"), JS=TextStringObject(script))
    return _with_root_entry(pdf, "/OpenAction", action)


def with_launch(pdf: bytes) -> bytes:
    """An open action that would start a program."""
    action = _dictionary(S=NameObject("/Launch"), F=TextStringObject("calculator.exe"))
    return _with_root_entry(pdf, "/OpenAction", action)


def with_open_action(pdf: bytes) -> bytes:
    """A harmless open action, “show the first page as a whole”: word processors write it all the time."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    target = ArrayObject((_reference(writer.pages[0]), NameObject("/Fit")))
    writer.root_object[NameObject("/OpenAction")] = target
    return written(writer)


def with_embedded_file(pdf: bytes, name: str = "notes.txt", content: bytes = b"see page 2\n") -> bytes:
    """A second file inside the PDF, listed in the catalogue's name tree.

    Built by hand, because pypdf's own way stamps the time into it.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    stream = DecodedStreamObject()
    stream.set_data(content)
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    files = _dictionary(F=writer._add_object(stream))
    entry = _dictionary(Type=NameObject("/Filespec"), F=TextStringObject(name), EF=files)
    names = ArrayObject((TextStringObject(name), writer._add_object(entry)))
    tree = _dictionary(EmbeddedFiles=_dictionary(Names=names))
    writer.root_object[NameObject("/Names")] = tree
    return written(writer)


def with_form(pdf: bytes) -> bytes:
    """A text field to fill in on the first page, without any script."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    corners = ArrayObject(FloatObject(edge) for edge in (60, 40, 260, 60))
    field = writer._add_object(
        _dictionary(
            Type=NameObject("/Annot"), Subtype=NameObject("/Widget"), FT=NameObject("/Tx"), F=NumberObject(4),
            T=TextStringObject("available_from"), V=TextStringObject(""), Rect=corners,
        )
    )  # fmt: skip
    page = writer.pages[0]
    annotations = page.get("/Annots", ArrayObject()).get_object()
    page[NameObject("/Annots")] = ArrayObject((*annotations, field))
    form = _dictionary(Fields=ArrayObject((field,)), NeedAppearances=BooleanObject(True))
    writer.root_object[NameObject("/AcroForm")] = form
    return written(writer)


def with_hidden_text(pdf: bytes, text: str) -> bytes:
    """White text of half a point on the first page: what a person never sees must not count as a document."""
    overlay = PdfReader(io.BytesIO(sheet.drawn(lambda canvas: _whisper(canvas, text), title="")))
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pages[0].merge_page(overlay.pages[0])
    return written(writer)


def _whisper(canvas: Canvas, text: str) -> None:
    canvas.setFillColor(sheet.colour("#ffffff"))
    canvas.setFont("Helvetica", 0.5)
    canvas.drawString(60, 40, text)
    canvas.showPage()


def _with_root_entry(pdf: bytes, name: str, value: PdfObject) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.root_object[NameObject(name)] = value
    return written(writer)


def _dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})


def _reference(page: DictionaryObject) -> PdfObject:
    reference = page.indirect_reference
    if reference is None:
        raise ValueError("a page of a writer always has a reference")
    return reference
