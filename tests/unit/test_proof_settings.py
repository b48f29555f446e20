"""How it is set what proves that replies have left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from intake import settings, wiring
from intake.errors import ConfigError
from tests.acceptance.house import CONFIG

_BOX = """
[mailbox.main]
address = "jobs@x.example"
imap = {{ host = "imap.x.example", port = 993 }}
smtp = {{ host = "{host}", port = 587, security = "starttls" }}
{more}
"""


def loaded(folder: Path, *, host: str = "smtp.x.example", more: str = "") -> settings.Settings:
    (folder / "intake.toml").write_text(_BOX.format(host=host, more=more))
    return settings.load(folder)


@pytest.mark.parametrize(
    "host, more, kind",
    [
        ("smtp.x.example", "", "bcc"),
        ("smtp.gmail.com", "", "server-sent"),
        ("SMTP.Office365.com.", "", "server-sent"),
        ("smtp.gmail.com.x.example", "", "bcc"),
        ("smtp.gmail.com", 'proof = "bcc"', "bcc"),
        ("smtp.x.example", 'proof = "server-sent"', "server-sent"),
        ("smtp.x.example", 'proof = "none"', "none"),
    ],
)
def test_what_proves_that_a_reply_has_left(tmp_path: Path, host: str, more: str, kind: str) -> None:
    """By itself what the server keeps where it is known to keep sent mail, else a copy."""
    assert loaded(tmp_path, host=host, more=more).mailbox["main"].proof_kind == kind


def test_by_itself_a_reply_is_sent_again_after_ten_minutes(tmp_path: Path) -> None:
    """Where its copy would have come to our own mailbox."""
    found = loaded(tmp_path)
    terms = wiring.terms(wiring.Site(config=tmp_path, settings=found), "main", [b"k"])
    assert (terms.kind, terms.wait, terms.resend) == ("bcc", timedelta(minutes=10), True)
    assert (terms.address, terms.copy_to, terms.keys) == ("jobs@x.example", "", (b"k",))


@pytest.mark.parametrize(
    "more, message",
    [
        ('proof = "gmail"', "proof"),
        ("proof_wait = 59", "proof_wait"),
        ('unproven = "drop"', "unproven"),
        ('copy_address = "jobs"', "copy_address: an address has the form name@domain"),
        ('copy_address = "a@x>\\r\\nRCPT TO:<b@x"', "copy_address"),
    ],
)
def test_what_is_no_setting(tmp_path: Path, more: str, message: str) -> None:
    """It is named."""
    with pytest.raises(ConfigError, match=message):
        loaded(tmp_path, more=more)


def test_the_shipped_file_says_it_all() -> None:
    """Each key with what it has by itself."""
    text = (CONFIG / "intake.toml").read_text()
    for line in ('# proof = "auto"', "# proof_wait = 600", '# unproven = "resend"', "# copy_address = "):
        assert f"\n{line}" in text
