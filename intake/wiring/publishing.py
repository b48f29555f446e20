"""The pages and the workbook for HR, written when they have changed."""

from __future__ import annotations

from intake import ports, reports
from intake.journey.lifecycle import ReplyState
from intake.model import sha256
from intake.reports import board
from intake.shared import Shared
from intake.wiring.reloading import Reloader
from intake.wiring.site import Installation, mailboxes


class Publisher:
    """Writes the board pages and the sheet from the ledger; a page that has not changed is left alone."""

    def __init__(self, installation: Installation, shared: Shared, rules: Reloader) -> None:
        self._installation = installation
        self._shared = shared
        self._rules = rules
        self._written: dict[str, str] = {}
        self._kept = reports.Kept()

    def __call__(self) -> None:
        """Write what has changed. Raises Transient or Permanent when a page cannot be written."""
        book, ledger = self._rules.rulebook, self._shared.ledger
        pages = reports.pages(
            ledger.filed(),
            positions=book.positions,
            groups=book.groups,
            institution=self._installation.institution,
            desk=desk_of(self._installation, ledger),
            now=self._shared.clock.now(),
            kept=self._kept,
        )
        for path, content in pages.items():
            if self._written.get(path) != sha256(content):
                self._shared.folders.write_page(path, content)
                self._written[path] = sha256(content)


def desk_of(installation: Installation, ledger: ports.Ledger) -> board.Desk:
    """What waits for a person, over all mailboxes."""
    counts = [ledger.counts(name) for name in mailboxes(installation)]
    replies = ledger.replies(states=(ReplyState.HELD, ReplyState.FAILED, ReplyState.UNKNOWN))
    states = [one.state for one in replies]
    return board.Desk(
        parked=sum(one.get("parked", 0) for one in counts),
        inquiries=sum(one.get("inquiries", 0) for one in counts),
        in_work=sum(one.get("in work", 0) for one in counts),
        before=sum(one.get("before-our-time", 0) for one in counts),
        held=states.count(ReplyState.HELD),
        failed=states.count(ReplyState.FAILED),
        unknown=sum(one.state is ReplyState.UNKNOWN and not one.sought for one in replies),
    )
