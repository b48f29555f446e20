"""A later mail of a case: what it means for the case, and the case's next plan.

A case gathers all that its applicant sends for it. Which case a mail belongs to is proved before (by our
Message-ID, or by the case number with the address); here only the mail is judged, and the case anew with it.
``meaning`` says what a mail is; ``Papers`` are the PDFs of old and new, judged by what they hold together;
``without_file`` and ``with_papers`` make the plan. Nothing here ends an application: what is not clear goes
to a person.
"""

from __future__ import annotations

from intake.journey.conversation.following import Moment, with_papers, without_file
from intake.journey.conversation.meaning import Event, Meaning, Standing, again, meaning
from intake.journey.conversation.papers import (
    JOINED,
    Paper,
    Papers,
    apart,
    facts_of,
    joined,
    of_another,
    old_paper,
    papers,
)

__all__ = [
    "JOINED",
    "Event",
    "Meaning",
    "Moment",
    "Paper",
    "Papers",
    "Standing",
    "again",
    "apart",
    "facts_of",
    "joined",
    "meaning",
    "of_another",
    "old_paper",
    "papers",
    "with_papers",
    "without_file",
]
