"""What `make fuzz` starts from, and how it keeps what it finds: a file for each finding, as small as it could be made."""

from __future__ import annotations

import json
import re
import time
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from intake.demo import samples
from scripts import fuzz_mutate

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus" / "mail"
REPORT = "report.json"

_SMALLER_SECONDS = 20.0
_BASE64_LINES = re.compile(rb"((?:[A-Za-z0-9+/]{60,76}\r?\n){4})(?:[A-Za-z0-9+/]{60,76}\r?\n)+")


def seeds(folders: Iterable[Path]) -> list[bytes]:
    """Mails to begin with: of these folders, of the corpus beside the checkout, and the samples of the demo.

    Long Base64 is shortened to its first lines, since nothing in the middle of a file decides anything.
    """
    mails = [sample.raw for sample in samples.all(datetime(2026, 1, 1, tzinfo=UTC))]
    for folder in [*folders, *([CORPUS] if CORPUS.is_dir() else [])]:
        mails += [
            path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".eml", ".txt", ".msg")
        ]
    short = [_BASE64_LINES.sub(rb"\1", raw) for raw in mails]
    return [raw for raw in short if len(raw) <= fuzz_mutate.LARGEST // 2]


class Findings:
    """Counts inputs and keeps the first one of each finding: what was raised, and where."""

    def __init__(self, folder: Path, engine: str, check: Callable[[str, bytes], None]) -> None:
        self.folder, self.engine, self.check = folder, engine, check
        self.count = 0
        self.slowest = 0.0
        self.found: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, target: str, content: bytes) -> None:
        """One input. Never raises: what is raised is the finding."""
        self.count += 1
        began = time.process_time()
        what = self._raised(target, content)
        self.slowest = max(self.slowest, time.process_time() - began)
        if what and what not in self.found:
            self.found[what] = ""  # so that trying smaller ones does not find it again
            self.found[what] = str(self._keep(target, self._smaller(target, content, what)))
            print(
                f"FINDING {what}\n  again: .venv/bin/python -m scripts.fuzz --again {self.found[what]}",
                flush=True,
            )
        if what or self.count % 200 == 0:
            self.save()

    def save(self) -> None:
        """The count for whoever started this."""
        report = {"executions": self.count, "slowest": round(self.slowest, 2), "findings": self.found}
        (self.folder / f"{self.engine}-{REPORT}").write_text(json.dumps(report))

    def _raised(self, target: str, content: bytes) -> str:
        try:
            self.check(target, content)
        except Exception as exc:  # noqa: BLE001 - whatever it is
            frames = traceback.extract_tb(exc.__traceback__)
            last = next(
                (one for one in reversed(frames) if one.filename.startswith(str(ROOT / "intake"))), frames[-1]
            )
            said = re.sub(r"\d+", "n", str(exc).split(":")[0])[:60] if isinstance(exc, AssertionError) else ""
            return (
                f"{type(exc).__name__} in {Path(last.filename).name}:{last.lineno} {last.name} {said}".strip()
            )
        return ""

    def _smaller(self, target: str, content: bytes, what: str) -> bytes:
        """The same finding from fewer bytes, as far as some seconds allow."""
        end = time.monotonic() + _SMALLER_SECONDS
        size = len(content) // 2
        while size and time.monotonic() < end:
            place = 0
            while place < len(content) and time.monotonic() < end:
                shorter = content[:place] + content[place + size :]
                if self._raised(target, shorter) == what:
                    content = shorter
                else:
                    place += size
            size //= 2
        return content

    def _keep(self, target: str, content: bytes) -> Path:
        path = self.folder / f"{self.engine}-{len(self.found):03}.{target}"
        path.write_bytes(content)
        return path
