"""Everything that one branch server is made of, put together in one place.

`offload` runs blocking work (commits, password hashing, drawing paper) away from the server's loop; in tests and
plain processes it simply runs it.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from display_server.gate.limits import Limits
from display_server.media.folder import MediaFolder
from display_server.operating.metrics import Metrics
from display_server.operating.pulse import Pulse, touch
from display_server.operating.seen import Audience, EventTally, LastActs
from display_server.phone.tokens import TicketTokens
from display_server.signs.follower import CounterSigns
from display_server.single_sign_on.provider import Provider
from display_server.trail.daily_anchor import DailyAnchor
from display_server.voice.voices import Voices
from display_server.watching import Watching
from hardware.counter_sign import mistakes as sign_mistakes
from kiosk import alerting
from kiosk.pin import StaffPin
from kiosk.printing import Printing, mistakes
from lobby.access import STAFF
from lobby.brake import Brake
from lobby.config import Config, load
from lobby.desk import Desk
from lobby.errors import BadField, LobbyError, NotSignedIn, StorageFull, UnknownBranch
from lobby.knowledge_folder import KnowledgeFolder
from lobby.local_care import LocalCare
from lobby.outbound.post_room import PostRoom
from lobby.outbound.ship_room import ShipRoom
from lobby.queue.decisions import Actor
from lobby.queue.past import PastDay
from lobby.records.acts import Acts
from lobby.records.duty import Duty, SharedDuty
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.staff import FIRST, Staff
from lobby.records.store import Store
from lobby.records.tokens import CODES, SESSION, Holder, Tokens
from lobby.records.visits import Visits
from lobby.wait_room import WaitRoom

if TYPE_CHECKING:
    from lobby.records.following import Following

VOLUME = "kiosk-volume"
"""The file beside the branch file that holds what staff set."""

HOLDER_CACHE_MS = 3000
"""For how long a token that was found good is not looked up again; a revoked one is refused after that."""


NOTE_SESSION_MS, NOTE_DEVICE_MS = 60_000, 3_600_000
"""How often it is written down that a session, or a device's token, is in use."""


log = logging.getLogger(__name__)


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def _plainly(work: Callable[[], Any]) -> Any:
    return work()


