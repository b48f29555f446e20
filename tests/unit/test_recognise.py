"""Recognition on hand-made pages, judged by the rules that ship in config/documents.toml."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from intake.journey import recognise
from intake.model import (
    Document,
    DocumentKind,
    FileFault,
    Line,
    PageFacts,
    PdfFacts,
    Presence,
    Recognition,
)

CONFIG = Path(__file__).parents[2] / "config" / "documents.toml"
RULES = TypeAdapter(recognise.Rules).validate_python(tomllib.loads(CONFIG.read_text(encoding="utf-8")))
ALL = (DocumentKind.LETTER, DocumentKind.CV, DocumentKind.CERTIFICATES)

LETTER = """\
Nadia Ferreira
Lindenweg 4, 44137 Dortmund
Research Center Trustworthy Data Science and Security
Dortmund, 3 November 2025
# Application for the postdoc position in Causal Inference
Dear members of the committee,
I am writing to apply for the postdoc position in causal inference that your centre has advertised.
During my doctorate I have worked on the estimation of treatment effects with machine learning, and I
would like to bring this experience to your group. The combination of theory and application in your
centre is what I have been looking for, and I am convinced that my methods would be of use to it.
In my current position I develop estimators that remain valid when the models behind them are wrong.
I would be happy to discuss my plans with you and look forward to hearing from you soon.
Kind regards,
Nadia Ferreira"""

CV = """\
## Nadia Ferreira
# Curriculum Vitae
# Education
2019 – 2023 PhD in Statistics, University of Nordhafen
2017 – 2019 MSc in Mathematics, University of Westmoor
2014 – 2017 BSc in Mathematics, University of Westmoor
# Work experience
2023 – present Research associate, University of Nordhafen
# Teaching
2020 – 2022 Tutorials in probability
# Languages
English (fluent), Portuguese (native speaker), German (B1)
# Publications
2023 Estimating effects with trees, Journal of Invented Statistics"""

CERTIFICATE = """\
## University of Westmoor
## Master of Science
This is to certify that Nadia Ferreira, born on 4 May 1995, has fulfilled all the requirements
of the examination regulations and has been awarded the degree of
Master of Science in Mathematics
with the overall grade very good (1.3).
Westmoor, 30 September 2019
The Dean of the Faculty The Chair of the Examination Board"""

CERTIFICATE_DE = """\
## Universität Westmoor
## Masterzeugnis
Frau Nadia Ferreira, geboren am 4. Mai 1995, hat die Masterprüfung im Studiengang Mathematik
nach der Prüfungsordnung vom 1. Oktober 2015 bestanden.
Gesamtnote: sehr gut (1,3)
Westmoor, den 30. September 2019
Die Vorsitzende des Prüfungsausschusses Siegel der Universität"""


def page(text: str, number: int = 1, **more: object) -> PageFacts:
    """A page of these lines from the top down; "# " makes a line large, "## " larger."""
    lines = []
    for index, raw in enumerate(text.splitlines()):
        marks = len(raw) - len(raw.lstrip("#"))
        size = {0: 11.0, 1: 14.0, 2: 20.0}[marks]
        lines.append(Line(text=raw.lstrip("# "), size=size, x=70.0, y=800.0 - 14 * index))
    facts = PageFacts(number=number, width=595.0, height=842.0, lines=tuple(lines))
    return dataclasses.replace(facts, **more)


def scan(number: int = 1) -> PageFacts:
    return PageFacts(number=number, width=595.0, height=842.0, image_cover=1.0, scan=True)


def pdf(*pages: PageFacts | str, **more: object) -> PdfFacts:
    made = [page(one) if isinstance(one, str) else one for one in pages]
    numbered = tuple(dataclasses.replace(one, number=number) for number, one in enumerate(made, 1))
    facts = PdfFacts(sha256="", size=1, page_count=len(numbered), pages=numbered)
    return dataclasses.replace(facts, **more)


def judged(*pages: PageFacts | str, mail: str = "") -> Recognition:
    return recognise.documents(pdf(*pages), rules=RULES, required=ALL, mail_text=mail)


def statuses(found: Recognition) -> tuple[str, ...]:
    return tuple(document.status.value for document in found.documents)


def document(found: Recognition, kind: DocumentKind) -> Document:
    return next(one for one in found.documents if one.kind is kind)


def classes(found: Recognition) -> list[str]:
    return [one.value for one in found.pages]


def test_a_complete_application_is_found_with_pages_and_evidence() -> None:
    """Every document has its pages, and evidence names page, phrase, sign and weight."""
    found = judged(LETTER, CV, CERTIFICATE)
    assert classes(found) == ["letter", "cv", "certificates"]
    assert statuses(found) == ("present", "present", "present")
    assert [one.pages for one in found.documents] == [(1,), (2,), (3,)]
    letter = document(found, DocumentKind.LETTER)
    assert letter.evidence[0] == "p. 1: 'Dear members of the committee' (salutation, 2.5)"
    assert letter.confidence >= 0.95
    assert "in causal inference that your centre" in found.letter_text
    assert "Curriculum Vitae" not in found.letter_text
    assert len(found.reasons) == 3


CV_WITHOUT_NAME = CV.replace("# Curriculum Vitae\n", "")
LETTER_WITHOUT_SALUTATION = LETTER.replace("Dear members of the committee,\n", "").replace(
    "Kind regards,\n", ""
)
SPACED = CV.replace("# Curriculum Vitae", "# L E B E N S L A U F")
SPACED_NARROW = CV.replace("# Curriculum Vitae", "# C U R R I C U L U M V I T A E")
TRANSCRIPT = """\
# Transcript of Records
Student: Nadia Ferreira Student ID 123456
Course Credits Grade
Analysis I 9 1,3
Linear Algebra I 9 1,0
Probability Theory 9 1,7
Statistics 9 1,3
Measure Theory 6 2,0
Numerical Analysis 6 1,3
Stochastic Processes 6 1,0
Functional Analysis 6 2,3
Grade point average: 1,4"""
LANGUAGE_TEST = """\
## Language Institute Westmoor
# Certificate of German B2
This is to certify that Nadia Ferreira has successfully passed the examination.
Reading 82 % Listening 78 % Writing 80 % Speaking 85 %
Overall band score: good. Date of examination: 12 June 2024"""
EMPLOYER = """\
## Arbeitszeugnis
Frau Nadia Ferreira, geboren am 4. Mai 1995, war vom 1. Oktober 2019 bis zum 30. September 2023 in
unserem Unternehmen als Statistikerin beschäftigt. Ihr Aufgabengebiet umfasste die Auswertung klinischer
Studien und die Beratung der Fachabteilungen. Frau Ferreira erledigte die ihr übertragenen Aufgaben stets
zu unserer vollsten Zufriedenheit. Ihr Verhalten gegenüber Vorgesetzten und Kollegen war stets einwandfrei.
Sie verlässt uns auf eigenen Wunsch. Wir danken ihr und wünschen ihr für die weitere Zukunft alles Gute.
Westmoor, 30. September 2023"""
EMPLOYER_EN = """\
## Employment reference
Ms Nadia Ferreira was employed with us from October 2019 to September 2023 as a statistician. Her
responsibilities were the analysis of clinical studies and the training of new colleagues. She has
carried out her duties to our complete satisfaction, and her conduct towards her superiors was always
beyond reproach. She leaves our company at her own request. We thank her and wish her all the best.
Westmoor, 30 September 2023"""
FRENCH = """\
## Université de Ouestmar
# Relevé de notes
Le président de l'université atteste que Madame Nadia Ferreira, née le 4 mai 1995, a obtenu le grade de
Master, mention bien. Fait à Ouestmar, le 30 septembre 2019"""
SPANISH = """\
## Universidad de Oestemar
# Título de Máster
El rector certifica que Nadia Ferreira ha superado todas las asignaturas. Se expide el presente título."""
RECOMMENDATION = """\
To whom it may concern,
I have known Nadia Ferreira for four years. She was a doctoral student in my group, and it is a pleasure to
recommend her. She has shown that she can lead a project, and her papers are read by her peers. I recommend
her without reservation for the position, and I wish her every success in her career.
Sincerely,
Prof. Maria Oliveira"""


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param((LETTER, CV_WITHOUT_NAME, CERTIFICATE), id="a CV that never says CV"),
        pytest.param((LETTER_WITHOUT_SALUTATION, CV, CERTIFICATE), id="a letter without salutation"),
        pytest.param((LETTER, SPACED, CERTIFICATE), id="spaced capitals"),
        pytest.param((LETTER, SPACED_NARROW, CERTIFICATE), id="spaced capitals without wider gaps"),
        pytest.param((LETTER, CV, TRANSCRIPT), id="a transcript only"),
        pytest.param((LETTER, CV, LANGUAGE_TEST), id="a language certificate only"),
        pytest.param((LETTER, CV, EMPLOYER), id="an Arbeitszeugnis only"),
        pytest.param((LETTER, CV, EMPLOYER_EN), id="an English employer's reference only"),
        pytest.param((LETTER, CV, CERTIFICATE_DE), id="a German certificate"),
        pytest.param((LETTER, CV, FRENCH), id="a French certificate"),
        pytest.param((LETTER, CV, SPANISH), id="a Spanish certificate"),
    ],
)
def test_documents_in_unusual_dress_are_found(pages: tuple[str, ...]) -> None:
    """None of these is missing anything, and nothing is left to a person."""
    found = judged(*pages)
    assert statuses(found) == ("present", "present", "present")
    assert classes(found) == ["letter", "cv", "certificates"]


def test_documents_in_reverse_order_are_found() -> None:
    """The order of the documents does not count."""
    found = judged(CERTIFICATE, CERTIFICATE_DE, CV, LETTER)
    assert classes(found) == ["certificates", "certificates", "cv", "letter"]
    assert statuses(found) == ("present", "present", "present")


def test_letter_and_cv_on_one_page_are_both_there() -> None:
    """Both list the page; its main class is one of them."""
    found = judged(LETTER + "\n" + CV, CERTIFICATE)
    assert statuses(found) == ("present", "present", "present")
    assert document(found, DocumentKind.LETTER).pages == (1,)
    assert document(found, DocumentKind.CV).pages == (1,)
    assert classes(found)[0] in ("letter", "cv")


COVER = """\
## Application
# Postdoc position in Causal Inference
Nadia Ferreira
Lindenweg 4, 44137 Dortmund
Enclosures
Motivation letter
Curriculum vitae
Certificates"""
CONTENTS = """\
## Table of contents
Motivation letter ............................................ 1
Curriculum vitae ............................................. 2
Master's certificate ......................................... 4
Bachelor's certificate ....................................... 5
Transcript of records ........................................ 6"""
PLACEHOLDER = "## Bachelorzeugnis"
REFEREES = """\
# List of referees
Prof. Maria Oliveira, University of Nordhafen, maria.oliveira@example.org
Prof. Jan Kowal, University of Westmoor, jan.kowal@example.org"""
PUBLICATIONS = """\
# List of publications
[1] N. Ferreira, J. Kowal. Estimating effects with trees. Journal of Invented Statistics, 2023.
[2] N. Ferreira. Honest forests in small samples. In Proceedings of the Invented Conference, 2022.
[3] N. Ferreira et al. A note on weights. arXiv preprint, 2021.
[4] J. Kowal, N. Ferreira. Notes on notes. Journal of Invented Statistics, 2020."""
PAPER = """\
## Estimating effects with trees
Nadia Ferreira, University of Nordhafen
# Abstract
In this paper we propose a new estimator for the average effect of a treatment that is based on trees. We show
that the estimator is consistent when either of the two models behind it is right, and we present simulations.
# Introduction
The estimation of effects from observations has a long history, see Kowal et al. (2019) and the references there.
Our results are closest to those of Oliveira (2020), but we do not need the assumption that the weights are known.
# Related work
A first group of papers is concerned with the weighting of observations, as in Figure 1 and in Table 2.
# References
[1] J. Kowal. Weights in observational studies. Journal of Invented Statistics, 2019.
[2] M. Oliveira. More weights. Journal of Invented Statistics, 2020."""
STATEMENT = """\
## Research statement
My research is concerned with the estimation of effects from data that were not collected for this purpose. In
the past years I have developed estimators which remain valid when the models behind them are wrong. In the next
years I plan to extend this work in three directions, of which I describe the aims and the methods below.
The first direction is the estimation of effects that change over time. The second direction is the combination
of several sources of data. The third direction is the use of these methods in medicine and in public policy."""
ADVERTISEMENT = """\
## PostDoc positions
We are hiring. What we offer: a multidisciplinary team and a creative research environment.
Your Qualification
Excellent degree in statistics, computer science or mathematics, and experience with projects.
Your tasks
If you are interested in the positions, please send your application in a single PDF file: motivation
letter, CV, and copies of your certificates. Applications from women are welcome."""
IDENTITY = """\
# Personalausweis
Bundesrepublik Deutschland
Ferreira
Nadia
Gültig bis 04.05.2030
Augenfarbe braun"""


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(COVER, id="cover sheet"),
        pytest.param(CONTENTS, id="table of contents"),
        pytest.param(PLACEHOLDER, id="placeholder page"),
        pytest.param(REFEREES, id="referee list"),
        pytest.param(PUBLICATIONS, id="publication list"),
        pytest.param(PAPER, id="paper"),
        pytest.param(STATEMENT, id="research statement"),
        pytest.param(ADVERTISEMENT, id="job advertisement"),
        pytest.param(IDENTITY, id="identity card"),
    ],
)
@pytest.mark.parametrize(
    "kept, missing",
    [
        pytest.param((LETTER, CV), DocumentKind.CERTIFICATES, id="for certificates"),
        pytest.param((CV, CERTIFICATE), DocumentKind.LETTER, id="for the letter"),
        pytest.param((LETTER, CERTIFICATE), DocumentKind.CV, id="for the CV"),
    ],
)
def test_what_only_names_or_resembles_a_document_is_none(
    instead: str, kept: tuple[str, str], missing: DocumentKind
) -> None:
    """A page of another kind never stands in for the document that is missing."""
    found = judged(kept[0], instead, kept[1])
    assert document(found, missing).status is Presence.ABSENT
    assert document(found, missing).evidence == ()
    others = [one.status for one in found.documents if one.kind is not missing]
    assert others == [Presence.PRESENT, Presence.PRESENT]


def test_heading_words_in_a_list_of_enclosures_are_no_documents() -> None:
    """A letter that lists its enclosures, line by line, has not enclosed them."""
    found = judged(LETTER + "\nEnclosures\nCurriculum vitae\nMaster's certificate\nTranscript of records")
    assert statuses(found) == ("present", "absent", "absent")
    found = judged(LETTER + "\nAnlagen: Lebenslauf, Masterzeugnis, Notenspiegel")
    assert statuses(found) == ("present", "absent", "absent")


def test_a_research_statement_that_addresses_the_application_may_be_the_letter() -> None:
    """Salutation and application under the heading of a statement: not absent."""
    text = LETTER.replace(
        "# Application for the postdoc position in Causal Inference", "## Research statement"
    )
    assert document(judged(text, CV, CERTIFICATE), DocumentKind.LETTER).status is not Presence.ABSENT


def test_a_recommendation_is_no_letter_of_the_applicant() -> None:
    """A referee's letter with salutation and closing does not fill the place of the motivation letter."""
    found = judged(RECOMMENDATION, CV)
    assert document(found, DocumentKind.LETTER).status is not Presence.PRESENT
    assert document(found, DocumentKind.CERTIFICATES).status is not Presence.ABSENT


