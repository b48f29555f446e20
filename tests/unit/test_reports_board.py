"""The pages for HR: what stands on which, in which order, escaped, and linked from where they lie."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from intake import reports
from intake.model import Outcome, Plan, Position, Problem, ProblemCode, Withdrawn
from intake.ports import CaseRecord
from intake.reports import board
from tests import cases
from tests.cases import CAUSAL, NOW, PRIVACY, TRUST

CAUSAL_PAGE = "postdoc/causal-inference/index.html"
#: Words of [notice] that must be on no page and no sheet.
PRIVATE = re.compile(r"behinder|disab|gdb|gleichgestellt|handicap", re.IGNORECASE)


def pages(
    *given: tuple[CaseRecord, Plan],
    positions: tuple[Position, ...] = cases.POSITIONS,
    desk: board.Desk | None = None,
) -> dict[str, bytes]:
    return reports.pages(
        given,
        positions=positions,
        groups=cases.GROUPS,
        institution=cases.INSTITUTION,
        desk=desk or board.Desk(),
        now=NOW,
    )


class _Parsed(HTMLParser):
    """Tags in their order, and the text of each heading, cell and list item."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._skip = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._skip = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += " ".join(data.split()) + " " if data.strip() else ""

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def unpacked(content: bytes) -> str:
    """A page as it is, a workbook as the XML within it."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def order(text: str, *words: str) -> list[str]:
    """The words in the order in which the text has them. ValueError when one is missing."""
    return sorted(words, key=text.index)


def test_a_page_for_each_position_one_above_and_a_workbook() -> None:
    """By path relative to the root of filing; also without a single case."""
    assert sorted(pages()) == [
        "index.html",
        "overview.xlsx",
        "postdoc/causal-inference/index.html",
        "postdoc/privacy/index.html",
        "yig/trust/index.html",
    ]
    assert "None yet." in pages()[CAUSAL_PAGE].decode()
    assert "No case waits for a person." in pages()["index.html"].decode()


def test_complete_ones_stand_first() -> None:
    """Below them review, waiting, redirected, answered and closed ones, each newest first with its age."""
    page = _Parsed(
        pages(
            cases.case("D1", Outcome.REDIRECTED, days=0),
            cases.case("D2", Outcome.CORRECTION, days=1),
            cases.case("D3", Outcome.REVIEW, days=2),
            cases.case("D4", days=3),
            cases.case("D5", days=12),
            cases.case("D6", Outcome.REVIEW, days=5, closed=NOW - timedelta(days=1)),
            cases.case("D7", Outcome.CORRECTION, days=6, continued="D4"),
        )[CAUSAL_PAGE]
    )
    found = order(page.text, "[D1]", "[D2]", "[D3]", "[D4]", "[D5]", "[D6]", "[D7]")
    assert found == ["[D4]", "[D5]", "[D3]", "[D2]", "[D1]", "[D7]", "[D6]"]
    headings = ["Complete in form (2)", "For review (1)", "Waiting for the applicant (1)", "Redirected (1)"]
    assert order(page.text, *headings) == headings
    for age in ("3 days", "12 days", "2 days", "1 day", "today", "5 days", "6 days"):
        assert age in page.text
    assert "goes on as case D4" in page.text
    assert "closed on 21 November 2025, 08:45 CET" in page.text
    assert "in the mailbox: Redirected" in page.text


def test_a_case_of_unknown_position_is_on_every_open_page() -> None:
    """And says so; closed positions and those of a portal do not list it."""
    portal = Position(id="rub/anr", group="rub", title={"en": "ANR"}, apply_by="portal")
    over = replace(CAUSAL, id="postdoc/over", deadline=date(2025, 11, 21))
    unknown = cases.case("K7Q2", Outcome.CORRECTION, positions=())
    made = pages(unknown, positions=(*cases.POSITIONS, portal, over))
    listed = {path for path, page in made.items() if path.endswith("/index.html") and b"[K7Q2]" in page}
    assert listed == {"postdoc/causal-inference/index.html", "postdoc/privacy/index.html"}
    assert "position not known: on the page of every open position" in made[CAUSAL_PAGE].decode()


def test_a_candidate_position_lists_the_case_too() -> None:
    """Each page names the others."""
    made = pages(
        cases.case("D1", Outcome.REVIEW, positions=(), candidates=(CAUSAL.id, PRIVACY.id)),
        cases.case("D2", positions=(CAUSAL.id, PRIVACY.id)),
    )
    page = _Parsed(made[CAUSAL_PAGE]).text
    assert "may be for PostDoc position: Privacy" in page
    assert "also for PostDoc position: Privacy" in page
    assert "[D1]" in _Parsed(made["postdoc/privacy/index.html"]).text


@pytest.mark.parametrize(
    "position, facts",
    [
        (CAUSAL, "postdoc/causal-inference · 2 years · open"),
        (TRUST, "yig/trust · closed"),
        (
            replace(PRIVACY, deadline=date(2025, 12, 15), references=("ANR 1",)),
            "postdoc/privacy · 2 years · ANR 1 · open until 15 December 2025, 23:59 CET",
        ),
        (
            replace(PRIVACY, deadline=date(2025, 11, 21)),
            "postdoc/privacy · 2 years · closed since 21 November 2025, 23:59 CET",
        ),
        (
            replace(PRIVACY, apply_by="portal", deadline=date(2025, 12, 15)),
            "postdoc/privacy · 2 years · through a portal only, until 15 December 2025",
        ),
        (
            replace(PRIVACY, apply_by="portal", deadline=date(2025, 11, 21)),
            "postdoc/privacy · 2 years · closed since 21 November 2025",
        ),
        (replace(PRIVACY, apply_by="portal"), "postdoc/privacy · 2 years · through a portal only"),
    ],
    ids=["open", "closed", "deadline", "over", "portal until", "portal over", "portal"],
)
def test_the_state_of_a_position(position: Position, facts: str) -> None:
    """Under its title; what the advertisement does not say is not there."""
    page = _Parsed(pages(positions=(position,))[board.page_path(position)])
    assert f"{facts} As of" in page.text


def test_links_lead_from_the_page_to_the_files() -> None:
    """Relative and percent-encoded; of several folders the one under this position."""
    hostile = "a#b?c%20d&e"
    made = pages(
        cases.case("D1", positions=(PRIVACY.id, CAUSAL.id)),
        cases.case("D2", Outcome.REVIEW, name="", address=f"{hostile}@x.example"),
    )
    links = [link["href"] or "" for link in _Parsed(made[CAUSAL_PAGE]).all("a")]
    assert all(not urlsplit(link).scheme and not urlsplit(link).fragment for link in links)
    assert links[0] == "../../index.html"
    assert links[1] == "2025-11-22%20Ferreira%2C%20Nadia%20%5BD1%5D/application.pdf"
    assert links[2] == "2025-11-22%20Ferreira%2C%20Nadia%20%5BD1%5D/summary.html"
    assert unquote(links[3]) == "../../_For review/2025-11-22 a#b_c%20d&e [D2]/application.pdf"
    assert len(links) == 5
    overview = [link["href"] for link in _Parsed(made["index.html"]).all("a")]
    assert "_For%20review/2025-11-22%20a%23b_c%2520d%26e%20%5BD2%5D/summary.html" in overview
    assert "postdoc/causal-inference/index.html" in overview
    assert "overview.xlsx" in overview


def test_an_answer_links_the_papers_of_the_case_before() -> None:
    """The applicant asked us to look at the first application as it is: it lies in the first folder."""
    made = pages(
        cases.case("D1", Outcome.CORRECTION, days=3, continued="D2"),
        cases.case("D2", Outcome.REVIEW, follows="D1", picked=False),
    )
    page = _Parsed(made["index.html"])
    assert "Application (PDF) of D1" in page.text
    links = [link["href"] for link in page.all("a")]
    assert "_Waiting%20for%20applicant/2025-11-19%20Ferreira%2C%20Nadia%20%5BD1%5D/application.pdf" in links


def test_what_mails_say_is_no_markup() -> None:
    """Senders, reasons and titles are escaped, also within attributes."""
    attack = "\"><script>alert(1)</script><img src=x onerror='x'>"
    made = pages(
        cases.case("D1", Outcome.REVIEW, name="", address=f"{attack}@x.example", why=attack),
        positions=(replace(CAUSAL, title={"en": attack}),),
    )
    for path in ("index.html", CAUSAL_PAGE):
        page = _Parsed(made[path])
        assert page.all("script") == page.all("img") == []
        assert not any("onerror" in attributes for _, attributes in page.tags)
        assert "<script>alert(1)</script>" in page.text


def test_every_page_can_be_read_by_all_and_needs_no_network() -> None:
    """Language, one h1, captions, header cells with a scope, a policy that lets nothing in (WCAG 2.1)."""
    made = pages(cases.case("D1"), cases.case("D2", Outcome.REVIEW), desk=board.Desk(parked=1))
    for path in ("index.html", CAUSAL_PAGE):
        page = _Parsed(made[path])
        assert made[path].startswith(b"<!DOCTYPE html>")
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == len(page.all("title")) == 1
        assert len(page.all("table")) == len(page.all("caption")) == 2
        assert all(cell.get("scope") for cell in page.all("th"))
        assert page.all("meta")[1]["content"] == "default-src 'none'; style-src 'unsafe-inline'"
        assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}


def test_a_marked_case_asks_to_be_opened_and_says_no_more() -> None:
    """Not why, not the name of a file that tells it, neither on a page nor in the sheet."""
    problem = Problem(code=ProblemCode.SEVERAL_FILES, files=("Schwerbehindertenausweis.pdf",))
    made = pages(
        cases.case("D1", notices=("p. 3: schwerbehindert",)),
        cases.case("D2", Outcome.CORRECTION, problems=(problem,)),
    )
    assert _Parsed(made[CAUSAL_PAGE]).text.count("Please open") == 1
    overview = _Parsed(made["index.html"])
    assert "Needs eyes (1)" in overview.text
    assert "Complete in form; its summary holds a note for a person" in overview.text
    assert [path for path, page in made.items() if PRIVATE.search(unpacked(page))] == []


def test_needs_eyes_lists_the_longest_waiting_first() -> None:
    """Review cases with their reason and age; closed ones are decided."""
    page = _Parsed(
        pages(
            cases.case("D1", Outcome.REVIEW, days=1, why="late by 3 h"),
            cases.case("D2", Outcome.REVIEW, days=9, positions=()),
            cases.case("D3", Outcome.REVIEW, days=5, closed=NOW),
            cases.case("D4", days=7),
            cases.case("D5", notices=("p. 1",), days=8, closed=NOW),
        )["index.html"]
    )
    assert "Needs eyes (2)" in page.text
    assert order(page.text, "[D1]", "[D2]", "Positions Cases of") == ["[D2]", "[D1]", "Positions Cases of"]
    assert "Late by 3 h" in page.text
    assert "not known" in page.text
    assert not any(number in page.text for number in ("[D3]", "[D4]", "[D5]"))


def test_what_must_be_answered_by_a_day_comes_first() -> None:
    """With the day beside the name."""
    page = _Parsed(
        pages(
            cases.case("D1", Outcome.REVIEW, days=9),
            cases.case("D2", Outcome.REVIEW, days=1, answer_by=date(2026, 12, 25)),
        )["index.html"]
    )
    assert order(page.text, "[D1]", "[D2]") == ["[D2]", "[D1]"]
    assert "Answer by 25 December 2026" in page.text


def test_the_overview_counts_each_position() -> None:
    """As its page lists them, with a line for those of no known position."""
    page = _Parsed(
        pages(
            cases.case("D1"),
            cases.case("D2", positions=(CAUSAL.id, PRIVACY.id)),
            cases.case("D3", Outcome.REVIEW, positions=(), candidates=(PRIVACY.id,)),
            cases.case("D4", Outcome.CORRECTION, positions=()),
            cases.case("D5", Outcome.REDIRECTED, positions=(TRUST.id,)),
        )["index.html"]
    )
    for line in (
        "PostDoc position Causal Inference open 2 0 1 Privacy open 1 1 1",
        "Young Investigator Group Trustworthy Machine Learning closed 0 0 0",
        "Position not known on the page of every open position 0 0 1",
        "1 redirected, in the folder Redirected",
    ):
        assert line in page.text


def test_the_overview_says_what_else_waits() -> None:
    """Parked mails and replies with the command that shows them, questions and what is in work."""
    desk = board.Desk(parked=2, inquiries=1, in_work=3, before=300, held=4, failed=5, unknown=6)
    page = _Parsed(pages(desk=desk)["index.html"]).text
    for line in (
        "Mails that could not be processed: 2 , see intake status",
        "Replies that wait for release: 4 , see intake outbox list",
        "Replies that may not have left: 6 , see intake outbox list",
        "Replies that were refused: 5 , see intake outbox list",
        "1 question so far, in the folder Questions: intake answers none",
        "3 in work",
        "300 from before our time",
    ):
        assert line in page
    calm = _Parsed(pages()["index.html"]).text
    assert "outbox" not in calm
    assert "0 questions" in calm


def test_a_position_that_the_rules_no_longer_name_keeps_its_page() -> None:
    """A case is never lost to sight because somebody shortened a file."""
    made = pages(cases.case("D1", positions=("old/topic",)))
    assert "[D1]" in _Parsed(made["old/topic/index.html"]).text
    assert "old old/topic closed 1 0 0" in _Parsed(made["index.html"]).text


def test_the_same_rows_make_the_same_bytes() -> None:
    """Pages and workbook alike."""
    given = [cases.case("D1"), cases.case("D2", Outcome.REVIEW)]
    assert pages(*given) == pages(*reversed(given))


def test_what_a_later_mail_has_changed_stands_beside_the_case() -> None:
    """A newer version, a withdrawal that nobody has confirmed, and the case that a referee's mail belongs to."""
    record, plan = cases.case("D1", notices=("withdrawn by the applicant on 22 November 2025",))
    newer = replace(plan, version=2, verdict=replace(plan.verdict, withdrawn=Withdrawn.MARKED))
    letter, planned = cases.case("D2", Outcome.REVIEW)
    made = pages((record, newer), (letter, replace(planned, beside="D1")))
    page = _Parsed(made[f"{cases.CAUSAL.id}/index.html"]).text
    assert "the applicant takes it back: confirm with intake case ID withdraw" in page
    assert "version 2; the earlier ones are kept" in page
    assert "seems to belong to case D1" in page
    assert "the applicant takes it back" in _Parsed(made["index.html"]).text


