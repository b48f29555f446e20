"""Whole mails with the ledger on a PostgreSQL server, which goes away and comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

from intake.demo import documents, people
from tests.acceptance.house import House
from tests.conftest import MailAccount
from tests.servers.postgres import PASSWORD, Postgres

_MORE = """
[schedule]
poll_seconds = 5

[state]
database = "{url}"
database_password_file = "ledger-password"
"""
_SUBJECT = "Application: PostDoc position in Causal Inference"
_TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"


def test_applications_are_answered_once_whatever_becomes_of_the_server(
    postgres: Postgres, make_house: Callable[..., House], applicants: Callable[[int], list[MailAccount]]
) -> None:
    """A mail that comes while the server is down is answered when it is back, and nobody twice; status adds up."""
    house = make_house(more=_MORE.format(url=postgres.new_database()))
    (house.root / "ledger-password").write_text(f"{PASSWORD}\n")
    who = people.HELENA
    first, second = applicants(2)
    pdfs = [
        documents.joined(
            documents.letter(who, "en", ("postdoc/causal-inference",)),
            documents.cv(who),
            *(documents.certificate(kind, who) for kind in kinds),
        )
        for kinds in (("doctorate", "master"), ("master", "doctorate"))
    ]
    with house.running():
        postgres.stop()
        try:
            house.apply(first, "Helena Marquardsen", _SUBJECT, _TEXT, ("Application.pdf", pdfs[0]))
            house.until(house.inbox)
        finally:
            postgres.start()
        house.answer(first)
        postgres.restart()
        house.apply(second, "Helena Marquardsen", _SUBJECT, _TEXT, ("Application.pdf", pdfs[1]))
        house.answer(second)
        house.settled()
        house.until(lambda: not house.inbox())  # copies of the replies are taken away when they have come
    assert [len(house.answers(one)) for one in (first, second)] == [1, 1]
    assert len(house.filed()) == 2
    assert not (house.root / "var" / "ledger.sqlite").exists()
    command = [sys.executable, "-m", "intake", "--config", str(house.config), "status", "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    [mailbox] = told["mailboxes"]
    assert (mailbox["total"], mailbox["in work"], mailbox["adds_up"]) == (2, 0, True)
    assert told["worker"] is None
