"""Watches the folder of suspected junk beside a mailbox (POLICY, Automatic is not worthless).

What may be an application is filed for a person; it is never answered and never moved. Of all the rest
nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from intake.arrivals import JunkArrivals
from intake.errors import FolderMissing, Permanent
from intake.fetching import Fetching
from intake.filing import Filing
from intake.journey import plan
from intake.model import Message
from intake.ports import MessageRecord, Place
from intake.shared import Shared
from intake.worker import Worker


class JunkFetching(Fetching):
    """What lies there is read as what may be an application."""

    def opening(self, record: MessageRecord, message: Message, rules: plan.Rules) -> plan.Opening:
        """The message read and screened so."""
        return plan.examine_junk(message, rules, folder=record.place.folder)


class JunkFiling(Filing):
    """What was filed stays where it is in the mailbox."""

    def _moved(self, record: MessageRecord, place: Place) -> Place:  # noqa: ARG002  # nowhere
        return record.place


class JunkWorker(Worker):
    """The worker of one such folder, on a mailbox that reads it."""

    _fetches = JunkFetching
    _files = JunkFiling

    def look(self) -> int:
        """As of any mailbox. An account may have no such folder."""
        try:
            return super().look()
        except FolderMissing:
            return 0

    def _prove(self) -> None:
        """What proves that replies have left comes into the INBOX; what lies here by mistake is seen with the rest."""

    def _watched(self, shared: Shared) -> JunkArrivals:
        return JunkArrivals(self._mailbox, name=self.name, ledger=shared.ledger, clock=shared.clock, log=shared.log,
                            number=shared.number, wanted=self._is_worth_listing)  # fmt: skip

    def _coming(self, records: Sequence[MessageRecord]) -> list[int]:  # noqa: ARG002  # few, and not of the day
        return []

    def _is_worth_listing(self, uid: int) -> bool:
        self._heed_stop()
        try:
            found = self._mailbox.fetch([uid], largest=self._limits.mail_bytes)
        except Permanent:
            self._shared.log.warning("junk not read", mailbox=self.name, uid=uid)
            return False
        # First, since a copy proves something, and as an automatic mail of ours it is never worth listing.
        return any(not self._proofs.is_copy(one) and plan.worth_listing(one, self.rules) for one in found)
