"""A centre on the twins of its ports, in which any effect may fail, be the last one of a life, or be crossed by a
person; and the applicants, robots and people of HR who act on it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from itertools import count
from pathlib import Path
from typing import Any

from intake import desk, post, reading, rulebook, schedule, worker
from intake.adapters import folders_memory, memory, ocr_memory, parked_memory, pdf_memory, readings_memory
from intake.adapters.ledger.memory import MemoryLedger
from intake.errors import OutcomeUnknown, Transient
from intake.journey import decide, pick, plan, route, screen, traffic
from intake.journey.lifecycle import MessageState
from intake.model import Address, Institution, Line, Outcome, PageFacts, PdfFacts, Reply, sha256
from intake.ports import MessageRecord, ReplyRecord
from intake.shared import Limits, Shared
from tests import builders

CONFIG = Path(__file__).resolve().parents[1] / "config"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OURS = "open-positions@rc-trust.ai"
MINE = "Of a person"  # a folder of the mailbox into which people put mails
NOTE = "note of a person.txt"

# Effects, and what they are asked for: whatever is not here neither fails nor ends a life.
_LEDGER = (
    "take_in", "start_mailbox", "renew_mailbox", "identify", "repoint", "put_off", "vanish", "retry", "save_plan",
    "mark_filed", "mark_moved", "announce", "settle", "give_up_expired", "direct", "close_case", "add_place",
    "drop_place", "finish_request", "report_pass", "adopt",
)  # fmt: skip
_ASKED = (
    "mailbox", "unfinished", "message", "case_of", "due_replies", "replies", "traffic", "answers", "case", "cases",
    "cases_of", "waiting_since", "requests",
)  # fmt: skip
_MAILBOX = ("open", "uids_from", "uids_since", "fetch", "move", "flags", "answered")
_FOLDERS = ("file", "refile", "read", "_retire")
_TWICE = ("move", "send")  # the one effect of which the answer may be lost, after it was done


class Killed(BaseException):
    """The end of a life, as ``kill -9`` makes it."""


@dataclass
class Snare:
    """What happens at the ``at``-th call from now on, of those of this name where one is given: ``before`` or after it."""

    at: int
    on: str = ""
    what: str = ""  # "kill", "fail", or what ``World`` does then
    before: bool = True


class Watched:
    """A part of the centre, of which some methods go by way of the world's ``called``."""

    def __init__(self, target: Any, names: tuple[str, ...], called: Callable[..., Any]) -> None:
        self._target, self._names, self._called = target, names, called

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        return functools.partial(self._called, name, found) if name in self._names else found


class Silent:
    def info(self, event: str, **fields: object) -> None: ...

    warning = error = info


@dataclass
class Written:
    """A mail that somebody wrote. ``copies``: as delivered, each with other Received fields."""

    message_id: str
    raw: bytes
    sender: str  # address
    kind: str
    files: tuple[bytes, ...] = ()
    copies: list[bytes] = field(default_factory=list)
    taken: bool = False  # a person took one of its copies out of the INBOX, or answered it
    answers: str = ""  # the Message-ID of ours that it answers


PEOPLE = tuple(
    (f"{given} {family}", f"{given}.{family}@{place}.example".lower())
    for given, family, place in (("Nadia", "Ferreira", "uni"), ("Tomasz", "Wolny", "college"), ("Aylin", "Demir", "institute"))
)  # fmt: skip
TOPICS = ("Causal Inference", "Interpretable Machine Learning")


def letter(name: str, topic: str = "") -> tuple[str, ...]:
    wanted = (f"I hereby apply for the PostDoc position in {topic}.",) if topic else ()
    return ("Dear members of the committee,", *wanted, "My motivation is to join your research center.",
            "Yours sincerely,", name)  # fmt: skip


def cv(name: str) -> tuple[str, ...]:
    return ("Curriculum Vitae", name, "Education", "2015 - 2019 University of Coimbra", "2011 - 2015 University of Porto",
            "Research experience", "2019 - 2023 Assistant", "Awards", "Teaching")  # fmt: skip


