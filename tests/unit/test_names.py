"""Names of persons and files: what is shown, and what is written to a disk."""

from __future__ import annotations

from datetime import date

import pytest

from intake.journey import names


@pytest.mark.parametrize(
    "written, address, expected",
    [
        pytest.param("Nadia Ferreira", "n@example.org", "Nadia Ferreira", id="plain"),
        pytest.param("Ferreira, Nadia", "n@example.org", "Ferreira, Nadia", id="in the order written"),
        pytest.param('"Ferreira, Nadia"', "", "Ferreira, Nadia", id="quotes of the header"),
        pytest.param(
            "Dr.rer.nat. Käthe Weißhäuptl", "", "Dr.rer.nat. Käthe Weißhäuptl", id="titles without spaces"
        ),
        pytest.param(
            "Prof. Dr. J.-P. O’Neill-García", "", "Prof. Dr. J.-P. O’Neill-García", id="initials and marks"
        ),
        pytest.param("Nadia Ferreira (she/her)", "", "Nadia Ferreira", id="remark in brackets"),
        pytest.param("Nadia  \t Ferreira\r\nBcc", "", "Nadia Ferreira Bcc", id="one line"),
        pytest.param("Ka\u0308the", "", "Käthe", id="NFC"),
        pytest.param("李明", "", "李明", id="two Han characters"),
        pytest.param("نادية الفهد", "", "نادية الفهد", id="Arabic"),
        pytest.param("علی\u200cرضا", "", "علی\u200cرضا", id="Persian joiner stays"),
        pytest.param("Na\u200cdia", "", "Nadia", id="Latin joiner goes"),
        pytest.param("\u202eNadia\u202c Ferreira", "", "Nadia Ferreira", id="direction marks go"),
        pytest.param("Sukarno", "s.karno@example.org", "Sukarno", id="mononym"),
        pytest.param("", "n@example.org", "", id="none"),
        pytest.param("X", "", "", id="one letter"),
        pytest.param("nferreira", "nferreira@example.org", "", id="login"),
        pytest.param("nadia@example.org", "", "", id="address"),
        pytest.param("Win at https://evil.example", "", "", id="link"),
        pytest.param("Visit evil.com", "", "", id="domain"),
        pytest.param("Nadia94", "", "", id="digits"),
        pytest.param("Call +49 234 555", "", "", id="telephone number"),
        pytest.param("Bewerbung Nadia Ferreira", "", "", id="role word"),
        pytest.param("Nadia Ferreira via Jobs List", "", "", id="rewritten by a list"),
        pytest.param("$$$ WIN $$$", "", "", id="symbols"),
        pytest.param("you have been chosen to get all of the money", "", "", id="sentence"),
        pytest.param("A" * 81, "", "", id="81 characters"),
        pytest.param("A" * 80, "", "A" * 80, id="80 characters"),
    ],
)
def test_person(written: str, address: str, expected: str) -> None:
    """The name as written, without guessing order or gender, or "" when it is no person's name."""
    assert names.person(written, address) == expected


