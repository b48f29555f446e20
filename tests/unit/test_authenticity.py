"""Authentication-Results: our own server is believed, and nobody else."""

from __future__ import annotations

import pytest

from intake.journey import authenticity, parse, screen
from intake.model import Kind
from tests import builders

US = "mx.rc-trust.example"
FAILED = "mx.rc-trust.example; spf=pass smtp.mailfrom=x.example; dmarc=fail (p=reject dis=none) header.from=uni.example"
PDF = builders.File("a.pdf", builders.pdf())


def field(text: str) -> str:
    return f"Authentication-Results: {text}"


@pytest.mark.parametrize(
    "fields,failed",
    [
        pytest.param([FAILED], True, id="our server, dmarc=fail"),
        pytest.param([FAILED.replace("mx.rc", "MX.RC").replace("dmarc=fail", "DMARC = FAIL")], True, id="in capitals"),
        pytest.param(["mx.rc-trust.example 1; dmarc=fail"], True, id="with a version"),
        pytest.param([FAILED.replace("dmarc=fail", "dmarc=pass")], False, id="dmarc=pass"),
        pytest.param([FAILED.replace("dmarc=fail", "dmarc=none")], False, id="no policy"),
        pytest.param(["mx.rc-trust.example; spf=fail; dkim=fail"], False, id="spf and dkim alone"),
        pytest.param(["mx.rc-trust.example; spf=pass (dmarc=fail; dmarc=fail)"], False, id="only in a comment"),
        pytest.param([FAILED.replace(US, "mx.other.example")], False, id="somebody else's server"),
        pytest.param(["mx.rc-trust.example; dmarc=pass", FAILED], False, id="the topmost counts"),
        pytest.param(["mx.other.example; dmarc=pass", FAILED], True, id="another one above"),
        pytest.param([], False, id="none"),
    ],
)  # fmt: skip
def test_what_our_server_found(fields: list[str], failed: bool) -> None:
    mail = parse.mail(builders.thunderbird(builders.LETTER, [PDF], *map(field, fields)))
    assert authenticity.dmarc_failed(mail, US) is failed


def test_without_a_name_nobody_is_believed() -> None:
    """An installation that does not know its server's name takes no field for its word."""
    mail = parse.mail(builders.thunderbird(builders.LETTER, [PDF], field("; dmarc=fail"), field(FAILED)))
    assert authenticity.dmarc_failed(mail, "") is False


def test_a_disowned_application_goes_to_a_person_without_an_answer() -> None:
    """Whoever is named as its sender has not written it, and must not be bothered with a reply."""
    rules = screen.Rules(addresses=(builders.MAILBOX,), authserv_id=US)
    found = screen.mail(parse.mail(builders.thunderbird(builders.LETTER, [PDF], field(FAILED))), rules)
    assert found.kind is Kind.APPLICATION
    assert found.silence == "the sender's domain disowns this mail (DMARC)"
    assert found.for_review.startswith("the sender's domain disowns this mail (DMARC)")
