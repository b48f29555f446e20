"""Certificates in French, Chinese and Arabic: languages in which the bot must demand nothing falsely."""

from __future__ import annotations

from random import Random

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from intake.demo.documents import drawing, effects, sheet
from intake.demo.varied import looks
from intake.demo.varied.invented import Someone
from intake.demo.varied.looks import Sheets


def certificate(language: str, who: Someone, chance: Random) -> Sheets:
    """A degree in `fr`, `zh` or `ar`, as a text layer."""
    words = {
        "name": who.name, "year": str(who.years[0]), "town": who.universities[0],
        "born": sheet.short_date(who.born), "number": str(chance.randrange(100000, 999999)),
    }  # fmt: skip
    lines = [line.format(**words) for line in chance.choice(_TEXTS[language])]
    made = {"fr": _french, "zh": _chinese, "ar": _arabic}[language](lines, chance)
    return Sheets(pdf=made, labels=("certificate",))


def _french(lines: list[str], chance: Random) -> bytes:
    look = looks.look(chance, sizes=(11.0, 13.0))
    story = [
        sheet.gap(20),
        look.title(lines[0], align="center"),
        sheet.gap(8),
        *look.paragraphs(lines[1:], align="center"),
    ]
    return sheet.bound(story, title=lines[0], author="", decorate=_seal)


def _seal(canvas: Canvas, _document: object) -> None:
    drawing.seal(canvas, sheet.WIDTH / 2, 120, text="Republique des lettres")


def _chinese(lines: list[str], _chance: Random) -> bytes:
    """In a font that reportlab names and the reader brings: it is not embedded."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 28)
        canvas.drawCentredString(sheet.WIDTH / 2, sheet.HEIGHT - 160, lines[0])
        canvas.setFont("STSong-Light", 15)
        for index, line in enumerate(lines[1:]):
            canvas.drawCentredString(sheet.WIDTH / 2, sheet.HEIGHT - 240 - 34 * index, line)
        drawing.seal(canvas, sheet.WIDTH / 2, 140, text="Qinghe")
        canvas.showPage()

    return sheet.drawn(draw, title="")


def _arabic(lines: list[str], _chance: Random) -> bytes:
    """Text by character codes under a font that is not embedded; the codes are Unicode, as ToUnicode says."""
    writer = PdfWriter()
    page = writer.add_blank_page(sheet.WIDTH, sheet.HEIGHT)
    content, codes = DecodedStreamObject(), DecodedStreamObject()
    shown = [
        f"BT /F1 {24 if index == 0 else 15} Tf 1 0 0 1 150 {680 - 36 * index} Tm <{line.encode('utf-16-be').hex()}> Tj ET"
        for index, line in enumerate(lines)
    ]
    content.set_data("\n".join(shown).encode())
    codes.set_data(_AS_UNICODE)
    descendant = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/CIDFontType2"),
        NameObject("/BaseFont"): NameObject("/Arial"), NameObject("/DW"): NumberObject(500),
        NameObject("/CIDSystemInfo"): DictionaryObject({
            NameObject("/Registry"): TextStringObject("Adobe"), NameObject("/Ordering"): TextStringObject("Identity"),
            NameObject("/Supplement"): NumberObject(0),
        }),
        NameObject("/FontDescriptor"): DictionaryObject({
            NameObject("/Type"): NameObject("/FontDescriptor"), NameObject("/FontName"): NameObject("/Arial"),
            NameObject("/Flags"): NumberObject(4), NameObject("/ItalicAngle"): NumberObject(0),
            NameObject("/Ascent"): NumberObject(900), NameObject("/Descent"): NumberObject(-200),
            NameObject("/CapHeight"): NumberObject(700), NameObject("/StemV"): NumberObject(80),
            NameObject("/FontBBox"): ArrayObject(NumberObject(edge) for edge in (-500, -300, 1500, 1000)),
        }),
    })  # fmt: skip
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type0"),
        NameObject("/BaseFont"): NameObject("/Arial"), NameObject("/Encoding"): NameObject("/Identity-H"),
        NameObject("/DescendantFonts"): ArrayObject((writer._add_object(descendant),)),
        NameObject("/ToUnicode"): writer._add_object(codes),
    })  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    page[NameObject("/Contents")] = writer._add_object(content)
    return effects.written(writer)


_AS_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap CMapName currentdict /CMap defineresource pop end end"""

_TEXTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "fr": (
        ("Diplôme de Licence", "Vu le code de l'éducation et les pièces justificatives produites,",
         "le diplôme de licence, mention sciences, est délivré à", "{name}", "né(e) le {born}, au titre de l'année universitaire {year},",
         "et confère le grade correspondant pour en jouir avec les droits et prérogatives qui y sont attachés.",
         "Fait à {town}, le 12 juillet {year}", "Le titulaire · Le président · Le recteur d'académie"),
        ("Attestation de réussite", "Le chef du service de la scolarité soussigné atteste que", "{name}", ("a été déclaré(e) admis(e) au diplôme"
         " de Master avec la mention « Bien », à l'issue de la session de juin {year}."), "Numéro d'étudiant : {number}"),
    ),
    "zh": (
        ("毕业证书", "学生 {name} 性别 女", "于 {year} 年在本校数学专业学习", "完成教学计划规定的全部课程", "成绩合格，准予毕业", "证书编号：{number}"),
        ("学士学位证书", "{name}", "完成了本科学习计划，业已毕业", "授予理学学士学位", "{year} 年七月一日", "证书编号：{number}"),
    ),
    "ar": (
        ("شهادة البكالوريوس", "تشهد الجامعة بأن الطالب", "{name}", "قد أتم بنجاح جميع متطلبات التخرج", "ومنح درجة البكالوريوس في العلوم",
         "بتقدير جيد جدا", "{year}"),
    ),
}  # fmt: skip
