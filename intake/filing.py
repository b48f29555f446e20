"""Carries out the plan of one message: files it, queues its reply, moves it in its mailbox."""

from __future__ import annotations

from collections.abc import Callable

from intake.arrivals import Arrivals
from intake.correspondence import SUMMARY, Correspondence
from intake.fetching import Fetching
from intake.journey import plan
from intake.model import Plan
from intake.parking import Parking
from intake.ports import INBOX, Mailbox, MessageRecord, Place
from intake.shared import Shared


class Filing:
    """For the messages of one mailbox. ``queued`` is called when a reply may have been queued."""

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        shared: Shared,
        arrivals: Arrivals,
        fetching: Fetching,
        parking: Parking,
        letters: Correspondence,
        queued: Callable[[], None],
    ) -> None:
        self._mailbox = mailbox
        self._shared = shared
        self._ledger = shared.ledger
        self._arrivals = arrivals
        self._fetching = fetching
        self._parking = parking
        self._letters = letters
        self._queued = queued

    def file(self, record: MessageRecord, opening: plan.Opening | None) -> None:
        """PLANNED -> FILED: every folder whole or not at all, then one transaction queues the reply."""
        planned = record.plan
        assert planned is not None

        # Called only for what does not lie there yet: all else needs no mail, which may have been moved since.
        def contents(wanted: str) -> bytes:
            nonlocal opening
            opening = opening or self._fetching.again(record)
            self._ledger.assure(record.id)
            return self._letters.contents(planned, opening)(wanted)

        self._ledger.assure(record.id)
        if record.done and self._is_taken_away(planned):  # time has decided; it stays as a person left it
            self._shared.log.info("folder moved by a person", case=record.case)
        elif planned.filed_before:
            self._shared.folders.refile(planned.filed_before, planned.folders, contents)
        else:
            for folder in planned.folders:
                self._shared.folders.file(folder, contents)
        self._ledger.mark_filed(record.id, now=self._shared.clock.now())
        self._queued()

    def _is_taken_away(self, planned: Plan) -> bool:
        """Whether a person has taken the folders of a filed case to where we do not look for them."""
        places = (*planned.filed_before, *(folder.path for folder in planned.folders))
        read = self._shared.folders.read
        return bool(planned.filed_before) and all(read(f"{one}/{SUMMARY}") is None for one in places)

    def move(self, record: MessageRecord) -> None:
        """FILED -> DONE. The reply is in the outbox by now: a move that fails never keeps it back."""
        assert record.plan is not None
        place = record.place
        if place.folder == INBOX and self._arrivals.is_void(record):
            self._arrivals.await_return(record)
            place = Place(folder=INBOX)  # to be known by its Message-ID
        self._ledger.assure(record.id)
        moved = self._moved(record, place)
        self._parking.let_go(record)  # before it is done: nobody comes back to a message that is
        self._ledger.mark_moved(record.id, place=moved, now=self._shared.clock.now())
        if moved is None:
            self._shared.log.info("moved by a person", case=record.case)

    def _moved(self, record: MessageRecord, place: Place) -> Place | None:
        assert record.plan is not None
        folder = record.plan.mailbox_folder
        return self._mailbox.move(place, folder, message_id=record.message_id, size=record.size)