def test_scans_after_letter_and_cv_leave_the_certificates_unsure() -> None:
    """Nobody has read the scans: they are taken for certificates, but a person must look."""
    found = judged(LETTER, CV, scan(), scan())
    assert statuses(found) == ("present", "present", "unsure")
    assert classes(found) == ["letter", "cv", "certificates", "certificates"]
    assert document(found, DocumentKind.CERTIFICATES).evidence[0] == "p. 3: a picture that was not read"
    assert document(found, DocumentKind.CERTIFICATES).pages == ()


@pytest.mark.parametrize(
    "pages, expected",
    [
        pytest.param((scan(), scan()), ["unreadable", "unreadable"], id="only scans"),
        pytest.param((LETTER, scan()), ["letter", "unreadable"], id="after a letter alone"),
        pytest.param((CERTIFICATE, scan()), ["certificates", "certificates"], id="after a certificate"),
        pytest.param((scan(), CERTIFICATE), ["certificates", "certificates"], id="before a certificate"),
        pytest.param((CV, scan(), CV), ["cv", "cv", "cv"], id="within a CV"),
    ],
)
def test_unread_pages_take_the_class_their_neighbours_imply(
    pages: tuple[PageFacts | str, ...], expected: list[str]
) -> None:
    """Or they are unreadable."""
    assert classes(judged(*pages)) == expected


