"""Sample mails with a complete application: six people, six mail programs and habits."""

from __future__ import annotations

from datetime import datetime

from intake.demo import clients, documents, people
from intake.demo.samples import sample
from intake.demo.samples.sample import Problem, Sample


def causal_inference(sent: datetime) -> Sample:
    """Complete application in English, sent with Thunderbird, with a visiting card."""
    who, post = people.HELENA, ("postdoc/causal-inference",)
    papers = documents.joined(
        documents.letter(who, "en", post, date=sample.day(sent)),
        documents.cv(who, date=sample.day(sent)),
        *(documents.certificate(kind, who) for kind in ("doctorate", "master", "transcript")),
    )
    text = (
        "Dear Sir or Madam,\n\nplease find attached my application for the PostDoc position in Causal"
        " Inference as one PDF: motivation letter, CV and certificates.\n\nKind regards,\n"
        "Helena Marquardsen\n"
    )
    return sample.accepted(
        "complete-english",
        "complete application in English, sent with Thunderbird, with a visiting card",
        sample.mail(
            clients.thunderbird,
            who,
            "Application: PostDoc position in Causal Inference",
            text,
            sent,
            ("Application_Marquardsen.pdf", papers),
        ),
        who,
        post,
    )


def uncertainty_german(sent: datetime) -> Sample:
    """Complete application in German, sent with Outlook, with umlauts in the file name."""
    who, post = people.KAETHE, ("yig/uncertainty-quantification",)
    papers = documents.joined(
        documents.letter(
            who, "de", post, layout="din", enclosures=("Lebenslauf", "Zeugnisse"), date=sample.day(sent)
        ),
        documents.cv(who, "de", layout="tabular", date=sample.day(sent)),
        *(
            documents.certificate(kind, who, "de")
            for kind in ("doctorate", "master", "transcript", "employer")
        ),
    )
    text = (
        "Sehr geehrte Damen und Herren,\n\nanbei erhalten Sie meine Bewerbung um die Leitung der"
        " Nachwuchsgruppe „Uncertainty Quantification in Machine Learning“ als PDF-Datei.\n\nFür Rückfragen"
        " stehe ich gern zur Verfügung.\n\nMit freundlichen Grüßen\nKäthe Weißhäuptl\n"
    )
    return sample.accepted(
        "complete-german",
        "complete application in German, sent with Outlook, with umlauts in the file name",
        sample.mail(
            clients.outlook,
            who,
            "Bewerbung Nachwuchsgruppe Uncertainty Quantification in Machine Learning",
            text,
            sent,
            ("Bewerbung Weißhäuptl.pdf", papers),
        ),
        who,
        post,
        "de",
    )


def interpretable_apple(sent: datetime) -> Sample:
    """Complete application from Apple Mail, which puts the PDF inline."""
    who, post = people.NADIA, ("postdoc/interpretable-machine-learning",)
    papers = documents.joined(
        documents.letter(who, "en", post, layout="banner", variant=2, date=sample.day(sent)),
        documents.cv(who, layout="modern", date=sample.day(sent)),
        *(documents.certificate(kind, who) for kind in ("doctorate", "master", "bachelor", "language")),
    )
    text = (
        "Dear all,\n\nI would like to apply for your PostDoc position in Interpretable Machine Learning. My"
        " documents are in the PDF below.\n\nBest wishes\nNadia\n"
    )
    return sample.accepted(
        "complete-inline",
        "complete application from Apple Mail, which puts the PDF inline",
        sample.mail(
            clients.apple,
            who,
            "PostDoc Interpretable Machine Learning",
            text,
            sent,
            ("ferreira_lobo.pdf", papers),
        ),
        who,
        post,
    )


def scanned_certificates(sent: datetime) -> Sample:
    """Letter and CV as text, the certificates as scans."""
    who, post = people.ANNELIESE, ("yig/robustness-and-reliability",)
    certificates = documents.joined(
        *(documents.certificate(kind, who, "de") for kind in ("doctorate", "master"))
    )
    papers = documents.joined(
        documents.letter(who, "de", post, variant=1, date=sample.day(sent)),
        documents.cv(who, "de", layout="sidebar", date=sample.day(sent)),
        documents.scanned(certificates),
    )
    text = (
        "Guten Tag,\n\nim Anhang finden Sie meine Bewerbung um die Nachwuchsgruppe „Robustness and"
        " Reliability"
        " Guarantees“. Die Urkunden habe ich eingescannt.\n\nFreundliche Grüße\nAnneliese Thormählen\n"
    )
    raw = sample.mail(
        clients.plain,
        who,
        "Bewerbung: Nachwuchsgruppe Robustness and Reliability Guarantees",
        text,
        sent,
        ("Bewerbungsunterlagen.pdf", papers),
    )
    return sample.accepted(
        "scanned-certificates",
        "letter and CV as text, the certificates as scans, which are read",
        raw,
        who,
        post,
        "de",
    )


def two_positions(sent: datetime) -> Sample:
    """One application for two positions, sent with Gmail."""
    who, post = people.IBRAHIM, ("postdoc/reliability-guarantees", "postdoc/privacy-and-data-governance")
    papers = documents.joined(
        documents.letter(who, "en", post, variant=1, date=sample.day(sent)),
        documents.cv(who, layout="academic", date=sample.day(sent)),
        *(documents.certificate(kind, who) for kind in ("doctorate", "bachelor", "employer")),
    )
    text = (
        "Dear members of the committee,\n\nattached is my application for two of your PostDoc positions:"
        " Reliability Guarantees for Artificial Intelligence, and Balancing Privacy Enhancing Technologies"
        " and"
        " Data Governance. I would be happy with either.\n\nYours sincerely,\nIbrahim Okonjo-Bello\n"
    )
    return sample.accepted(
        "two-positions",
        "one application for two positions, sent with Gmail",
        sample.mail(
            clients.gmail,
            who,
            "Application for two PostDoc positions",
            text,
            sent,
            ("Okonjo-Bello_Application.pdf", papers),
        ),
        who,
        post,
    )


def javascript(sent: datetime) -> Sample:
    """Complete, but the PDF runs a script when it is opened."""
    who, post = people.LEONOR, ("postdoc/interpretable-machine-learning",)
    papers = documents.with_javascript(sample.complete(who, post, "en", sent))
    text = (
        "Dear hiring committee,\n\nenclosed is my application for the PostDoc position in Interpretable"
        " Machine"
        " Learning.\n\nSincerely,\nLeonor Abrantes Cunhal\n"
    )
    raw = sample.mail(
        clients.apple,
        who,
        "Application PostDoc position Interpretable Machine Learning",
        text,
        sent,
        ("Abrantes-Application.pdf", papers),
    )
    return Sample(
        key="javascript",
        description="complete, but the PDF runs a script when it is opened",
        raw=raw,
        envelope_sender=who.login,
        login=who.login,
        outcome="review",
        positions=post,
        problems=(Problem(code="active-content"),),
        reply="received",
    )
