"""Sample mails that their senders can mend: a missing paper, a wrong file, no position."""

from __future__ import annotations

from datetime import datetime

from intake.demo import clients, documents, people
from intake.demo.samples import sample
from intake.demo.samples.sample import Problem, Sample


def without_certificates(sent: datetime) -> Sample:
    """No certificates in the PDF; the display name is written in Cyrillic."""
    who, post = people.OLENA, ("postdoc/causal-inference",)
    papers = documents.joined(
        documents.letter(who, "en", post, variant=1, date=sample.day(sent)),
        documents.cv(who, layout="modern", date=sample.day(sent)),
    )
    text = (
        "Dear Sir or Madam,\n\nI am applying for the PostDoc position in Causal Inference and attach my"
        " application as a PDF file.\n\nWith kind regards,\nOlena Kovalivska\n"
    )
    return sample.corrected(
        "without-certificates",
        "no certificates in the PDF; the display name is written in Cyrillic",
        sample.mail(
            clients.gmail,
            who,
            "Application PostDoc Causal Inference",
            text,
            sent,
            ("application.pdf", papers),
            sender="Олена Ковалівська",
        ),
        who,
        post,
        Problem(code="missing-document", document="certificates"),
    )


def without_cv_german(sent: datetime) -> Sample:
    """Letter and certificates, but no CV, in German."""
    who, post = people.JOERG, ("yig/trustworthy-machine-learning",)
    papers = documents.joined(
        documents.letter(who, "de", post, layout="din", variant=2, date=sample.day(sent)),
        *(documents.certificate(kind, who, "de") for kind in ("doctorate", "master", "bachelor", "employer")),
    )
    text = (
        "Sehr geehrte Damen und Herren,\n\nim Anhang sende ich Ihnen meine Bewerbung um die Leitung der"
        " Nachwuchsgruppe „Trustworthy Machine Learning“.\n\nMit freundlichen Grüßen\nJörg Süßmilch-Krähe\n"
    )
    return sample.corrected(
        "without-cv-german",
        "letter and certificates, but no CV, in German",
        sample.mail(
            clients.thunderbird,
            who,
            "Bewerbung Nachwuchsgruppe Trustworthy Machine Learning",
            text,
            sent,
            ("Bewerbung_Süßmilch-Krähe.pdf", papers),
        ),
        who,
        post,
        Problem(code="missing-document", document="cv"),
        language="de",
    )


def three_files(sent: datetime) -> Sample:
    """Letter, CV and certificates as three PDFs, inline from Apple Mail."""
    who, post = people.MAARTEN, ("yig/mathematical-and-statistical-theory",)
    certificates = documents.joined(*(documents.certificate(kind, who) for kind in ("doctorate", "master")))
    files = (
        (
            "Motivation letter.pdf",
            documents.letter(who, "en", post, layout="din", variant=1, date=sample.day(sent)),
        ),
        ("CV.pdf", documents.cv(who, layout="modern", date=sample.day(sent))),
        ("Certificates.pdf", certificates),
    )
    text = (
        "Dear colleagues,\n\nplease find attached three files with my application for the Young Investigator"
        " Group “Mathematical and Statistical Theory for Machine Learning”.\n\nBest regards,\n"
        "Maarten van der Bergen\n"
    )
    return sample.corrected(
        "three-files",
        "letter, CV and certificates as three PDFs, inline from Apple Mail",
        sample.mail(
            clients.apple,
            who,
            "Young Investigator Group: Mathematical and Statistical Theory",
            text,
            sent,
            *files,
        ),
        who,
        post,
        Problem(code="several-files"),
    )


def word_document(sent: datetime) -> Sample:
    """A Word document instead of a PDF, from a person with one name."""
    who, post = people.SURYANI, ("postdoc/privacy-and-data-governance",)
    content = documents.docx(
        "Application for the PostDoc position in Balancing Privacy Enhancing Technologies and Data"
        " Governance",
        "Dear members of the hiring committee,",
        "I am writing to apply for the position named above.",
        "Suryani",
    )
    text = (
        "Dear committee,\n\nI attach my application for the PostDoc position in Balancing Privacy Enhancing"
        " Technologies and Data Governance.\n\nSincerely,\nSuryani\n"
    )
    return sample.corrected(
        "word-document",
        "a Word document instead of a PDF, from a person with one name",
        sample.mail(
            clients.gmail,
            who,
            "Application: Balancing Privacy Enhancing Technologies and Data Governance",
            text,
            sent,
            ("Application Suryani.docx", content),
        ),
        who,
        post,
        Problem(code="not-a-pdf"),
    )