def test_a_garbled_text_layer_counts_as_unread() -> None:
    """A text layer that is no text proves nothing missing."""
    garbled = page("\x04\x05\x06 \x07\x08\x09", garbage=True)
    assert statuses(judged(LETTER, CV, garbled)) == ("present", "present", "unsure")


def test_a_picture_beside_a_heading_may_be_the_document() -> None:
    """ "Zeugnis" over a small picture is no placeholder."""
    pictured = page("## Bachelorzeugnis", image_cover=0.4)
    assert document(judged(LETTER, CV, pictured), DocumentKind.CERTIFICATES).status is not Presence.ABSENT


def test_a_certificate_on_a_picture_ground_is_found_by_its_words() -> None:
    """Online certificates print few words over a picture of the page's size."""
    found = judged(LETTER, CV, page(LANGUAGE_TEST, image_cover=1.0))
    assert statuses(found) == ("present", "present", "present")


def test_empty_pages_are_other_and_change_nothing() -> None:
    """Word processors leave them at the end."""
    found = judged(LETTER, CV, CERTIFICATE, page(""), page("  "))
    assert classes(found) == ["letter", "cv", "certificates", "other", "other"]
    assert statuses(found) == ("present", "present", "present")
    assert found.reasons[3] == "p. 4: empty"
    assert statuses(judged(LETTER, CV, page(""))) == ("present", "present", "absent")


