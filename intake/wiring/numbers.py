"""Case numbers: short, no words, and none that a folder has."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable

from intake import ports, reconciliation
from intake.errors import IntakeError
from intake.wiring.opening import open_folders
from intake.wiring.site import Site

# No vowels, so that no case number is a word; no 0 and 1, which are read as O and I (POLICY, Names).
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"
_LENGTH = 4  # 614,656 numbers; after some clashes the ledger makes one longer (``rules.fresh_numbers``)
_LONGEST = 6  # what plan.numbers reads in a subject
_TRIED = 8  # candidates of one length, before a longer one is tried


def new_case_number(longer: int = 0) -> str:
    """A candidate for a case number; the ledger asks for another when it is taken. longer: letters more than usual,
    up to the longest that is known for a case number in a subject."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(min(_LENGTH + longer, _LONGEST)))


def case_number_of(digest: str) -> str:
    """The case number that ``check`` shows, made from a hash so that it is the same each time."""
    number, letters = int(digest, 16), []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


def candidates(site: Site, ledger: ports.Ledger) -> Callable[[], str]:
    """Candidates for case numbers: none that a folder has, known to the ledger or not. After a restore they are longer
    by one: cases of the lost time that have no folder keep theirs, too."""
    try:
        taken = {number for _, number in open_folders(site).numbered()}
    except IntakeError:  # no root, or a share that is not mounted: then nothing can be filed either
        taken = set()
    found = ledger.milestone(reconciliation.RESTORED)
    longer = json.loads(found.body)["times"] if found else 0

    def number() -> str:
        for more in itertools.count(longer):  # pragma: no branch  # 481 million have six letters
            candidates = (new_case_number(more) for _ in range(_TRIED))
            if found := next((one for one in candidates if one not in taken), ""):
                return found
        raise AssertionError("never reached")

    return number