def certificate(name: str) -> tuple[str, ...]:
    return ("Certificate", "Be it known that the Rector and the Dean of the Faculty", "confer the degree of Doctor",
            f"This is to certify that {name} has successfully completed", "Registrar")  # fmt: skip


@functools.cache
def shipped() -> plan.Rules:
    book = rulebook.load(CONFIG)
    return plan.Rules(
        screen=screen.Rules(addresses=(builders.MAILBOX,)), pick=pick.Rules(), recognise=book.documents,
        route=route.Rules(groups=book.groups, positions=book.positions),
        decide=decide.Rules(positions=book.positions, max_pdf_bytes=10**7, max_pages=60), texts=book.texts,
        groups=book.groups, positions=book.positions, institution=Institution(name={"en": "Centre", "de": "Zentrum"}),
        sender=Address(address=OURS), traffic=traffic.Limits(address=8, domain=100, subject=100, hourly=100),
    )  # fmt: skip


class World:
    """Everything, with the worker's life of the moment in ``service``."""

    def __init__(self, *, delay: timedelta = timedelta(), held: frozenset[Outcome] = frozenset()) -> None:
        self.clock = memory.SettableClock(START)
        self.mailbox = memory.MemoryMailbox("main")
        self.ledger = MemoryLedger()
        self.folders = folders_memory.MemoryFolders()
        self.reader = pdf_memory.MemoryPdfReader()
        self.readings = readings_memory.MemoryReadings()
        self.parked = parked_memory.MemoryParked()
        self.sender = memory.MemorySender()
        self.rules = replace(shipped(), correction_delay=delay)
        self.held = held
        self.snare: Snare | None = None
        self.away: set[str] = set()  # parts that cannot be reached: "ledger", "mailbox", "folders", "sender"
        self.written: dict[str, Written] = {}
        self.removed: Counter[bytes] = Counter()  # copies that people have deleted
        self.touched: set[str] = set()  # cases whose folder a person has moved or changed
        self.directed: set[str] = set()  # cases about which HR has decided something
        self.released: Counter[str] = Counter()  # Message-IDs of ours that a person let go (again)
        self.kept_notes: dict[str, bytes] = {}
        self._numbers, self._tokens, self._lives, self._ids = count(2222), count(), count(), count()
        self._shared = self._made()
        self.service = self._born(interrupted=False)
        self.round()

    # --- lives ---------------------------------------------------------------------------------------

    def _made(self) -> Shared:
        ledger: Any = Watched(self.ledger, (*_LEDGER, *_ASKED), functools.partial(self._called, "ledger"))
        at_folders = functools.partial(self._called, "folders")
        self.folders._retire = functools.partial(at_folders, "_retire", self.folders._retire)  # type: ignore[method-assign]
        folders: Any = Watched(self.folders, _FOLDERS, at_folders)
        parked: Any = Watched(self.parked, ("keep", "remove"), functools.partial(self._called, "folders"))
        read = reading.Reading(self.reader, ocr_memory.MemoryOcr(), seconds=60, pages=1)
        return Shared(
            ledger=ledger, reading=read, shelf=reading.Shelf(self.readings, ledger), parked=parked, folders=folders,
            clock=self.clock, log=Silent(), number=lambda: f"C{next(self._numbers)}", token=lambda: f"t{next(self._tokens)}",
        )  # fmt: skip

    def _born(self, *, interrupted: bool) -> schedule.Service:
        """A life: nothing is known but what ledger, mailbox and folders hold."""
        owner = f"life-{next(self._lives)}"
        mailbox: Any = Watched(self.mailbox, _MAILBOX, functools.partial(self._called, "mailbox"))
        sender: Any = Watched(self.sender, ("send",), functools.partial(self._called, "sender"))
        one = worker.Worker(name="main", mailbox=mailbox, shared=self._shared, rules=self.rules,
                            limits=Limits(mail_bytes=10**7, attempts=5, held=self.held))  # fmt: skip
        outbox = post.Post(
            shared=self._shared, senders={"main": sender}, addresses={"main": OURS}, owner=owner
        )
        times = schedule.Times(poll=60, idle=False, patience=desk.Patience(waiting=timedelta(days=14)))
        return schedule.Service(shared=self._shared, workers=[one], watchers={}, post=outbox, times=times,
                                reload=lambda: None, publish=lambda: None, interrupted=interrupted)  # fmt: skip

    def _called(self, part: str, name: str, act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        """One call into a part, or what is to happen instead, before or after it."""
        snare = self.snare
        if snare is not None and snare.on in ("", name):
            snare.at -= 1
            if snare.at < 0:
                self.snare = None
                return self._caught(snare, part, name, functools.partial(act, *given, **more))
        if part in self.away:
            raise Transient(f"{part} away")
        return act(*given, **more)

    def _caught(self, snare: Snare, part: str, name: str, act: Callable[[], Any]) -> Any:
        if snare.what == "fail":
            if not snare.before and name in _TWICE:
                act()
                raise OutcomeUnknown("gone after the final dot") if name == "send" else Transient("gone")
            raise Transient(f"{part} fails")
        if snare.what != "kill":
            getattr(self, snare.what)()
            return act()
        if not snare.before:
            act()
        raise Killed

    def live(self, act: Callable[[schedule.Service], object], snare: Snare | None = None) -> None:
        """A piece of the worker's work. When it is its last one, the next life begins, by itself as far as it gets."""
        self.snare = snare if snare is not None and snare.at >= 0 else None
        try:
            act(self.service)
        except Killed:
            self.restart(interrupted=True)
        finally:
            self.snare = None

    def restart(self, *, interrupted: bool) -> None:
        """Nothing of the old life is left but what it has written. Where the ledger is away, the new one begins later,
        as under a supervisor."""
        self.snare = None
        away, self.away = self.away, self.away - {"ledger"}
        self.service = self._born(interrupted=interrupted)
        self.away = away
        self.service._begin()

    def once(self, service: schedule.Service) -> None:
        """A whole life of one pass, which ends early where the ledger is away, and is tried later as by cron."""
        try:
            service.once()
        except Transient:
            self.restart(interrupted=False)

    def look(self, service: schedule.Service) -> None:
        service._looks["main"]()

    def send(self, service: schedule.Service) -> None:
        service._sending()

    def serve(self, service: schedule.Service) -> None:
        service._serve()

    def overdue(self, service: schedule.Service) -> None:
        service._overdue()

    def round(self, snare: Snare | None = None) -> None:
        """All that follows within seconds."""
        for act in (self.serve, self.look, self.send, self.serve, self.look, self.send):
            self.live(act, snare)

    def calm(self) -> None:
        """All faults are over, and everything comes due."""
        self.away.clear()
        self.sender.failures.clear()
        for _ in range(14):
            self.clock.advance(timedelta(hours=2))
            self.live(self.overdue)
            self.round()

    # --- what arrives --------------------------------------------------------------------------------

    def pdf(self, *pages: tuple[str, ...]) -> builders.File:
        content = builders.pdf(repr(pages))
        facts = tuple(
            PageFacts(
                number=at, width=595, height=842, lines=tuple(Line(text=text, size=11) for text in lines)
            )
            for at, lines in enumerate(pages, 1)
        )
        self.reader.know(content, PdfFacts(sha256=sha256(content), size=len(content), page_count=len(facts), pages=facts))  # fmt: skip
        return builders.File(f"{sha256(content)[:6]}.pdf", content, "application/pdf")

    def write(
        self, who: int, kind: str, text: str, *files: builders.File, header: tuple[str, ...] = (), answers: str = "",
        **fields: str,
    ) -> Written:  # fmt: skip
        name, address = PEOPLE[who]
        message_id = f"<w{next(self._ids)}@{address.partition('@')[2]}>"
        more = (*header, *((f"In-Reply-To: {answers}",) if answers else ()))
        sender = fields.pop("sender", f"{name} <{address}>")
        raw = builders.thunderbird(text, files, *more, message_id=message_id, sender=sender, **fields)
        one = Written(message_id=message_id, raw=raw, sender=sender.rpartition("<")[2].rstrip(">"), kind=kind,
                      files=tuple(file.content for file in files), answers=answers)  # fmt: skip
        self.written[message_id] = one
        self.deliver(one)
        return one

    def deliver(self, one: Written) -> None:
        """The mail arrives, once more where it has."""
        trace = f"Received: from mx{len(one.copies)}.{one.sender.partition('@')[2]}\r\n".encode()
        one.copies.append(trace + one.raw)
        self.mailbox.deliver(one.copies[-1], arrived=self.clock.now())

    # --- what people do ------------------------------------------------------------------------------

    def by_hand(self, uid: int, folder: str, how: str) -> None:
        """A person moves, deletes or answers a mail."""
        raw = self.mailbox.contents(folder)[uid]
        one = self.written[str(message_from_bytes(raw)["Message-ID"])]
        if folder == "INBOX":
            one.taken = True
        if how == "answer":
            self.mailbox.flag(uid, "\\Answered", folder)
            one.taken = True
            return
        self.mailbox.remove(uid, folder)
        if how == "move":
            self.mailbox.deliver(raw, arrived=START, folder=MINE)
        else:
            self.removed[raw] += 1

    def take_first(self) -> None:
        """A person moves the first mail of the INBOX away, just now."""
        for uid in list(self.mailbox.contents())[:1]:
            self.by_hand(uid, "INBOX", "move")

    def rebuild(self) -> None:
        self.mailbox.rebuild()

    def renumber(self) -> None:
        """A rebuild that gives every mail another UID, of which some were others' before."""
        self.mailbox.rebuild()
        inbox = self.mailbox._folders["INBOX"]
        inbox.messages = dict(enumerate(inbox.messages.values(), 1))
        inbox.next_uid = len(inbox.messages) + 1

    def move_folder(self, path: str, case: str) -> None:
        self.touched.add(case)
        for old in [one for one in self.folders.files if one.startswith(f"{path}/")]:
            self.folders.files["By hand/" + old.replace("/", " - ", path.count("/"))] = (
                self.folders.files.pop(old)
            )

    def annotate(self, path: str) -> None:
        note = f"for {path}".encode()
        self.kept_notes[path] = note
        self.folders.files[f"{path}/{NOTE}"] = note

    def ask(self, wish: str, case: str, **more: str) -> None:
        self.directed.add(case)
        self.ledger.ask(
            who="hr", what="case", arguments={"case": case, "wish": wish, **more}, now=self.clock.now()
        )

    # --- what there is -------------------------------------------------------------------------------

    def messages(self) -> list[MessageRecord]:
        return list(self.ledger._messages.values())

    def alive(self, message_id: str) -> list[MessageRecord]:
        """Its messages that are not gone."""
        mine = (one for one in self.messages() if one.message_id == message_id)
        return [one for one in mine if one.state is not MessageState.GONE]

    def accepted(self) -> list[Reply]:
        """What the server took from us, in order."""
        return [one.reply for one in self.sender.accepted]

    def replies(self) -> list[ReplyRecord]:
        return self.ledger.replies()

    def filed_of(self, case: str) -> dict[str, bytes]:
        """The files in the folders of a case, by path."""
        return {path: raw for path, raw in self.folders.files.items() if f"[{case}]" in path.rpartition("/")[0]}  # fmt: skip

    def everywhere(self) -> Counter[bytes]:
        """Every mail that lies anywhere in the mailbox."""
        return Counter(raw for name in self.mailbox._folders for raw in self.mailbox.contents(name).values())


def answered(reply: Reply) -> str:
    """The Message-ID that a reply of ours answers."""
    return str(message_from_bytes(reply.raw)["In-Reply-To"] or "")
