"""The spool against a model that counts papers: several printers, a minder with old news, staff, kills, a bad disk.

Never two papers for one (ticket, copy) without a person's release in between; never `printed` without paper; never
`held` with paper.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from hardware.document import Document, Number
from hardware.errors import DeviceError
from hardware.print_job import Job
from hardware.spool import Spool
from tests.conftest import MEMORY

SLIP = Document((Number("A001"),), "en")
PRINTERS = ("main", "spare", "third")

Name = tuple[str, int]


class Printers(RuleBasedStateMachine):
    """What several printers do with one spool."""

    news = Bundle("news")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.papers: Counter[Name] = Counter()  # since the slip was put, or a person released it
        self.hands: dict[str, Job] = {}
        self.disk_is_bad = False
        self._open()

    def _open(self) -> None:
        self.spool = Spool(self.folder / "spool.db")
        self.onlooker = Spool(self.folder / "spool.db")

    def teardown(self) -> None:
        if hasattr(self, "spool"):
            self.spool.close()
            self.onlooker.close()
            shutil.rmtree(self.folder)

    @rule(target=news, ticket=st.sampled_from(("t1", "t2", "t3")), copy=st.integers(0, 1), elsewhere=st.booleans())
    def put(self, ticket: str, copy: int, elsewhere: bool) -> Job | None:
        if self.disk_is_bad:
            return self.spool.job(ticket, copy)
        return (self.onlooker if elsewhere else self.spool).put(ticket, copy, SLIP)

    @rule(target=news, printer=st.sampled_from(PRINTERS))
    def put_test(self, printer: str) -> Job | None:
        return None if self.disk_is_bad else self.spool.put_test(printer, SLIP)

    @rule(printer=st.sampled_from(PRINTERS), any_slip=st.booleans())
    def claim(self, printer: str, any_slip: bool) -> None:
        if printer in self.hands:
            return
        try:
            job = self.spool.claim(printer, any_slip)
        except DeviceError:
            assert self.disk_is_bad
            return
        assert self.onlooker.claim(printer) is None
        if job is not None:
            assert job.wanted in ("", printer)
            assert any_slip or job.wanted
            assert all(other.id != job.id for other in self.hands.values())
            self.hands[printer] = job

    @rule(printer=st.sampled_from(PRINTERS), end=st.sampled_from(("printed", "queued", "held", "unknown", "lost")))
    def end(self, printer: str, end: str) -> None:
        job = self.hands.pop(printer, None)
        if job is None:
            return
        if end in ("printed", "lost"):
            self.papers[job.ticket, job.copy] += 1
        while True:
            try:
                moved = self.spool.move(job, "unknown" if end == "lost" else end)  # type: ignore[arg-type]
            except DeviceError:
                assert self.disk_is_bad
                self.mend_disk()  # a press pays what it owes before it does anything else
                continue
            assert moved is not None
            return

    @rule(came_out=st.booleans())
    def kill(self, came_out: bool) -> None:
        for job in self.hands.values():
            self.papers[job.ticket, job.copy] += came_out
        self.hands.clear()
        self.mend_disk()
        self.onlooker.close()
        self.spool.close()
        self._open()

    @rule(job=news, elsewhere=st.booleans())
    def hold_by_old_news(self, job: Job | None, elsewhere: bool) -> None:
        """A minder holds what it saw waiting, which may be at a printer by now."""
        if job is not None and job.state == "queued" and not self.disk_is_bad:
            (self.onlooker if elsewhere else self.spool).move(job, "held", "no printer can print")

    @rule(job=news, elsewhere=st.booleans())
    def release(self, job: Job | None, elsewhere: bool) -> None:
        if job is not None and not self.disk_is_bad:
            released = (self.onlooker if elsewhere else self.spool).release(job.id)
            if released is not None:
                self.papers[job.ticket, job.copy] = 0

    @rule(job=news, elsewhere=st.booleans())
    def drop(self, job: Job | None, elsewhere: bool) -> None:
        if job is not None and not self.disk_is_bad:
            (self.onlooker if elsewhere else self.spool).drop(job.id)

    @precondition(lambda self: not self.disk_is_bad)
    @rule()
    def forget(self) -> None:
        before = {(job.ticket, job.copy) for job in self.spool.jobs()}
        self.spool.forget(float("inf"))
        for name in before - {(job.ticket, job.copy) for job in self.spool.jobs()}:
            del self.papers[name]

    @rule()
    def break_disk(self) -> None:
        self.spool._file.read("PRAGMA query_only = ON")
        self.disk_is_bad = True

    @rule()
    def mend_disk(self) -> None:
        self.spool._file.read("PRAGMA query_only = OFF")
        self.disk_is_bad = False

    @invariant()
    def what_is_claimed_is_on_paper_once(self) -> None:
        if not hasattr(self, "spool"):
            return
        jobs = self.spool.jobs()
        for job in jobs:
            papers = self.papers[job.ticket, job.copy]
            assert papers <= 1
            if job.state in ("printed", "held", "queued"):
                assert papers == (job.state == "printed")
        assert {job.id for job in jobs if job.state == "sending"} == {job.id for job in self.hands.values()}


TestPrinters = Printers.TestCase
TestPrinters.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
