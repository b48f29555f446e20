"""The few PDFium calls that are made thousands of times a page, bound for speed.

The bindings of pypdfium2 make a pointer object of every handle, which costs more than the call itself.
Here handles are plain integers. The interpreter's lock is kept during a call (PYFUNCTYPE): each takes
well under a microsecond, and a PDF child has one thread.

Most calls have only their first argument declared. What follows are numbers that C takes as int and the
places of ``room``, and ctypes passes both on as they are; to declare them doubles what a call costs.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_double, c_float, c_int, c_uint, c_void_p
from typing import Any

import pypdfium2.raw as pdfium
import pypdfium2_raw.bindings as bindings  # type: ignore[import-untyped]

_LIBRARY = bindings._libs["pdfium"]


def _bind(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *arguments)((name, _LIBRARY))
    return function


def room(kind: Any, count: int) -> tuple[memoryview, list[Any]]:
    """Where PDFium may write ``count`` numbers: a view to read them from, and the place of each for a call."""
    numbers = (kind * count)()
    places = [ctypes.byref(numbers, index * ctypes.sizeof(kind)) for index in range(count)]
    return memoryview(numbers).cast("B").cast(kind._type_), places


def address(handle: Any) -> int:
    """The integer behind a handle of pypdfium2; 0 for NULL."""
    return ctypes.cast(handle, c_void_p).value or 0


def handle(number: int) -> Any:
    """A page object's handle as pypdfium2's own functions take it."""
    return ctypes.cast(number, pdfium.FPDF_PAGEOBJECT)


# Of a text page
load_text = _bind("FPDFText_LoadPage", c_void_p, c_void_p)
close_text = _bind("FPDFText_ClosePage", None, c_void_p)
count_chars = _bind("FPDFText_CountChars", c_int, c_void_p)
text_index = _bind("FPDFText_GetTextIndexFromCharIndex", c_int, c_void_p)
get_text = _bind("FPDFText_GetText", c_int, c_void_p)
char_object = _bind("FPDFText_GetTextObject", c_void_p, c_void_p)
char_origin = _bind("FPDFText_GetCharOrigin", c_int, c_void_p)
char_box = _bind("FPDFText_GetCharBox", c_int, c_void_p)
char_matrix = _bind("FPDFText_GetMatrix", c_int, c_void_p)
char_font_size = _bind("FPDFText_GetFontSize", c_double, c_void_p)
char_font = _bind("FPDFText_GetFontInfo", c_int, c_void_p, c_int, c_void_p, ctypes.c_ulong, c_void_p)
char_index = _bind("FPDFText_GetCharIndexFromTextIndex", c_int, c_void_p)

# Of a page and its objects
count_objects = _bind("FPDFPage_CountObjects", c_int, c_void_p)
page_object = _bind("FPDFPage_GetObject", c_void_p, c_void_p)
count_in_form = _bind("FPDFFormObj_CountObjects", c_int, c_void_p)
form_object = _bind("FPDFFormObj_GetObject", c_void_p, c_void_p, ctypes.c_ulong)
kind = _bind("FPDFPageObj_GetType", c_int, c_void_p)
bounds = _bind("FPDFPageObj_GetBounds", c_int, c_void_p)
matrix = _bind("FPDFPageObj_GetMatrix", c_int, c_void_p)
fill_colour = _bind("FPDFPageObj_GetFillColor", c_int, c_void_p)
stroke_width = _bind("FPDFPageObj_GetStrokeWidth", c_int, c_void_p)
is_transparent = _bind("FPDFPageObj_HasTransparency", c_int, c_void_p)
draw_mode = _bind("FPDFPath_GetDrawMode", c_int, c_void_p)
count_segments = _bind("FPDFPath_CountSegments", c_int, c_void_p)
path_segment = _bind("FPDFPath_GetPathSegment", c_void_p, c_void_p)
segment_point = _bind("FPDFPathSegment_GetPoint", c_int, c_void_p)
segment_type = _bind("FPDFPathSegment_GetType", c_int, c_void_p)
clip_path = _bind("FPDFPageObj_GetClipPath", c_void_p, c_void_p)
count_clips = _bind("FPDFClipPath_CountPaths", c_int, c_void_p)
count_clip_segments = _bind("FPDFClipPath_CountPathSegments", c_int, c_void_p)
clip_segment = _bind("FPDFClipPath_GetPathSegment", c_void_p, c_void_p)
render_mode = _bind("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
font = _bind("FPDFTextObj_GetFont", c_void_p, c_void_p)
is_embedded = _bind("FPDFFont_GetIsEmbedded", c_int, c_void_p)
font_program = _bind("FPDFFont_GetFontData", c_int, c_void_p, c_void_p, ctypes.c_size_t, c_void_p)
glyph_path = _bind("FPDFFont_GetGlyphPath", c_void_p, c_void_p, c_uint, c_float)
count_glyph_segments = _bind("FPDFGlyphPath_CountGlyphSegments", c_int, c_void_p)