def test_pages_numbered_on_belong_together() -> None:
    """ "Page 2 of 2" goes on with what "Page 1 of 2" is; a page 1 begins something new."""
    rest = "Honorary offices\nWhat else I did in those years and where I was\nPage 2 of 2"
    found = judged(LETTER + "\nPage 1 of 1", CV + "\nPage 1 of 2", rest)
    assert classes(found) == ["letter", "cv", "cv"]
    assert classes(judged(CV + "\nPage 1 of 2", rest.replace("2 of 2", "1 of 7")))[0] == "cv"


def test_a_word_divided_at_the_end_of_a_line_is_found() -> None:
    """Hyphenation hides nothing, nor do decomposed umlauts or a lost umlaut."""
    text = CERTIFICATE_DE.replace("## Masterzeugnis", "## Master-\n## zeugnis").replace("ü", "u\u0308")
    assert document(judged(LETTER, CV, text), DocumentKind.CERTIFICATES).status is Presence.PRESENT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Zaświadcza się że Nadia Ferreira ukończyła studia wyższe na kierunku matematyka\n" * 6,
            id="Polish",
        ),
        pytest.param(
            "兹证明费雷拉于二零一九年完成数学专业全部课程考试合格准予毕业并授予理学硕士\n" * 6, id="Chinese"
        ),
        pytest.param("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n" * 4, id="numbers"),
    ],
)
def test_a_page_that_the_rules_do_not_understand_is_never_called_something_else(text: str) -> None:
    """Certificates come in every language."""
    assert statuses(judged(LETTER, CV, text)) == ("present", "present", "unsure")


