"""config/intake.toml: who we are, the mailbox, the schedule, filing, limits and where state lies.

Every key is documented where it is defined; config/intake.toml is generated from here by
scripts/example_config.py and a test compares the two. Paths are relative to the folder that holds
the configuration folder, so that ``./config`` and ``./var`` lie side by side.

``signing_in``, ``mailbox``, ``answering`` and ``machine`` define the tables; ``whole`` puts them together,
reads the file and checks what no table can check of itself.
"""

from intake.settings.answering import ByLanguage, Institution, Mode, Replies, Schedule, Screening, SeveralPdfs
from intake.settings.machine import Dispatch, Filing, Limits, State
from intake.settings.mailbox import Auth, Mailbox, Proof, Unproven
from intake.settings.signing_in import Flow, OAuth2, Security, Server
from intake.settings.table import FILE
from intake.settings.whole import Settings, base, endings, load, today

__all__ = [
    "FILE",
    "Auth",
    "ByLanguage",
    "Dispatch",
    "Filing",
    "Flow",
    "Institution",
    "Limits",
    "Mailbox",
    "Mode",
    "OAuth2",
    "Proof",
    "Replies",
    "Schedule",
    "Screening",
    "Security",
    "Server",
    "Settings",
    "SeveralPdfs",
    "State",
    "Unproven",
    "base",
    "endings",
    "load",
    "today",
]