class BranchServer:
    """One branch, its database, its printers and who may use them."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], int] = wall_clock,
        commits: Callable[[Callable[[], Any]], Any] = _plainly,
        offload: Callable[[Callable[[], Any]], Any] = _plainly,
        background: Callable[[Callable[[], Any]], Any] = _plainly,
        posting: Callable[[Callable[[], Any]], Any] = _plainly,
        foreseeing: Callable[[Callable[[], Any]], Any] = _plainly,
        public_url: str = "",
        printers: bool = True,
    ) -> None:
        self.folder = folder
        self.config: Config = load(folder, mistakes, sign_mistakes)
        self.clock = clock
        self.commits = commits
        self.offload = offload
        self.epoch = secrets.token_hex(4)
        self.public_url = self.config.public_url or public_url
        self.store = Store.in_folder(folder, self.config.database)
        setup = self.config.setup
        self.metrics = Metrics()
        self.shared = self.config.server.shared and self.store.is_postgresql
        journal = Journal(self.store, setup.id, shared=self.shared)
        self.desk = Desk(setup, journal, clock=clock, offload=self.metrics.timed(commits))
        self.duty = SharedDuty(self.store, setup.id) if self.shared else Duty()
        self.pulse = Pulse(lambda: self.desk.seq, self._write_and_look)
        self.tally = EventTally(self.desk)
        self.last_acts = LastActs(self.store, setup.id)
        self.audience: Callable[[], Audience] = Audience
        self.acts = Acts(self.store, setup.id)
        self.people = People(self.store, setup.id, offload=commits)
        self.visits = Visits(self.store, setup.id)
        self.waits = WaitRoom(self.desk, self._past, offload=foreseeing, revises=lambda: self.duty.held)
        self.knowledge = KnowledgeFolder.of_branch(folder, services=setup.services)
        self.read_knowledge()
        self.media = MediaFolder.of_branch(folder)
        self.staff = Staff(self.store)
        self.tokens = Tokens(self.store)
        self.watching = Watching(self)
        self.pin = StaffPin(folder)
        self._volume = folder / VOLUME
        used = self.config.printers if printers else ()
        known = alerting.still_open(self.desk.state.alerts.values(), [printer.name for printer in used])
        self.printing = Printing(folder, used, background, self.watching.printer_alert, known)
        self.post_room = PostRoom(
            self.config.webhooks,
            setup.id,
            self.desk.journal,
            self.store,
            People(self.store, setup.id).read,
            alerts=self.desk.state.alerts.values(),
            notify=self.watching.courier_alert,
            clock=clock,
            live=lambda: self.duty.held and not self.desk.state.rehearsal,
            offload=posting,
        )
        self.desk.follow(self.post_room.wake)
        self.duty.follow(self.post_room.wake)
        self.shipping = ShipRoom(
            self.config.head_office,
            self.desk.journal,
            lambda: self.desk.setup,
            alerts=self.desk.state.alerts.values(),
            notify=self.watching.courier_alert,
            clock=clock,
            live=lambda: self.duty.held and not self.desk.state.rehearsal,
            offload=posting,
        )
        self.desk.follow(self.shipping.wake)
        self.duty.follow(self.shipping.wake)
        self.daily_anchor = DailyAnchor(folder, self.store, self.desk, clock, self.config.mail, offload)
        self.signs = CounterSigns(
            self.config.signage.signs, self.desk, noted=lambda: self.watching.alerted(), clock=clock
        )
        self.voices = Voices(folder, self.desk, self.config.signage)
        self.brake = Brake()
        provider = self.config.single_sign_on
        self.single_sign_on = Provider(provider, clock) if provider is not None else None
        self.limits = Limits(clock, self.config.server.requests_per_s)
        self.ticket_tokens = TicketTokens(self.desk, self.brake, clock)
        self._holders: dict[str, tuple[int, Holder]] = {}
        self._following: Following | None = None
        self._held = ExitStack()

    def stand_beside(self, spawn: Callable[[Callable[[], None]], Any]) -> None:
        """Work beside the other processes of this branch, where the branch file says that there are any (`BranchLocked`
        when there are though it does not): `spawn` runs what follows them on a thread (or greenlet) of its own, until
        `close`."""
        if not self.store.is_postgresql:
            return
        from lobby.records.following import Following  # needs PostgreSQL's driver, an extra
        from lobby.records.serving import Serving

        serving = Serving(self.store.url, self.id, shared=self.shared)
        self._held.callback(serving.close)
        spawn(serving.run)
        if not isinstance(self.duty, SharedDuty):
            return
        self._following = Following(self.store, self.desk.journal, self.desk.catch_up)
        spawn(self._following.run)
        spawn(self.duty.run)

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
        now = self.clock()
        known = self._holders.get(token)
        if known is not None and known[0] > now:
            return known[1]
        self._holders.pop(token, None)
        found = self.tokens.holder(token, now) if token else None
        if found is None or found.kind in CODES:
            raise NotSignedIn()
        if len(self._holders) > 10_000:
            self._holders.clear()
        self._holders[token] = (now + HOLDER_CACHE_MS, found)
        return found

    def holders(self, tokens: list[str]) -> list[Holder]:
        """Whomever these tokens stand for, without those that stand for nobody any more."""
        found = []
        for token in tokens:
            with suppress(NotSignedIn):
                found.append(self.holder(token))
        return found

    def used(self, tokens: list[str]) -> None:
        """Note that somebody is at these: a session left alone ends. At most once a minute, a device's once an hour."""
        now = self.clock()
        for token in tokens:
            until, found = self._holders.get(token, (0, None))
            if found is None or now - found.used_at < (NOTE_SESSION_MS if found.kind == SESSION else NOTE_DEVICE_MS):
                continue
            self._holders[token] = (until, replace(found, used_at=now))
            with suppress(LobbyError):  # a full disk does not keep those out who come to see to it
                self.commits(partial(self.tokens.touch, token, now))

    def forget_holders(self) -> None:
        """Look every token up again: one was revoked, or a password changed."""
        self._holders.clear()

    def actor(self, holder: Holder) -> Actor:
        return Actor(holder.name, holder.role)

    def volume(self) -> int:
        """Of the kiosks' chimes and speech, in percent: what staff set, else the branch file's."""
        try:
            return min(100, int(self._volume.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return self.config.setup.kiosk.volume

    def keep_volume(self, percent: int) -> None:
        """Keep what staff set, over a restart too."""
        try:
            self._volume.write_text(str(percent), encoding="ascii")
        except OSError as fault:
            raise StorageFull() from fault

    def ticket_url(self, token: str) -> str:
        """The customer's page of a ticket; empty while nobody knows the address that phones reach."""
        return self._page(f"/t/{token}")

    def complaint_url(self, reference: str) -> str:
        """The page of a complaint; empty as above."""
        return self._page(f"/c/{reference}")

    def _page(self, path: str) -> str:
        return f"{self.public_url.rstrip('/')}{path}" if self.public_url else ""

    def close(self) -> None:
        """Let others go on with what this one did for all, stop the printers, keep a snapshot, close the database."""
        self.duty.stop()
        if self._following is not None:
            self._following.stop()
        self._held.close()
        self.printing.close()
        self.desk.close()
        self.store.close()