# --- What mail and letter say --------------------------------------------------------------------


@pytest.mark.parametrize(
    "mail",
    [
        "My doctoral certificate will follow as soon as it is issued.",
        "My defence is in March.",
        "I will defend my thesis in spring.",
        "Mein Zeugnis wird nachgereicht.",
        "Die Promotionsurkunde liegt mir noch nicht vor.",
        "Weitere Unterlagen reiche ich gern nach.\nWeitere Unterlagen können nachgereicht werden.",
        "The certificates are not yet available.",
        "I do not have my doctoral diploma yet.",
        "My diploma is not included.",
        "Das Masterzeugnis fehlt noch.",
        "I will send the remaining documents next week.",
    ],
)
@pytest.mark.parametrize("where", ["mail", "letter"])
def test_a_document_that_follows_is_unsure_never_absent(mail: str, where: str) -> None:
    """Whether the mail says so or the letter."""
    letter = LETTER.replace("Kind regards", f"{mail}\nKind regards") if where == "letter" else LETTER
    found = judged(letter, CV, mail=mail if where == "mail" else "")
    assert statuses(found) == ("present", "present", "unsure")
    assert document(found, DocumentKind.CERTIFICATES).evidence[0].startswith(f"{where}: '")


def test_a_promise_counts_for_the_document_it_names() -> None:
    """A CV that follows excuses no missing certificates."""
    found = judged(LETTER, mail="My CV will follow tomorrow.")
    assert statuses(found) == ("present", "unsure", "absent")


@pytest.mark.parametrize(
    "text",
    [
        "Your centre will provide an ideal environment for my research.",
        "I have not yet decided where to live.",
        "References are available on request.",
        "Ich freue mich, wenn ein Gespräch folgt.",
    ],
)
def test_ordinary_sentences_promise_nothing(text: str) -> None:
    """Only a sentence about documents excuses a missing one."""
    letter = LETTER.replace("Kind regards", f"{text}\nKind regards")
    assert statuses(judged(letter, CV)) == ("present", "present", "absent")


def test_a_mail_that_is_the_letter_leaves_the_letter_unsure() -> None:
    """Some write the letter into the mail and attach only CV and certificates."""
    found = judged(CV, CERTIFICATE, mail=LETTER.replace("# ", ""))
    assert statuses(found) == ("unsure", "present", "present")
    assert (
        document(found, DocumentKind.LETTER).evidence[0].startswith("the mail's own text may be the letter")
    )


def test_a_mail_that_is_the_cv_leaves_the_cv_unsure() -> None:
    """Few, but some, do that too."""
    text = CV.replace("# ", "").replace("#", "") + "\n" + CV.replace("# ", "").replace("#", "")
    assert document(judged(LETTER, CERTIFICATE, mail=text), DocumentKind.CV).status is Presence.UNSURE


def test_a_short_covering_mail_is_no_letter() -> None:
    """ "Please find attached" does not excuse the letter."""
    mail = "Dear committee,\nplease find attached my application.\nKind regards\nNadia Ferreira"
    assert statuses(judged(CV, CERTIFICATE, mail=mail)) == ("absent", "present", "present")


