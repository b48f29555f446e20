"""Who answers applicants: the institution, when it looks and reminds, which replies leave, and to whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from intake.model import Outcome
from intake.settings import table

Mode = Literal["send", "hold"]
SeveralPdfs = Literal["ask", "merge"]
ByLanguage = dict[Literal["en", "de"], str]


class Institution(table.Table):
    """Who writes, and whom to ask. Every reply names them; `intake config check` names what is empty."""

    name: ByLanguage = Field(
        default={
            "en": "Research Center Trustworthy Data Science and Security",
            "de": "Research Center Trustworthy Data Science and Security",
        },
        description="Name of the institution, by language.",
    )
    address: str = Field(default="", description="Postal address, on one line.")
    contact: str = Field(default="", description="Name of the person or office that answers questions.")
    contact_email: str = Field(
        default="", description="Where questions go; not the mailbox that intake reads."
    )
    privacy_notice: str = Field(default="", description="Web address of the privacy notice for applicants.")
    secure_upload: str = Field(
        default="",
        description="Web address where confidential files can be handed in; offered for locked files.",
    )
    time_zone: str = Field(
        default="Europe/Berlin", description="Deadlines end, and times are told, in this zone."
    )


class Schedule(table.Table):
    """When to look. The server wakes us where it can (IMAP IDLE); we look at these times all the same."""

    poll_seconds: Annotated[int, Field(ge=5, le=3600)] = Field(
        default=60, description="Look for new mail this often."
    )
    idle: bool = Field(default=True, description="Let the server wake us between two looks.")
    waiting_days: Annotated[int, Field(ge=1)] = Field(
        default=14,
        description="A case that waits for its applicant this long without an answer goes to a person.",
    )

    position_days: Annotated[int, Field(ge=1)] = Field(
        default=3,
        description="A complete application whose position is not known waits this long for the answer.",
    )
    reminder_days: Annotated[int, Field(ge=0)] = Field(
        default=7,
        description="Who has not answered a correction for so long is reminded, once; 0 for never. Two days "
        "before a deadline it is done earlier.",
    )
    correction_delay: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0,
        description="Seconds for which corrections wait: what one sender mails meanwhile is judged together and "
        "gets one reply.",
    )


class Replies(table.Table):
    """Whether replies leave by themselves."""

    mode: Mode = Field(
        default="send",
        description='"hold": replies wait for `intake outbox release`, but for those that follow from a person\'s '
        "`intake case`, which leave at once; start a real mailbox so.",
    )
    hold: tuple[Outcome, ...] = Field(
        default=(),
        description='The same for some replies although mode is "send", by outcome: "accepted" (acknowledgement and '
        'known), "correction" (correction and reminder), "redirected", "review" (received and withdrawn). A case '
        "whose correction or redirection is held is for review; the other outcomes have no replies.",
    )
    per_address_daily: Annotated[int, Field(ge=1)] = Field(
        default=6,
        description="No more replies than this to one address in 24 hours; further mails go to a person.",
    )
    per_domain_daily: Annotated[int, Field(ge=1)] = Field(
        default=200,
        description="Replies to one domain beyond this in 24 hours wait for `intake outbox release`.",
    )
    per_subject_daily: Annotated[int, Field(ge=1)] = Field(
        default=200,
        description="The same for mails with one subject, whoever writes them. Applicants often share one.",
    )
    hourly: Annotated[int, Field(ge=1)] = Field(
        default=300, description="The same for all replies in one hour: more is no run on a deadline."
    )

    def held(self) -> frozenset[Outcome]:
        """The outcomes whose replies wait for a person."""
        return frozenset(Outcome) if self.mode == "hold" else frozenset(self.hold)


class Screening(table.Table):
    """Whom never to answer, and what is taken for one application. Phrases and weights of recognition are in
    documents.toml."""

    several_pdfs: SeveralPdfs = Field(
        default="ask",
        description="Several PDFs in one mail: ask the applicant for one file, or merge them for HR (the originals "
        "stay beside it; signed or damaged ones are never joined).",
    )
    staff: tuple[str, ...] = Field(
        default=(), description="Addresses of colleagues: filed, never answered. Never a whole domain."
    )
