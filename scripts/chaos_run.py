"""Carries out the scenarios: lives that are struck, lives that recover, and the count behind each installation."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from intake.journey.lifecycle import ReplyState
from scripts import chaos_count, chaos_site
from scripts.chaos_lives import Life, Nursery
from scripts.chaos_mails import CONVERSATIONS, Applicant
from scripts.chaos_points import Scenario
from scripts.chaos_site import Site
from tests.acceptance.house import House

TOGETHER = 10  # scenarios that share an installation: its first start takes a second
_RECOVERIES = 8  # lives until all must be quiet
_AHEAD = 90.0  # seconds: what waits half a minute for its next try is due in the next life


@dataclass(kw_only=True)
class Report:
    """What came of the scenarios. failed: sentences."""

    kills: Counter[str] = field(default_factory=Counter)
    found: dict[str, Counter[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    lives: int = 0

    def add(self, point: str, figures: Counter[str]) -> None:
        self.found.setdefault(point, Counter()).update(figures)


class Run:
    """Scenarios on one site, so many at a time."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turn = threading.Lock()
        self.report = Report()

    def all(self, scenarios: Sequence[Scenario], *, at_once: int = 2) -> Report:
        waiting: queue.SimpleQueue[Sequence[Scenario] | None] = queue.SimpleQueue()
        for some in (*grouped(scenarios), *[None] * at_once):
            waiting.put(some)

        def work() -> None:
            try:
                with Nursery() as nursery:
                    while some := waiting.get():
                        _House(self._site, nursery, self.report, self._turn).carry_out(some)
            except Exception as exc:  # noqa: BLE001 - whatever ends a thread makes the run fail
                self._say(f"the harness broke: {type(exc).__name__}: {exc}")

        threads = [threading.Thread(target=work) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.report

    def _say(self, sentence: str) -> None:
        with self._turn:
            self.report.failed.append(sentence)


def grouped(scenarios: Sequence[Scenario]) -> Iterator[Sequence[Scenario]]:
    """Those that can share an installation, a few at a time; some have one of their own."""
    kinds: dict[tuple[object, ...], list[Scenario]] = {}
    for number, one in enumerate(scenarios):
        kinds.setdefault((one.server, one.parked, number if one.start or one.alone else None), []).append(one)
    for some in kinds.values():
        for start in range(0, len(some), TOGETHER):
            yield some[start : start + TOGETHER]


class _House:
    """One installation and its scenarios, one after the other."""

    def __init__(self, site: Site, nursery: Nursery, report: Report, turn: threading.Lock) -> None:
        self._site, self._nursery, self._report, self._turn = site, nursery, report, turn
        self._house: House
        self._mails = 0

    def carry_out(self, scenarios: Sequence[Scenario]) -> None:
        more = "[limits]\npdf_processes = 1\nocr_processes = 1\n"
        more += "attempts = 1\n" if scenarios[0].parked else ""
        self._house = self._site.house(server=scenarios[0].server, more=more)
        if scenarios[0].start:
            self._struck(scenarios[0])
        self._live()
        applicants = [
            Applicant(number=number, kind=one.kind, account=self._site.account())
            for number, one in enumerate(scenarios)
        ]
        self._prepare(applicants)
        for scenario, applicant in zip(scenarios, applicants, strict=True):
            self._play(scenario, applicant)
        books = chaos_count.Books(self._house, self._site)
        for scenario, applicant in zip(scenarios, applicants, strict=True):
            found = books.of(applicant)
            with self._turn:
                self._report.add(scenario.point, chaos_count.outcome([found]))
                self._report.failed += [f"{scenario}: {said}" for said in _sentences(found)]
        for sentence in chaos_count.installation(self._house, self._nursery, self._mails):
            self._fail(f"after {scenarios[0].point} ... {scenarios[-1].point}: {sentence}")

    def _prepare(self, applicants: Sequence[Applicant]) -> None:
        """The first mails of conversations, all in one life."""
        talking = [one for one in applicants if one.kind in CONVERSATIONS]
        for one in talking:
            self._deliver(one.first())
        if talking:
            self._live()

    def _play(self, scenario: Scenario, applicant: Applicant) -> None:
        self._set_out(applicant)
        if scenario.first:
            self._struck(scenario, at=scenario.first)
        if scenario.late:
            self._finish()
            self._send_on()
        if not scenario.start:
            self._struck(scenario)
        if scenario.again:
            self._struck(scenario, wanted=False)
        for _ in range(_RECOVERIES):
            self._finish()
            if not self._send_on():
                break
        else:
            self._fail(f"{scenario}: given up again whenever it is sent on its way")

    def _set_out(self, applicant: Applicant) -> None:
        """What the blow is to meet on its way."""
        if applicant.kind not in CONVERSATIONS:
            raw = applicant.first()
            for _ in range(applicant.expected.copies):
                self._deliver(raw)
            return
        asked = self._house.answer(applicant.account)
        if applicant.kind == "decided":
            case = asked["Subject"].rpartition("[")[2].partition("]")[0]
            self._ask("case", case=case, wish="accept", positions="", note="looked at it")
            applicant.decided = True
        else:
            self._deliver(applicant.second(asked))

    def _deliver(self, raw: bytes) -> None:
        self._house.home.append(self._house.bot.login, raw)
        self._mails += 1

    def _ask(self, what: str, **arguments: str) -> None:
        with chaos_site.ledger(self._house) as ledger:
            ledger.ask(who="hr", what=what, arguments=arguments, now=datetime.now(UTC))

    def _send_on(self) -> bool:
        """A person sends what was given up on its way again. False when there is nothing."""
        with chaos_site.ledger(self._house) as ledger:
            parked = ledger.parked("main")
        for one in parked:
            self._ask("retry", message=str(one.id))
        return bool(parked)

    def _struck(self, scenario: Scenario, *, at: str = "", wanted: bool = True) -> None:
        """A life that ends at a point. It must get there if it is ``wanted``."""
        point = at or scenario.point
        life = self._live(at=point, nth=1 if at else scenario.nth)
        if life.killed:
            with self._turn:
                self._report.kills[scenario.point] += 1
        elif wanted:
            self._fail(f"{scenario}: {point} was never reached (exit status {life.status})")

    def _finish(self) -> None:
        """Lives that nobody strikes, until all is quiet."""
        for number in range(_RECOVERIES):
            self._live(ahead=number * _AHEAD)
            if self._is_quiet() and not (self._site.proves and self._is_unsure()) and self._is_tidy():
                return
        if not self._is_quiet():
            self._fail("the lives after a kill do not come to an end")

    def _is_tidy(self) -> bool:
        """Whether every copy of a reply has come and been taken away: else the next blow would fall on one of them."""
        self._site.delivered()
        return self._house.inbox() == self._house.mails()

    def _is_unsure(self) -> bool:
        with chaos_site.ledger(self._house) as ledger:
            return bool(ledger.replies(states=(ReplyState.UNKNOWN,)))

    def _is_quiet(self) -> bool:
        with chaos_site.ledger(self._house) as ledger:
            now = datetime.max.replace(tzinfo=UTC)
            states = (ReplyState.QUEUED, ReplyState.SENDING)
            return not (
                ledger.unfinished("main", now=now, limit=1)
                or ledger.replies(states=states)
                or ledger.requests()
            )

    def _live(self, *, at: str = "", nth: int = 1, ahead: float = 0.0) -> Life:
        life = self._nursery.live(self._house.root, at=at, nth=nth, ahead=ahead)
        with self._turn:
            self._report.lives += 1
        if life.left:
            self._fail(f"{at or 'a life'}: {len(life.left)} processes outlived their worker")
        if not at and life.status:
            self._fail(
                f"a life that nobody struck ended with {life.status}; see {self._house.root}/lives.log"
            )
        return life

    def _fail(self, sentence: str) -> None:
        with self._turn:
            self._report.failed.append(sentence)


def _sentences(found: chaos_count.Found) -> Iterator[str]:
    yield from found.wrong
    for what in ("lost", "twice", "doubled"):
        if number := getattr(found, what):
            yield f"{number} {what}"