# --- The file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [FileFault.ENCRYPTED, FileFault.DAMAGED, FileFault.KILLED, FileFault.TIMED_OUT]
)
def test_a_file_that_could_not_be_read_leaves_everything_unsure(fault: FileFault) -> None:
    """No page is known, so no page is judged."""
    found = recognise.documents(pdf(LETTER, faults=(fault,)), rules=RULES, required=ALL)
    assert statuses(found) == ("unsure", "unsure", "unsure")
    assert found.pages == ()


def test_a_file_without_pages_leaves_everything_unsure() -> None:
    """An empty file has no documents to miss."""
    found = recognise.documents(pdf(), rules=RULES, required=ALL)
    assert statuses(found) == ("unsure", "unsure", "unsure")


def test_active_content_does_not_keep_pages_from_being_read() -> None:
    """The pages were read; the file goes to review for another reason."""
    found = recognise.documents(
        pdf(LETTER, CV, faults=(FileFault.ACTIVE_CONTENT,)), rules=RULES, required=ALL
    )
    assert statuses(found) == ("present", "present", "absent")


def test_pages_that_were_not_given_may_hold_anything() -> None:
    """Nothing is absent from a file that was read only in part."""
    found = recognise.documents(pdf(LETTER, CV, page_count=9), rules=RULES, required=ALL)
    assert statuses(found) == ("present", "present", "unsure")
    assert document(found, DocumentKind.CERTIFICATES).evidence == ("7 of 9 pages were not read",)


def test_only_required_documents_are_judged() -> None:
    """A position that asks for the CV alone misses nothing else."""
    found = recognise.documents(pdf(CV), rules=RULES, required=(DocumentKind.CV,))
    assert [(one.kind.value, one.status.value) for one in found.documents] == [("cv", "present")]


@pytest.mark.parametrize("text", ["Ich bin schwerbehindert (GdB 60).", "I have a severe disability."])
def test_a_severe_disability_is_noted_with_the_page_only(text: str) -> None:
    """HR is asked to open the page; the words are quoted nowhere."""
    found = judged(LETTER, CV + "\n" + text, CERTIFICATE)
    assert found.notices == ("p. 2: please open this page",)
    assert statuses(found) == ("present", "present", "present")
    said = " ".join((*found.reasons, *(line for one in found.documents for line in one.evidence)))
    assert "behinder" not in said
    assert "disab" not in said
    assert judged(CV, mail=text).notices == ("mail: please open the mail",)


def test_a_debugger_is_no_degree_of_disability() -> None:
    """GdB needs its number: gdb stands in many CVs."""
    assert judged(CV + "\nTools: gdb, valgrind").notices == ()


def test_identity_papers_are_never_quoted() -> None:
    """Only the name of the sign is shown."""
    reasons = judged(IDENTITY).reasons
    assert reasons[0].startswith("p. 1: other")
    assert "Personalausweis" not in reasons[0]
    assert "Augenfarbe" not in reasons[0]


@given(st.lists(st.lists(st.text(max_size=60), max_size=8), max_size=5), st.text(max_size=300))
def test_any_pages_give_every_document_a_status_and_every_page_a_class(
    texts: list[list[str]], mail: str
) -> None:
    """Never raises; present has pages, absent has none; evidence is short; the same input, the same result."""
    facts = pdf(*("\n".join(lines) for lines in texts))
    found = recognise.documents(facts, rules=RULES, required=ALL, mail_text=mail)
    assert [one.kind for one in found.documents] == list(ALL)
    assert len(found.pages) == len(texts)
    for one in found.documents:
        assert bool(one.pages) == (one.status is Presence.PRESENT)
        assert 0.0 <= one.confidence <= 0.99
        assert all(len(line) < 160 for line in one.evidence)
    assert found == recognise.documents(facts, rules=RULES, required=ALL, mail_text=mail)


def test_hostile_pages_cost_little() -> None:
    """Only the first 20,000 characters of a page are read, and no line costs more than its length."""
    for text in ("." * 3_000_000, "a " * 1_500_000, "2019 – " * 400_000, "I " * 1_000_000, "1/" * 1_000_000):
        found = judged(text)
        assert len(found.pages) == 1


# --- The rules -----------------------------------------------------------------------------------


def test_the_shipped_rules_are_in_order() -> None:
    """No phrase that cannot be found, no number out of bounds."""
    assert recognise.problems(RULES) == []


def test_an_unknown_key_is_refused() -> None:
    """A typing error in the rules is not a rule."""
    raw = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    raw["sign"][0]["wieght"] = 1
    with pytest.raises(ValidationError, match="wieght"):
        TypeAdapter(recognise.Rules).validate_python(raw)


