"""Checks what `make demo` left in demo-out: the table, the filed folders and the replies.

Run by scripts/run_tests.py after the demo, as a program of its own: it reads files only and shares no code
with what it checks. `check_demo_table.py [FOLDER]`; exit 0 when all is as the issue asks, else 1 with a list.
"""

from __future__ import annotations

import email
import json
import sys
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

DEMO_OUT = Path(__file__).resolve().parents[2] / "demo-out"
FEWEST = 14

Row = dict[str, Any]

# What the issue asks for: key -> (outcome, positions, problems, template and language of the reply).
REQUIRED: dict[str, tuple[str, list[str], list[dict[str, str]], tuple[str, str] | None]] = {
    "complete-english": ("accepted", ["postdoc/causal-inference"], [], ("acknowledgement", "en")),
    "complete-german": ("accepted", ["yig/uncertainty-quantification"], [], ("acknowledgement", "de")),
    "scanned-certificates": ("accepted", ["yig/robustness-and-reliability"], [], ("acknowledgement", "de")),
    "two-positions": (
        "accepted",
        ["postdoc/reliability-guarantees", "postdoc/privacy-and-data-governance"],
        [],
        ("acknowledgement", "en"),
    ),
    "without-certificates": (
        "correction",
        ["postdoc/causal-inference"],
        [{"code": "missing-document", "document": "certificates"}],
        ("correction", "en"),
    ),
    "without-cv-german": (
        "correction",
        ["yig/trustworthy-machine-learning"],
        [{"code": "missing-document", "document": "cv"}],
        ("correction", "de"),
    ),
    "three-files": (
        "correction",
        ["yig/mathematical-and-statistical-theory"],
        [{"code": "several-files"}],
        ("correction", "en"),
    ),
    "word-document": (
        "correction",
        ["postdoc/privacy-and-data-governance"],
        [{"code": "not-a-pdf"}],
        ("correction", "en"),
    ),
    "encrypted-german": (
        "correction",
        ["postdoc/causal-inference"],
        [{"code": "encrypted"}],
        ("correction", "de"),
    ),
    "damaged": (
        "correction",
        ["yig/uncertainty-quantification"],
        [{"code": "damaged"}],
        ("correction", "en"),
    ),
    "no-position": ("correction", [], [{"code": "position-unknown"}], ("correction", "en")),
    "portal-position": (
        "redirected",
        ["rub/anr-5157"],
        [{"code": "position-closed", "position": "rub/anr-5157"}],
        ("redirected", "en"),
    ),
    "out-of-office": ("ignored", [], [], None),
    "bounce": ("ignored", [], [], None),
    "question": ("inquiry", [], [], None),
}

# Where folders lie by outcome (DESIGN, Verdicts); an accepted one lies under each of its positions.
PARENTS = {"correction": ["_Waiting for applicant"], "review": ["_For review"]}


def main() -> int:
    """Print every fault, or one sentence that there is none."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO_OUT
    faults = list(check(out))
    for fault in faults:
        print(f"demo: {fault}")
    if not faults:
        print(f"demo: the table, the folders and the replies in {out.name}/ are as they should be")
    return 1 if faults else 0


def check(out: Path) -> Iterator[str]:
    """Every fault of a demo's output, as a sentence."""
    try:
        rows: list[Row] = json.loads((out / "table.json").read_text("utf-8"))
    except (OSError, ValueError) as exc:
        yield f"no table: {exc}"
        return
    if len(rows) < FEWEST:
        yield f"{len(rows)} samples, at least {FEWEST} are asked for"
    by_key = {row["key"]: row for row in rows}
    yield from (f"the sample {key} is missing" for key in REQUIRED if key not in by_key)
    for row in rows:
        for fault in (*verdict(row), *replies(row), *folders(row, out)):
            yield f"{row['key']}: {fault}"
    yield from pages(out)


def verdict(row: Row) -> Iterator[str]:
    """Outcome, positions and problems, and that the demo itself found no difference."""
    yield from row["differences"]
    if row["key"] not in REQUIRED:
        return
    outcome, positions, problems, _ = REQUIRED[row["key"]]
    for name, wanted in (("outcome", outcome), ("positions", positions), ("problems", problems)):
        if row[name] != wanted:
            yield f"{name} {row[name]}, expected {wanted}"


def replies(row: Row) -> Iterator[str]:
    """At most one for each mail, of the right kind, in its language, and marked as automatic."""
    found = [(reply["template"], reply["language"]) for reply in row["replies"]]
    if len(found) > 1:
        yield f"{len(found)} replies"
    if row["outcome"] in ("ignored", "inquiry") and found:
        yield "a reply to what must not be answered"
    if row["key"] in REQUIRED:
        wanted = REQUIRED[row["key"]][3]
        if found != ([wanted] if wanted else []):
            yield f"replies {found}, expected {wanted}"
    for reply in row["replies"]:
        if reply["auto_submitted"] != "auto-replied":
            yield f"the reply says Auto-Submitted: {reply['auto_submitted']} (RFC 3834 section 5)"
        if f"[{row['case']}]" not in reply["subject"]:
            yield f"no case number in the subject {reply['subject']!r}"


def folders(row: Row, out: Path) -> Iterator[str]:
    """On the disk, where the outcome says, with the mail, the page and the PDF as it was sent."""
    parents = row["positions"] if row["outcome"] == "accepted" else PARENTS.get(row["outcome"], [])
    if [str(Path(folder).parent) for folder in row["folders"]] != parents:
        yield f"folders {row['folders']}, expected one in each of {parents}"
    sent = (out / "mails" / f"{row['key']}.eml").read_bytes()
    for name in row["folders"]:
        yield from contents(out / "applications" / name, sent)


def contents(folder: Path, sent: bytes) -> Iterator[str]:
    """One filed folder against the mail as it was sent."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if "summary.html" not in files:
        yield f"{folder.name} has no summary.html"
    # Delivery puts trace fields in front (RFC 5321 section 4.4) and changes nothing else.
    if "message.eml" not in files or not files["message.eml"].read_bytes().endswith(sent):
        yield f"message.eml in {folder.name} is not the mail as it was sent"
    kept = {path.read_bytes() for path in files.values()}
    for name, content in attached(sent):
        if content not in kept:
            yield f"{folder.name} does not hold {name} as it was sent"
    pdfs = [content for name, content in attached(sent) if name.endswith(".pdf")]
    one = pdfs[0] if len(pdfs) == 1 else None
    if one is not None and ("application.pdf" not in files or files["application.pdf"].read_bytes() != one):
        yield f"application.pdf in {folder.name} is not the PDF as it was sent"


def attached(sent: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the papers of a mail."""
    mail = email.message_from_bytes(sent, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    for part in mail.walk():
        name = part.get_filename() or ""
        content = part.get_payload(decode=True)
        if name.endswith((".pdf", ".docx")) and isinstance(content, bytes):
            yield name, content


def pages(out: Path) -> Iterator[str]:
    """The board and the sheet are there, and nothing half written."""
    root = out / "applications"
    for name in ("index.html", "overview.xlsx"):
        if not (root / name).is_file():
            yield f"no {name}"
    for path in root.rglob(".*"):
        yield f"{path.name} was left behind"


if __name__ == "__main__":
    sys.exit(main())
