"""The script that a user would write instead: imap_tools, pdfplumber and smtplib in one loop.

As such scripts are: every mail is fetched by itself, every page of every PDF is read by pdfplumber's
``extract_text``, a few words decide what is there, the PDF is written into a folder, the mail is moved, and an
answer leaves over an SMTP connection of its own. It does not fsync, record, sandbox, know a scan or a position,
survive a crash or tell a robot from a person; what it does is written as plainly as it can be, and nothing in it
is slow on purpose.

    python -m benchmarks.script ACCOUNT.json      run by the benchmark, in a process of its own
"""

from __future__ import annotations

import io
import json
import smtplib
import ssl
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import imap_tools
import pdfplumber

_WORDS = {
    "letter": ("dear", "sehr geehrte", "i am applying", "bewerbe"),
    "cv": ("curriculum vitae", "lebenslauf", "education", "ausbildung"),
    "certificates": ("certificate", "degree", "transcript", "zeugnis", "urkunde"),
}


def main(account: dict[str, Any]) -> int:
    """Work through the INBOX. Returns how many mails there were."""
    context = ssl.create_default_context(cafile=account["ca"])
    done = 0
    with imap_tools.MailBox(account["host"], account["imap"], ssl_context=context).login(
        account["login"], account["password"]
    ) as mailbox:
        if not mailbox.folder.exists("Applications"):
            mailbox.folder.create("Applications")
        for message in mailbox.fetch(mark_seen=False, bulk=False):
            missing = set(_WORDS)
            for attachment in message.attachments:
                if attachment.payload.startswith(b"%PDF"):
                    missing -= _found(_text(attachment.payload))
                    _write(Path(account["folder"]), str(message.uid), attachment.payload)
            mailbox.move(str(message.uid), "Applications")
            _answer(account, context, message.from_, message.subject, missing)
            done += 1
    return done


def _text(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def _found(text: str) -> set[str]:
    folded = text.lower()
    return {kind for kind, words in _WORDS.items() if any(word in folded for word in words)}


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.pdf").write_bytes(content)


def _answer(
    account: dict[str, Any], context: ssl.SSLContext, to: str, subject: str, missing: set[str]
) -> None:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = account["login"], to, f"Re: {subject}"
    lacks = f"We miss: {', '.join(sorted(missing))}." if missing else "Your application is complete."
    reply.set_content(f"Dear applicant,\n\nthank you for your application. {lacks}\n")
    with smtplib.SMTP(account["host"], account["smtp"]) as client:
        client.starttls(context=context)
        client.login(account["login"], account["password"])
        client.send_message(reply)


if __name__ == "__main__":
    print(main(json.loads(Path(sys.argv[1]).read_text())))