def encrypted_german(sent: datetime) -> Sample:
    """A PDF that opens only with a password nobody told."""
    who, post = people.FLORIAN, ("postdoc/causal-inference",)
    papers = documents.encrypted(sample.complete(who, post, "de", sent), "k8-Falkensee")
    text = (
        "Sehr geehrte Damen und Herren,\n\nhiermit bewerbe ich mich um die PostDoc-Stelle „Causal Inference“."
        " Meine Unterlagen finden Sie im Anhang.\n\nMit freundlichen Grüßen\nFlorian Baumgärtler\n"
    )
    return sample.corrected(
        "encrypted-german",
        "a PDF that opens only with a password nobody told",
        sample.mail(
            clients.outlook,
            who,
            "Bewerbung PostDoc Causal Inference",
            text,
            sent,
            ("Bewerbung Baumgärtler.pdf", papers),
        ),
        who,
        post,
        Problem(code="encrypted"),
        language="de",
    )


def damaged(sent: datetime) -> Sample:
    """A PDF that was cut off on its way."""
    who, post = people.MEILIN, ("yig/uncertainty-quantification",)
    papers = documents.damaged(sample.complete(who, post, "en", sent))
    text = (
        "Dear Sir or Madam,\n\nattached you will find my application as leader of the Young Investigator"
        " Group"
        " “Uncertainty Quantification in Machine Learning”.\n\nKind regards,\nMeilin Zhao-Hartwig\n"
    )
    return sample.corrected(
        "damaged",
        "a PDF that was cut off on its way",
        sample.mail(
            clients.gmail,
            who,
            "Young Investigator Group Uncertainty Quantification in Machine Learning",
            text,
            sent,
            ("Zhao-Hartwig_YIG.pdf", papers),
        ),
        who,
        post,
        Problem(code="damaged"),
    )


def no_position(sent: datetime) -> Sample:
    """Complete, but neither mail nor letter says which position it is for."""
    who = people.PATRICK
    papers = sample.complete(who, (), "en", sent)
    text = (
        "Dear Sir or Madam,\n\nI was very interested to read about your open positions. Please find my"
        " application attached.\n\nBest regards,\nPatrick O’Hallorane\n"
    )
    return sample.corrected(
        "no-position",
        "complete, but neither mail nor letter says which position it is for",
        sample.mail(clients.thunderbird, who, "Application", text, sent, ("OHallorane.pdf", papers)),
        who,
        (),
        Problem(code="position-unknown"),
    )


def forgotten_attachment(sent: datetime) -> Sample:
    """Speaks of an attachment that is not there."""
    who, post = people.TOMASZ, ("postdoc/privacy-and-data-governance",)
    text = (
        "Dear Sir or Madam,\n\nattached please find my application (motivation letter, CV and certificates)"
        " for"
        " the PostDoc position “Balancing Privacy Enhancing Technologies and Data Governance”.\n\nKind"
        " regards,\nTomasz Wilczkowski\n"
    )
    return sample.corrected(
        "forgotten-attachment",
        "speaks of an attachment that is not there",
        sample.mail(
            clients.plain,
            who,
            "Application PostDoc Privacy Enhancing Technologies and Data Governance",
            text,
            sent,
        ),
        who,
        post,
        Problem(code="no-attachment"),
    )


def link(sent: datetime) -> Sample:
    """A link to a cloud folder instead of the file."""
    who, post = people.SVEN, ("yig/trustworthy-machine-learning",)
    text = (
        "Dear Sir or Madam,\n\nmy application for the Young Investigator Group “Trustworthy Machine"
        " Learning” is"
        " too large for my mail provider. You can download it here:\n\n"
        "https://cloud.example.net/s/7HqP2mXw/download\n\nBest regards,\nSven Håkonstad\n"
    )
    return sample.corrected(
        "link",
        "a link to a cloud folder instead of the file",
        sample.mail(
            clients.plain,
            who,
            "Application: Young Investigator Group Trustworthy Machine Learning",
            text,
            sent,
        ),
        who,
        post,
        Problem(code="link-instead-of-file"),
    )
