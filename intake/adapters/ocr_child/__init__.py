"""What runs in an OCR child: the picture of one page in, its lines as JSON out.

Never the applicant's own bytes: the picture was painted by a PDF child and written by the parent. The
child holds Tesseract with its models loaded, which takes a quarter of a second.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pydantic

from intake.adapters.child import sandbox
from intake.adapters.ocr_child import engine, straight
from intake.model import PageReading

READING = pydantic.TypeAdapter(PageReading)

_weaknesses: tuple[str, ...] = ("the sandbox was never put up",)


def prepare(readable: str, memory: int) -> None:
    """The pool's initialiser: load Tesseract's code, shut this process in, load the models.

    The code comes first, because it reads OMP_THREAD_LIMIT from the environment, which the walls clear.
    Never raises: ``weaknesses`` tells what could not be done.
    """
    global _weaknesses
    code_missing = engine.load_code()
    walls = sandbox.enclose([Path(readable), engine.MODELS], memory=memory)
    sandbox.silence()
    models_missing = code_missing or engine.load_models()
    _weaknesses = (*filter(None, [models_missing]), *walls)


def weaknesses() -> bytes:
    """What this child lacks, as a JSON list: whether it can read at all, and missing walls in words."""
    return json.dumps([engine.is_ready(), *_weaknesses]).encode()


def read(path: str, width: int, height: int, dpi: float, cpu: int) -> bytes:
    """Read one picture (8 bits of grey a pixel, rows from the top). Returns ``PageReading`` as JSON, b"" for
    no reading. cpu: seconds of CPU. Out of memory, the process ends."""
    sandbox.allow_cpu(cpu)
    try:
        picture = straight.Picture.of(Path(path).read_bytes(), width, height, dpi)
        return READING.dump_json(engine.read(picture))
    except MemoryError:
        os._exit(sandbox.OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - whatever the engine stumbles over: the page stays unread, as it was
        return b""