def test_questions_are_listed_with_their_age_until_somebody_has_answered() -> None:
    """On the overview alone: they belong to no position, and to no workbook."""
    asked = cases.case("Q1", Outcome.INQUIRY, name="Theo Lind", positions=(), days=3)
    closed = cases.case("Q2", Outcome.INQUIRY, name="Una Berg", positions=(), closed=NOW)
    made = pages(cases.case("D1"), asked, closed)
    overview = _Parsed(made["index.html"]).text
    assert "Questions (1)" in overview
    assert "Lind, Theo" in overview
    assert "3 days" in overview
    assert "Berg" not in overview
    assert "Lind" not in _Parsed(made[f"{cases.CAUSAL.id}/index.html"]).text
    assert "Lind" not in unpacked(made["overview.xlsx"])


def test_a_page_is_made_anew_when_something_of_it_has_changed_and_every_day() -> None:
    kept = reports.Kept()

    def made(*given: tuple[CaseRecord, Plan], days: int = 0, minutes: int = 0) -> dict[str, bytes]:
        return reports.pages(
            given,
            positions=cases.POSITIONS,
            groups=cases.GROUPS,
            institution=cases.INSTITUTION,
            desk=board.Desk(),
            now=NOW + timedelta(days=days, minutes=minutes),
            kept=kept,
        )

    one, other = (
        cases.case("K7Q2", positions=(CAUSAL.id,)),
        cases.case("K7Q3", positions=(PRIVACY.id,)),
    )
    first = made(one)
    second = made(one, other, minutes=1)
    assert second[CAUSAL_PAGE] is first[CAUSAL_PAGE]
    assert "K7Q3" in second["postdoc/privacy/index.html"].decode()
    assert second["index.html"] != first["index.html"]
    again = made(one, other, minutes=2)
    assert again["overview.xlsx"] is second["overview.xlsx"]
    tomorrow = made(one, other, days=1)
    assert all(tomorrow[path] != again[path] for path in (CAUSAL_PAGE, "postdoc/privacy/index.html"))
