"""Sample mails that are no application to this centre: another employer's post, robots, a question."""

from __future__ import annotations

from datetime import date, datetime

from intake.demo import clients, people
from intake.demo.clients import Draft
from intake.demo.samples import sample
from intake.demo.samples.sample import Problem, Sample

PORTAL_DEADLINE = date(2025, 12, 15)
"""Last day of ANR 5157; before it the portal is the answer, after it the position is closed."""


def portal_position(sent: datetime) -> Sample:
    """For a position that takes applications through a portal only."""
    who, position = people.AYLIN, "rub/anr-5157"
    code = "apply-elsewhere" if sent.date() <= PORTAL_DEADLINE else "position-closed"
    text = (
        "Dear Professor,\n\nI would like to apply for the position of Research associate with the reference"
        " number ANR 5157. My documents are attached.\n\nKind regards,\nAylin Demirsoy\n"
    )
    raw = sample.mail(
        clients.gmail,
        who,
        "Application ANR 5157 Research associate",
        text,
        sent,
        ("Demirsoy_ANR5157.pdf", sample.complete(who, (position,), "en", sent)),
    )
    return Sample(
        key="portal-position",
        description="for a position that takes applications through a portal only",
        raw=raw,
        envelope_sender=who.login,
        login=who.login,
        outcome="redirected",
        positions=(position,),
        problems=(Problem(code=code, position=position),),
        reply="redirected",
    )


def out_of_office(sent: datetime) -> Sample:
    """An automatic reply, which must never be answered."""
    draft = Draft(
        sender="Dr. Ruprecht Wolkenhauer",
        address="r.wolkenhauer@example.org",
        sent=sent,
        subject="Automatische Antwort: Seminar am Donnerstag",
        text="Vielen Dank für Ihre Nachricht. Ich bin bis zum Monatsende nicht im Büro und lese meine Mails"
        " nicht regelmäßig. In dringenden Fällen wenden Sie sich bitte an das Sekretariat.\n",
    )
    return Sample(
        key="out-of-office",
        description="an automatic reply, which must never be answered",
        raw=clients.automatic_reply(draft),
        envelope_sender=draft.address,
        login=draft.address,
        outcome="ignored",
    )


def bounce(sent: datetime) -> Sample:
    """A delivery failure report with the null sender."""
    draft = Draft(
        sender="Mail Delivery System",
        address="mailer-daemon@example.net",
        sent=sent,
        subject="Undelivered Mail Returned to Sender",
        text="This is the mail system at host mail.example.net.\n\nI'm sorry to have to inform you that your"
        " message could not be delivered to one or more recipients.\n",
    )
    return Sample(
        key="bounce",
        description="a delivery failure report with the null sender",
        raw=clients.bounce(draft, "nobody.there@example.net"),
        envelope_sender="",
        outcome="ignored",
    )


def question(sent: datetime) -> Sample:
    """A question before applying, for a person to answer."""
    draft = Draft(
        sender="Theodora Vasquez-Lind",
        address="t.vasquezlind@example.com",
        sent=sent,
        subject="Is the position still open?",
        text="Hello,\n\nI saw your advertisement for a PostDoc in Interpretable Machine Learning on a mailing"
        " list. Is the position still open, and would it be possible to start in"
        " autumn?\n\nThanks,\nTheodora\n",
    )
    return Sample(
        key="question",
        description="a question before applying, for a person to answer",
        raw=clients.plain(draft),
        envelope_sender=draft.address,
        login=draft.address,
        outcome="inquiry",
    )