def test_every_mistake_in_the_rules_is_named() -> None:
    """All of them at once, each with its place."""
    sign = dataclasses.replace(
        RULES.sign[0], most=0, speaks={"cv": 99.0}, phrases={"en": ("", "#", "ab*", "*abc*")}
    )
    rules = dataclasses.replace(
        RULES,
        sign=(sign, sign),
        layout=(dataclasses.replace(RULES.layout[0], at_least=5, below=5, speaks={"cv": float("nan")}),),
        sequence=dataclasses.replace(RULES.sequence, same=1e9),
        certainty=dataclasses.replace(RULES.certainty, present=1.0, absent=0.1),
        limits=dataclasses.replace(RULES.limits, characters=0),
        notice={"en": ("!",)},
    )
    found = recognise.problems(rules)
    assert "sign 'salutation': the phrase '' has no word" in found
    assert "sign 'salutation': the phrase '#' may not begin with #" in found
    assert "sign 'salutation': the phrase 'ab*' needs at least 3 letters in the word with *" in found
    assert "sign 'salutation': the phrase '*abc*' has a word with * at both ends" in found
    assert "notice: the phrase '!' has no word" in found
    assert "sign 'salutation' is there twice" in found
    assert "sign 'salutation': most and times must be at least 1" in found
    assert "'salutation': a weight must lie between -20 and 20" in found
    assert f"{RULES.layout[0].name!r}: a weight must lie between -20 and 20" in found
    assert f"layout {RULES.layout[0].name!r}: at_least must be smaller than below" in found
    assert "certainty.present must lie between 0.5 and 1" in found
    assert "certainty.absent must lie between 0.5 and 1" in found
    assert "sequence.same must lie between -20 and 20" in found
    assert "limits.characters must be at least 1" in found


def test_a_letter_of_one_paragraph_in_the_mail_is_no_missing_letter() -> None:
    """A short letter written into the mail itself, beside a PDF without one: unsure, never absent."""
    mail = (
        "Dear Sir or Madam,\n\nI hereby apply for the postdoc position in Causal Inference. My thesis developed"
        " methods for the estimation of effects under confounding, and I would like to continue this work in"
        " your interdisciplinary team. I am convinced that my background fits your agenda, since I have worked"
        " with epidemiologists and have taught two courses on the subject. I look forward to hearing from"
        " you.\n\nYours sincerely,\nNadia Ferreira\n"
    )
    found = recognise.documents(pdf(CV, CERTIFICATE), rules=RULES, required=ALL, mail_text=mail)
    assert [one.status for one in found.documents] == [Presence.UNSURE, Presence.PRESENT, Presence.PRESENT]


def test_the_last_lines_of_a_cv_belong_to_it() -> None:
    """A page with a few words in plain type is what was left over of the document before it."""
    assert classes(judged(CV, "Interests\nhiking, choir, old bicycles")) == ["cv", "cv"]


def test_a_lone_heading_belongs_to_no_document() -> None:
    """A page with nothing but a heading is a placeholder."""
    assert classes(judged(CV, "# Bachelorzeugnis")) == ["cv", "other"]


def test_a_picture_under_a_running_head_is_a_scan_like_any_other() -> None:
    """A few words that say nothing do not make a page something else: it takes what its neighbours imply."""
    head = page("Nadia Ferreira, page 4 of 18", image_cover=0.95)
    assert classes(judged(LETTER, CV, CERTIFICATE, head)) == ["letter", "cv", "certificates", "certificates"]
    assert classes(judged(head)) == ["unreadable"]


def test_dates_alone_are_no_cv() -> None:
    """A column of periods without a word of a CV is as well a table of modules: nobody is told it is there."""
    table = "\n".join(f"20{n}/{n + 1} 20{n} - 20{n + 1} Q{n}" for n in range(10, 22))
    assert document(judged(LETTER, table, CERTIFICATE), DocumentKind.CV).status is Presence.UNSURE


def test_a_second_letter_may_be_a_reference() -> None:
    """An employer's reference is a letter, too: beside two letters certificates are not called missing."""
    found = document(judged(LETTER, CV, LETTER), DocumentKind.CERTIFICATES)
    assert found.status is Presence.UNSURE
    assert "p. 3: a second letter, which may be a reference" in found.evidence


@pytest.mark.parametrize("kind", [DocumentKind.LETTER, DocumentKind.CV])
def test_a_page_in_an_unknown_language_rules_out_what_it_cannot_be_by_its_look(kind: DocumentKind) -> None:
    """Without running text it is no letter, without dates no CV; it may still be a certificate."""
    page_in_polish = "Zaświadczenie\nUniwersytet Westmoor\nNadia Ferreira ukończyła studia\nna kierunku matematyka stosowana\nocena końcowa: bardzo dobry\nprzewodnicząca komisji egzaminacyjnej"
    others = [text for one, text in ((DocumentKind.LETTER, LETTER), (DocumentKind.CV, CV)) if one is not kind]
    found = judged(*others, page_in_polish)
    assert document(found, kind).status is Presence.ABSENT
    assert document(found, DocumentKind.CERTIFICATES).status is Presence.UNSURE


