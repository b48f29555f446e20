"""``intake status``: where every message stands, whether the figures add up, and what needs a person.

``--json`` prints one object:

    {"worker": 4711 | "4711 on HOST" | null,     process of the running worker, on another machine with its name
     "mailboxes": [{"name", "total", "accepted", "waiting", "review", "redirected", "inquiries", "ignored",
                    "parked", "in work", "before our time", "gone", "adds_up": true, "junk",
                    "last_look", "trouble", "trouble_since", "next_try", "copies"}],   copies: why they prove nothing, or ""
     "outbox": {"held", "queued", "sending", "unknown", "failed"},
     "sought": 1,                                of the unknown ones: those whose proof is still looked for
     "replies_put_off": [{"case", "mailbox", "error", "attempts", "next_try"}],     queued, and not taken so far
     "parked": [{"case", "mailbox", "step", "error", "attempts"}],
     "put_off": [{"case", "mailbox", "step", "error", "attempts", "next_try"}],   tried again by itself
     "sandbox": ["..."],                         walls around the PDF reader that this machine lacks
     "ocr": ["..."],                             why scans are not read, or not behind every wall
     "rules": ["..."],                           problems of config/, because of which a worker keeps older rules
     "reconciliation": {"at", "complete", "checked": {"mailboxes", "uids", "mails", "cases", "folders", "files"},
                        "findings": [{"code", "case", "mailbox", "sentence", "mendable", "note"}]},
     "attention": ["..."]}                       sentences for a person; empty when all is well

"junk" counts what is listed out of the folder of suspected junk, or will be: nothing that was given up or taken away.
It is not part of the total, and neither is "gone" (moved or deleted by a person before it was read). Times are ISO 8601
in the institution's zone, or null. "reconciliation": what ledger, mailbox and folders say of each other. "at" is when all
of it was compared last (null: never), "complete" whether nothing was out of reach then, or now with --all; "checked"
counts what has been looked at just now: with --all everything, else the INBOX and the newest cases. A finding is a fault,
which is in "attention" too, or a "note" about what people have done. Its codes are those of ``journey.reconcile.Code``.
"""

from __future__ import annotations

import json
from pathlib import Path

from intake.commands import console
from intake.commands.status import attention, reading, telling


def run(config: Path, *, as_json: bool, whole: bool = False) -> int:
    """0 when all is well, 1 when something needs a person. Replies that wait for release, and cases for
    review, are daily work and no alarm. whole: compare everything now."""
    status = reading.read(config, whole=whole)
    needs = list(attention.sentences(status, console.now()))
    if as_json:
        console.say(json.dumps(telling.as_json(status, needs), ensure_ascii=False, indent=2))
    else:
        telling.say(status, needs)
    return console.FAILED if needs else console.OK
