"""Everything that one branch server is made of, put together in one place."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from display_server.gate.holders import Holders
from display_server.gate.limits import Limits
from display_server.media.folder import MediaFolder
from display_server.minding.watching import Watching
from display_server.operating.metrics import Metrics
from display_server.operating.pulse import Pulse, touch
from display_server.operating.seen import Audience, EventTally, LastActs
from display_server.phone.tokens import TicketTokens
from display_server.running.other_processes import OtherProcesses
from display_server.running.threads import HERE, Runs, Threads, plainly
from display_server.signs.follower import CounterSigns
from display_server.single_sign_on.provider import Provider
from display_server.trail.daily_anchor import DailyAnchor
from display_server.voice.voices import Voices
from hardware.counter_sign import mistakes as sign_mistakes
from kiosk import alerting
from kiosk.pin import StaffPin
from kiosk.printing import Printing, mistakes
from lobby.access import STAFF
from lobby.brake import Brake
from lobby.config import Config, PrinterSetup, load
from lobby.desk import Desk
from lobby.errors import BadField, UnknownBranch
from lobby.knowledge_folder import KnowledgeFolder
from lobby.local_care import LocalCare
from lobby.outbound.outgoing import Outgoing
from lobby.queue.decisions import Actor
from lobby.queue.past import PastDay
from lobby.records.acts import Acts
from lobby.records.erasures import Erasures
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.staff import FIRST, Staff
from lobby.records.store import Store
from lobby.records.tokens import Holder, Tokens
from lobby.records.visits import Visits
from lobby.wait_room import WaitRoom

log = logging.getLogger(__name__)


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


class BranchServer:
    """One branch, its database, its printers and who may use them. `threads` do what would keep the loop waiting."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], int] = wall_clock,
        threads: Threads = HERE,
        public_url: str = "",
        printers: bool = True,
    ) -> None:
        self.folder = folder
        self.config: Config = load(folder, mistakes, sign_mistakes)
        self.clock = clock
        self.commits = threads.commits
        self.offload = threads.offload
        self.epoch = secrets.token_hex(4)
        self.public_url = self.config.public_url or public_url
        setup, server, signage = self.config.setup, self.config.server, self.config.signage

        self.store = Store.in_folder(folder, self.config.database)
        self.others = OtherProcesses(self.store, setup.id, are_allowed=server.shared)
        self.duty = self.others.duty
        self.metrics = Metrics()
        journal = Journal(self.store, setup.id, shared=self.others.are_allowed)
        self.desk = Desk(setup, journal, clock=clock, offload=self.metrics.timed(threads.commits))
        self.pulse = Pulse(lambda: self.desk.seq, self._write_and_look)
        self.tally = EventTally(self.desk)
        self.last_acts = LastActs(self.store, setup.id)
        self.audience: Callable[[], Audience] = Audience

        self.acts = Acts(self.store, setup.id)
        erasures = Erasures(folder, setup.id, self.config.retention.erasures_to)
        self.people = People(self.store, setup.id, offload=threads.commits, erasures=erasures)
        self.visits = Visits(self.store, setup.id)
        self.waits = WaitRoom(self.desk, self._past, offload=threads.foreseeing, revises=lambda: self.duty.held)
        self.daily_anchor = DailyAnchor(folder, self.store, self.desk, clock, self.config.mail, threads.offload)
        self.knowledge = KnowledgeFolder.of_branch(folder, services=setup.services)
        self.read_knowledge()
        self.media = MediaFolder.of_branch(folder)

        self.staff = Staff(self.store)
        self.tokens = Tokens(self.store)
        self._holders = Holders(self.tokens, clock, plainly, threads.commits)
        self.brake = Brake()
        provider = self.config.single_sign_on
        self.single_sign_on = Provider(provider, clock) if provider is not None else None
        self.limits = Limits(clock, server.requests_per_s)
        self.ticket_tokens = TicketTokens(self.desk, self.brake, clock)
        self.pin = StaffPin(folder)

        self.watching = Watching(self)
        self.printing = self._printers(threads.background, used=self.config.printers if printers else ())
        self.outgoing = Outgoing(
            self.desk,
            self.store,
            self.duty,
            webhooks=self.config.webhooks,
            head_office=self.config.head_office,
            notify=self.watching.courier_alert,
            clock=clock,
            offload=threads.posting,
        )
        self.signs = CounterSigns(signage.signs, self.desk, noted=lambda: self.watching.alerted(), clock=clock)
        self.voices = Voices(folder, self.desk, signage, offload=threads.offload)

    def _printers(self, background: Runs, used: tuple[PrinterSetup, ...]) -> Printing:
        """The printers of this server, whose alerts go on where the last process left them."""
        known = alerting.still_open(self.desk.state.alerts.values(), [printer.name for printer in used])
        return Printing(self.folder, used, background, self.watching.printer_alert, known)

    def stand_beside(self, spawn: Callable[[Callable[[], None]], Any]) -> None:
        """Work beside the other processes of this branch: see `OtherProcesses.stand_beside`."""
        self.others.stand_beside(self.desk, spawn)

    @property
    def id(self) -> str:
        return self.config.setup.id

    def _write_and_look(self) -> None:
        """See that the database can be written; and take in what it has though nobody was told so, as where the line
        to it was cut between a commit and its answer."""
        self.commits(lambda: touch(self.store))
        self.desk.catch_up()

    def _past(self, before: str, days: int) -> list[PastDay]:
        """The last business days before a date (ISO), as rows; what is over and is no row yet becomes some first."""
        self.visits.project(self.desk.journal, self.config.setup)
        known = [day for day in self.visits.known() if day < before][-days:]
        return list(self.visits.days(known[0], known[-1])) if known else []

    def branch_desk(self, branch: str) -> Desk:
        """The desk of the branch with this id, or `UnknownBranch`."""
        if branch != self.id:
            raise UnknownBranch(branch=branch)
        return self.desk

    def care(self, branch: str, actor: Actor) -> LocalCare:
        """The care room of the branch with this id, for one actor."""
        return LocalCare(self.branch_desk(branch), self.people, self.knowledge, actor)

    def read_knowledge(self) -> None:
        """Read what changed in the folder of answers; its document lists are what kiosk and phone show from now on."""
        now = self.clock()
        if self.knowledge.scan(now):
            for mistake in self.knowledge.mistakes:
                log.warning("knowledge: %s", mistake)
        setup = self.config.setup
        today = setup.local(now).date()
        self.desk.use(setup.with_documents(self.knowledge.library.documents(today)))

    def read_media(self) -> None:
        """Look into what changed in the folder of pictures and videos."""
        if self.media.scan():
            for name, what in self.media.mistakes:
                log.warning("media: %s: %s", name, what)

    def knows(self, name: str) -> bool:
        """Whether a colleague has this user name: an account in use, a console's token, or somebody at work today."""
        if any(member.username == name for member in self.staff.members()):
            return True
        state = self.desk.state
        at_work = {counter.teller for counter in state.counters.values()}
        at_work |= {step.teller for ticket in state.tickets.values() for step in ticket.steps}
        return name in at_work or self.tokens.is_held(name, STAFF, self.clock())

    def first_administrator(self) -> str | None:
        """On the very first start: make an administrator and return the one-time password."""
        if not self.staff.empty():
            return None
        with suppress(BadField):  # another process that starts for the first time too has made it
            return self.staff.add(FIRST, "Administrator", "administrator", self.clock())
        return None

    def holder(self, token: str) -> Holder:
        """Whom a token stands for, or `NotSignedIn`."""
        return self._holders.one(token)

    def holders(self, tokens: list[str]) -> list[Holder]:
        """Whomever these tokens stand for, without those that stand for nobody any more."""
        return self._holders.all(tokens)

    def used(self, tokens: list[str]) -> None:
        """Note that somebody is at these: a session left alone ends."""
        self._holders.used(tokens)

    def forget_holders(self) -> None:
        """Look every token up again: one was revoked, or a password changed."""
        self._holders.forget()

    def actor(self, holder: Holder) -> Actor:
        return Actor(holder.name, holder.role)

    def ticket_url(self, token: str) -> str:
        """The customer's page of a ticket; empty while nobody knows the address that phones reach, or the token."""
        return self._page(f"/t/{token}") if token else ""

    def complaint_url(self, reference: str) -> str:
        """The page of a complaint; empty as above."""
        return self._page(f"/c/{reference}")

    def _page(self, path: str) -> str:
        return f"{self.public_url.rstrip('/')}{path}" if self.public_url else ""

    def close(self) -> None:
        """Let others go on with what this one did for all, stop the printers, keep a snapshot, close the database."""
        self.others.close()
        self.printing.close()
        self.desk.close()
        self.store.close()
