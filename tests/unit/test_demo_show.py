"""The demo's folder, its table and its letters, as far as they need no server and no worker."""

from __future__ import annotations

import io
import json
import stat
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from rich.console import Console

from intake import settings
from intake.demo import letters_shown, servers, show, stage, table
from intake.demo.samples import Problem, Sample

SENT = b"""\
From: Nadia Ferreira Lobo <nadia.ferreira.lobo@example.com>\r
To: open-positions@rc-trust.ai\r
Subject: PostDoc Interpretable Machine Learning\r
Message-ID: <one@example.com>\r
\r
Dear all\r
"""


def a_sample(**changes: object) -> Sample:
    wanted = Sample(
        key="complete", description="complete", raw=SENT, envelope_sender="nadia.ferreira.lobo@example.com",
        outcome="accepted", positions=("postdoc/interpretable-machine-learning",), reply="acknowledgement",
    )  # fmt: skip
    return replace(wanted, **changes)  # type: ignore[arg-type]


def a_reply(body: str = "Dear Nadia Ferreira Lobo,\n\nreceived.\n") -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = "open-positions@rc-trust.ai", "nadia.ferreira.lobo@example.com"
    mail["Subject"] = "Your application [K7Q2]: received, complete in form"
    mail.set_content(body)
    mail.add_alternative("<p>Dear Nadia Ferreira Lobo,</p>", subtype="html")
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def a_row(**changes: object) -> table.Row:
    answer = table.Answer(kind="acknowledgement", language="en", mail=a_reply())
    row = table.Row(
        sample=a_sample(), sender="Nadia Ferreira Lobo", subject="PostDoc Interpretable Machine Learning",
        case="K7Q2", outcome="accepted", positions=("postdoc/interpretable-machine-learning",),
        answers=(answer,), mailbox_folder="Applications/postdoc/interpretable-machine-learning",
        folders=("postdoc/interpretable-machine-learning/2026-11-22 Nadia Ferreira Lobo [K7Q2]",),
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def printed(what: object, *, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(what)
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


# --- the folder -----------------------------------------------------------------------------------------------


def test_a_former_demo_makes_room_for_the_next(tmp_path: Path) -> None:
    """What an earlier demo left is gone, and the folder stays marked as the demo's own."""
    out = tmp_path / "demo-out"
    with stage.fresh(out):
        (out / "applications" / "postdoc").mkdir(parents=True)
        (out / "table.json").write_text("[]")
    with stage.fresh(out):
        assert [path.name for path in out.iterdir()] == [".intake-demo"]


def test_what_no_demo_made_is_not_deleted(tmp_path: Path) -> None:
    """A folder with other things in it is refused by name, and they stay."""
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(stage.Unusable, match="was not made by a demo"), stage.fresh(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_only_a_folder_can_be_the_stage(tmp_path: Path, kind: str) -> None:
    """A file, or a link to somewhere else, is refused; what it leads to stays."""
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    (elsewhere / stage.MARKER).touch()
    (elsewhere / "kept").touch()
    out.write_text("") if kind == "file" else out.symlink_to(elsewhere)
    with pytest.raises(stage.Unusable, match="is not a folder"), stage.fresh(out):
        pass
    assert (elsewhere / "kept").exists()


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    """While one is running the next is told so, and deletes nothing."""
    with stage.fresh(tmp_path / "out"):
        (tmp_path / "out" / "worker.log").touch()
        with pytest.raises(stage.Unusable, match="another demo is running"), stage.fresh(tmp_path / "out"):
            pass
        assert (tmp_path / "out" / "worker.log").exists()


def test_the_configuration_is_the_shipped_one_with_servers_of_its_own(tmp_path: Path) -> None:
    """Rules and texts are copies, the institution is kept, mailbox and paths are the demo's, and the
    password lies outside config/, for its owner only."""
    rules = tmp_path / "rules"
    (rules / "replies" / "en").mkdir(parents=True)
    (rules / "positions.toml").write_text("# nine positions\n")
    (rules / "intake.toml").write_text(
        '[institution]\nname = { en = "House \\"A\\"", de = "Haus Ä" }\ncontact = "Office"\n'
        '[filing]\nroot = "/srv/applications"\n[replies]\nmode = "hold"\n'
    )
    house = servers.DemoServers({"open-positions@rc-trust.ai": "demo"}, imap_port=40143, smtp_port=40025)
    out = tmp_path / "out"
    out.mkdir()
    config = stage.configure(out, house, rules)
    read = settings.load(config)
    assert (config / "positions.toml").read_text() == "# nine positions\n"
    assert read.institution.name == {"en": 'House "A"', "de": "Haus Ä"}
    assert read.institution.contact == "Office"
    assert read.replies.mode == "send"
    assert read.filing.root == "./applications"
    mailbox = read.mailbox["open-positions"]
    assert (mailbox.address, mailbox.imap.port, mailbox.smtp.port) == (
        "open-positions@rc-trust.ai",
        40143,
        40025,
    )
    assert mailbox.imap.password(settings.base(config)) == "demo"
    assert stat.S_IMODE((out / "var" / "password").stat().st_mode) == 0o600


def test_the_named_configuration_is_the_one_that_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """$INTAKE_CONFIG wins over ./config, and one without positions.toml is refused by name."""
    monkeypatch.setenv("INTAKE_CONFIG", str(tmp_path))
    with pytest.raises(stage.Unusable, match=r"no positions\.toml in "):
        stage.rules_folder()
    (tmp_path / "positions.toml").touch()
    assert stage.rules_folder() == tmp_path


def test_a_demo_that_cannot_run_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence and exit code 1, not a traceback."""
    (tmp_path / "thesis.tex").touch()
    assert show.run(tmp_path, keep_running=False) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("The demo could not run: ")
    assert said.endswith("choose another folder for the demo, or move this one away")


# --- the table ------------------------------------------------------------------------------------------------


def test_as_expected_is_no_difference() -> None:
    """Nothing is said of a sample that went as it should."""
    assert table.compared(a_row(), state="done", unsent=False).differences == ()


@pytest.mark.parametrize(
    "changes, state, unsent, sentence",
    [
        pytest.param(
            {"outcome": "review"}, "done", False, "outcome: expected accepted, got review", id="outcome"
        ),
        pytest.param(
            {"positions": ()},
            "done",
            False,
            "positions: expected postdoc/interpretable-machine-learning, got none",
            id="position",
        ),
        pytest.param(
            {"problems": (Problem(code="missing-document", document="cv"),)},
            "done",
            False,
            "problems: expected none, got missing-document (cv)",
            id="problem",
        ),
        pytest.param(
            {"answers": ()}, "done", False, "reply: expected acknowledgement (en), got none", id="no reply"
        ),
        pytest.param(
            {"answers": a_row().answers * 2},
            "done",
            False,
            "reply: expected acknowledgement (en), got acknowledgement (en), acknowledgement (en)",
            id="two replies",
        ),
        pytest.param({}, "filed", False, "state: expected done, got filed", id="unfinished"),
        pytest.param({}, "done", True, "a reply in the outbox was not sent", id="unsent"),
        pytest.param({"mailbox_folder": "INBOX"}, "done", False, "the mail still lies in the INBOX", id="INBOX"),
        pytest.param(
            {"outcome": table.UNJUDGED, "positions": ()},
            "found",
            False,
            "not judged, its state is: found",
            id="not judged",
        ),
    ],
)  # fmt: skip
def test_every_difference_is_named(
    changes: dict[str, object], state: str, unsent: bool, sentence: str
) -> None:
    """One sentence says what was expected and what happened."""
    assert table.compared(a_row(**changes), state=state, unsent=unsent).differences == (sentence,)


def test_the_table_shows_whole_ids_and_no_control_characters() -> None:
    """Ids break at hyphens only; a file or a pipe gets plain characters."""
    shown = printed(table.screen([a_row(differences=("outcome: …",))]))
    words = shown.split()
    assert "postdoc/interpretable-" in words
    assert "machine-learning" in words
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 120


def test_the_table_is_written_for_programs_too(tmp_path: Path) -> None:
    """table.json has one object for each sample; each reply lies beside it in three forms."""
    row = a_row(problems=(Problem(code="missing-document", document="cv"),))
    table.write([row], tmp_path)
    (written,) = json.loads((tmp_path / "table.json").read_text())
    assert written["problems"] == [{"code": "missing-document", "document": "cv"}]
    assert written["replies"][0]["template"] == "acknowledgement"
    assert (tmp_path / "mails" / "complete.eml").read_bytes() == SENT
    assert sorted(path.name for path in (tmp_path / "replies").iterdir()) == [
        "complete.eml",
        "complete.html",
        "complete.txt",
    ]
    assert (tmp_path / "replies" / "complete.txt").read_text() == "Dear Nadia Ferreira Lobo,\n\nreceived.\n"


# --- letters and folders --------------------------------------------------------------------------------------


def test_a_letter_is_shown_as_it_came() -> None:
    """Header and plain text, and what looks like markup stays text."""
    shown = printed(
        letters_shown.letter(table.Answer(kind="correction", language="en", mail=a_reply("[red]x")))
    )
    assert "Subject: Your application [K7Q2]: received, complete in form" in shown
    assert "[red]x" in shown


def test_one_letter_of_each_kind_is_shown() -> None:
    """The first acknowledgement and the first correction, also when there is but one of them."""
    correction = table.Answer(kind="correction", language="de", mail=a_reply())
    rows = [a_row(answers=()), a_row(answers=(correction,)), a_row(answers=(correction,)), a_row()]
    assert [answer.kind for answer in letters_shown.chosen(rows)] == ["acknowledgement", "correction"]
    assert letters_shown.chosen(rows[:3]) == [correction]


def test_the_folders_are_shown_before_the_files(tmp_path: Path) -> None:
    """Every folder and file below the root, folders first."""
    (tmp_path / "yig" / "one").mkdir(parents=True)
    (tmp_path / "index.html").touch()
    (tmp_path / "yig" / "one" / "application.pdf").touch()
    lines = [line.strip("│├─└ ") for line in printed(letters_shown.folders(tmp_path, "root/")).splitlines()]
    assert lines == ["root/", "yig/", "one/", "application.pdf", "index.html"]