FOOT = Line(text="Nadia Ferreira, Curriculum vitae", size=8.0, x=70.0, y=30.0)
TOOLS = "\n".join(
    f"{name} · {name} libraries · {name} servers" for name in ("Perl", "Cobol", "Fortran", "Ada")
)


def test_a_page_with_the_foot_of_the_one_before_goes_on_with_it() -> None:
    """A second page of names of tools is the CV's, and keeps nobody from saying that certificates are missing."""
    first, second = (dataclasses.replace(page(text), lines=(*page(text).lines, FOOT)) for text in (CV, TOOLS))
    found = judged(LETTER, first, second)
    assert classes(found) == ["letter", "cv", "cv"]
    assert document(found, DocumentKind.CERTIFICATES).status is Presence.ABSENT


def test_a_page_that_is_only_set_alike_may_be_anything() -> None:
    """Everybody has 11 points on A4: without a common foot nobody knows whose page it is."""
    found = judged(LETTER, CV, TOOLS)
    assert document(found, DocumentKind.CERTIFICATES).status is Presence.UNSURE


def test_a_page_in_another_script_goes_on_with_nothing() -> None:
    """With the foot of the CV, and still perhaps a certificate."""
    text = "Δίπλωμα\nΤο Πανεπιστήμιο του Westmoor\nαπονέμει στη Nadia Ferreira\nτον τίτλο σπουδών στα μαθηματικά\nμε βαθμό άριστα\nο πρύτανης"
    first, second = (dataclasses.replace(page(one), lines=(*page(one).lines, FOOT)) for one in (CV, text))
    found = judged(LETTER, first, second)
    assert document(found, DocumentKind.CERTIFICATES).status is Presence.UNSURE


def test_a_confirmation_in_the_form_of_a_letter_is_no_letter() -> None:
    """Salutation and closing of a page that is a certificate beyond doubt."""
    confirmation = """\
# Bestätigung
Sehr geehrte Damen und Herren,
hiermit bestätigen wir, dass Frau Nadia Ferreira, geboren am 4. Mai 1995, in unserem Unternehmen beschäftigt
war und die ihr übertragenen Aufgaben zu unserer vollen Zufriedenheit erledigt hat.
Mit freundlichen Grüßen
Die Leiterin der Personalabteilung"""
    found = judged(CV, confirmation)
    assert document(found, DocumentKind.CERTIFICATES).status is Presence.PRESENT
    assert document(found, DocumentKind.LETTER).status is Presence.ABSENT


def test_the_pages_of_a_document_add_up() -> None:
    """Two pages with a few signs each are as good as one page with all of them."""
    first = """\
# Experience
Developer at the Westmoor Works 2019 – 2021 and before, responsible for the drawings of the new machines
and for the tests of them. Trainee at the same works in the years before, in all of its workshops.
1/2"""
    second = """\
# Education
2010 – 2014 and 2008 – 2009
School of Nordhafen, with mathematics and the history of the town as the main subjects of the last
years. Primary school of Nordhafen, in the class for the children of the harbour and of the docks.
2/2"""
    third = """\
# Languages
English and German, spoken with the customers of the works and at home with the family since 2008 – 2010."""
    assert (
        document(judged(LETTER, first, second, third, CERTIFICATE), DocumentKind.CV).status
        is Presence.PRESENT
    )


INVOICE = """\
## Invoice
Invoice number 2026-118, customer number 4711, date 3 November 2026
Item Quantity Unit price Amount
Toner cartridges for the laser printer 4 61.00 244.00
Delivery and handling for the order 1 6.90 6.90
Total amount without taxes 250.90
Please pay this amount within 14 days to the account of our company in Nordhafen.
Thank you for the order; our terms of delivery and payment apply to all of it."""


def test_an_invoice_is_clearly_no_application_paper() -> None:
    """Its heading says so, and no page of it may be any of the documents."""
    found = recognise.documents(pdf(INVOICE), rules=RULES, required=ALL)
    assert found.stranger == "'Invoice' (invoice or call)"


@pytest.mark.parametrize("pages", [(LETTER, INVOICE), (INVOICE, CV), (CERTIFICATE,), (LETTER,)], ids=len)
def test_a_file_that_holds_a_document_is_never_called_a_stranger(pages: tuple[str, ...]) -> None:
    """Nor one that begins with anything else."""
    assert recognise.documents(pdf(*pages), rules=RULES, required=ALL).stranger == ""