@pytest.mark.parametrize(
    "written, address, expected",
    [
        pytest.param("Nadia Ferreira", "n@example.org", "Ferreira, Nadia", id="two Latin words"),
        pytest.param("Käthe Weißhäuptl", "", "Weißhäuptl, Käthe", id="umlauts are Latin"),
        pytest.param("N. Ferreira", "", "Ferreira, N.", id="initial first"),
        pytest.param("Ferreira N.", "", "Ferreira N.", id="initial last"),
        pytest.param("Ben Carter", "", "Carter, Ben", id="a given name that is a particle elsewhere"),
        pytest.param("Anh Le", "", "Le, Anh", id="a family name that is a particle elsewhere"),
        pytest.param("von Ahlen", "", "von Ahlen", id="particle"),
        pytest.param("Abu Nasser", "", "Abu Nasser", id="Arabic particle"),
        pytest.param("Jan van Dijk", "", "Jan van Dijk", id="three words"),
        pytest.param("Dr. Ferreira", "", "Dr. Ferreira", id="title"),
        pytest.param("Ferreira PhD", "", "Ferreira PhD", id="degree"),
        pytest.param("FERREIRA Nadia", "", "FERREIRA Nadia", id="family name in capitals first"),
        pytest.param("NADIA FERREIRA", "", "FERREIRA, NADIA", id="all capitals"),
        pytest.param("Ferreira, Nadia", "", "Ferreira, Nadia", id="comma"),
        pytest.param("Надежда Орлова", "", "Надежда Орлова", id="Cyrillic"),
        pytest.param("Sukarno", "x@example.org", "Sukarno", id="mononym"),
        pytest.param("", "nadia.ferreira@example.org", "nadia.ferreira", id="local part"),
        pytest.param("Bewerbung", "nadia.ferreira@example.org", "nadia.ferreira", id="no person's name"),
        pytest.param("", "nobody", "nobody", id="address without @"),
    ],
)
def test_folder_person(written: str, address: str, expected: str) -> None:
    """Only two Latin words without a particle turn to "Family, Given"."""
    assert names.folder_person(written, address) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("Lebenslauf & Zeugnisse.pdf", "Lebenslauf & Zeugnisse.pdf", id="plain"),
        pytest.param("../../etc/passwd", "etc_passwd", id="path"),
        pytest.param("C:\\temp\\cv.pdf", "C__temp_cv.pdf", id="Windows path"),
        pytest.param('a<b>c:d"e|f?g*h.pdf', "a_b_c_d'e_f_g_h.pdf", id="forbidden on Windows"),
        pytest.param("con", "con_", id="device"),
        pytest.param("NUL.tar.gz", "NUL_.tar.gz", id="device with extensions"),
        pytest.param("COM¹.pdf", "COM¹_.pdf", id="device with superscript"),
        pytest.param("Console.pdf", "Console.pdf", id="no device"),
        pytest.param("cv.pdf . . ", "cv.pdf", id="trailing dots and spaces"),
        pytest.param(".hidden", "hidden", id="hidden"),
        pytest.param("-rf", "rf", id="option"),
        pytest.param("_For review", "For review", id="our own folders"),
        pytest.param("~$Bewerbung.docx", "Bewerbung.docx", id="lock file of Office"),
        pytest.param("evil\u202efdp.exe", "evilfdp.exe", id="right-to-left override"),
        pytest.param("a\x00b\nc", "ab c", id="control characters"),
        pytest.param("Bewerbung\u00a0 \u3000 Käthe.pdf", "Bewerbung Käthe.pdf", id="odd spaces"),
        pytest.param("Ka\u0308the.pdf", "Käthe.pdf", id="NFC"),
        pytest.param("\u0301cv.pdf", "cv.pdf", id="leading mark"),
        pytest.param("", "unnamed", id="empty"),
        pytest.param(" ... ", "unnamed", id="nothing left"),
        pytest.param("x" * 200 + ".pdf", "x" * 116 + ".pdf", id="cut before the extension"),
        pytest.param("ä" * 100, "ä" * 60, id="cut in bytes"),
        pytest.param("x" * 119 + "é\u0323y", "x" * 119, id="no letter is cut from its mark"),
    ],
)
def test_safe(text: str, expected: str) -> None:
    """A name that every file system in use takes as it is, and that leads nowhere else."""
    assert names.safe(text) == expected


def test_a_cut_within_endless_marks_still_gives_a_name() -> None:
    """One letter with a thousand marks is cut to something, never to nothing."""
    assert names.safe("x" + "\u0323" * 1000) == "unnamed"


def test_case_folder_sorts_by_day_and_ends_with_the_case() -> None:
    assert (
        names.case_folder(date(2026, 11, 22), "Ferreira, Nadia", "K7Q2")
        == "2026-11-22 Ferreira, Nadia [K7Q2]"
    )


def test_a_name_cannot_pose_as_a_case_number() -> None:
    assert names.case_folder(date(2026, 1, 2), "Eve [B2B2]", "K7Q2") == "2026-01-02 Eve (B2B2) [K7Q2]"


def test_a_long_name_leaves_room_in_the_path() -> None:
    folder = names.case_folder(date(2026, 1, 2), "Ж" * 300, "K7Q2")
    assert folder == "2026-01-02 " + "Ж" * 40 + " [K7Q2]"


def test_unique_numbers_what_windows_would_take_for_one_file() -> None:
    assert names.unique(["cv.pdf", "CV.pdf", "cv.pdf", "README", "readme"]) == (
        "cv.pdf",
        "CV (2).pdf",
        "cv (3).pdf",
        "README",
        "readme (2)",
    )


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("Bewerbung Dr. Maier v1.2.pdf", "Bewerbung Dr. Maier v1.2.pdf", id="plain"),
        pytest.param("cv.de.pdf", "cv.de.pdf", id="dots in a file name"),
        pytest.param("scans.gz", "scans.gz", id="extension of two letters"),
        pytest.param("go to evil.de", "", id="country"),
        pytest.param("buy at evil.com.pdf", "", id="domain"),
        pytest.param("evil.de/x.pdf", "", id="link without scheme"),
        pytest.param("write to x@example.org", "", id="address"),
        pytest.param("a\r\nBcc: b", "a Bcc: b", id="one line"),
        pytest.param("x" * 100, "x" * 79 + "…", id="cut"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    """A reply shows file names, but carries nobody's links or addresses to a third person."""
    assert names.shown(text) == expected
