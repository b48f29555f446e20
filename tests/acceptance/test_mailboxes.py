"""Several mailboxes in one installation, each with its own positions and texts, on Dovecot and Postfix."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable

import pytest

from intake import wiring
from intake.demo import documents, people
from intake.errors import ConfigError
from tests.acceptance.house import House, text_of
from tests.acceptance.test_journey import SUBJECT, TEXT, papers
from tests.conftest import MailAccount

_POSITIONS = """
ours = ["Institute of Optics"]

[group.optics]
title = { en = "Engineer positions", de = "Stellen für Ingenieure" }
words = ["engineer"]

[[position]]
id = "optics/quantum-optics"
title = { en = "Quantum Optics", de = "Quantenoptik" }
"""
_MAILBOX = """
[mailbox.optics]
address = "{login}"
rules = "optics"
imap = {{ host = "localhost", port = {imap}, security = "tls", user = "{login}", password_file = "password", ca_file = "{ca}" }}
smtp = {{ host = "localhost", port = {smtp}, security = "starttls", user = "{login}", password_file = "password", ca_file = "{ca}" }}
"""


@pytest.fixture
def second(applicants: Callable[[int], list[MailAccount]]) -> MailAccount:
    [account] = applicants(1)
    return account


@pytest.fixture
def shared_house(make_house: Callable[..., House], second: MailAccount, mail_servers: object) -> House:
    """A house with a second mailbox, whose rules lie in a folder of their own."""
    house = make_house()
    more = _MAILBOX.format(login=second.login, imap=house.home.ports["imaps"], smtp=house.servers.postfix.port,
                           ca=house.servers.ca_file)  # fmt: skip
    with (house.config / "intake.toml").open("a") as file:
        file.write(more)
    own = house.root / "optics"
    own.mkdir()
    (own / "positions.toml").write_text(_POSITIONS, "utf-8")
    return house


def test_each_mailbox_has_its_own_positions_and_texts(
    shared_house: House, second: MailAccount, applicant: MailAccount
) -> None:
    """The same words mean another position there, and the other institute answers in its own."""
    house = shared_house
    texts = house.root / "optics" / "replies"
    texts.mkdir()
    for language in ("en", "de"):
        (texts / language).mkdir()
        for path in (house.config / "replies" / language).iterdir():
            text = path.read_text("utf-8").replace(
                "complete in form", "complete in form, says the optics office"
            )
            (texts / language / path.name).write_text(text, "utf-8")
    house.once()
    house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    pdf = documents.joined(
        documents.cv(people.HELENA), documents.certificate("doctorate", people.HELENA),
        documents.certificate("master", people.HELENA),
    )  # fmt: skip
    letter = TEXT.replace("my application", "my application for the engineer position in Quantum Optics")
    raw = house.mail(
        applicant, "Helena Marquardsen", "Application: Quantum Optics", letter, ("Application.pdf", pdf)
    )
    with smtplib.SMTP("localhost", house.servers.postfix.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(house.servers.ca_file)))
        client.login(second.login, second.password)
        client.sendmail(
            applicant.login, [second.login], raw.replace(house.bot.login.encode(), second.login.encode())
        )
    house.until(lambda: house.inbox() and house.home.contents(second.login))
    house.once()
    first = next(mail for mail in house.answers(applicant) if house.bot.login in mail["From"])
    assert "Causal Inference" in text_of(first)
    assert "optics office" not in text_of(first)
    other = next(mail for mail in house.answers(applicant) if second.login in mail["From"])
    assert "Causal Inference" not in text_of(other)
    assert "Quantum Optics" in text_of(other)
    folders = house.filed()
    assert len(folders) == 2
    assert folders[1].startswith("postdoc/causal-inference/")
    assert (house.applications / "optics" / "quantum-optics" / "index.html").exists()
    assert "Quantum Optics" in (house.applications / "index.html").read_text("utf-8")


def test_new_rules_of_one_mailbox_are_taken_while_it_runs(shared_house: House) -> None:
    """Pages too name what was added, without a restart."""
    house = shared_house
    path = house.root / "optics" / "positions.toml"
    with house.living() as service:
        service.once()
        added = _POSITIONS + '\n[[position]]\nid = "optics/lasers"\ntitle = { en = "Lasers", de = "Laser" }\n'
        path.write_text(added, "utf-8")
        service._refresh()
        service.once()
    assert "Lasers" in (house.applications / "index.html").read_text("utf-8")


def test_what_is_called_the_same_must_be_the_same(shared_house: House) -> None:
    """Both would file under one folder and mean two positions."""
    house = shared_house
    text = _POSITIONS.replace("optics/quantum-optics", "postdoc/causal-inference").replace(
        "group.optics", "group.postdoc"
    )
    (house.root / "optics" / "positions.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="described differently for two mailboxes"):
        wiring.load(house.config)


def test_a_folder_without_rules_is_no_folder_of_rules(shared_house: House) -> None:
    (shared_house.root / "optics" / "positions.toml").unlink()
    with pytest.raises(ConfigError, match=r"no positions\.toml"):
        wiring.load(shared_house.config)
