"""What is looked at now and then, without anybody asking, and put into the journal: clocks of promises, the queue, the
screens, what printers, signs and couriers need; and words that were kept long enough."""

from __future__ import annotations

import logging
import secrets
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from display_server.live.presence import Presence
from display_server.live.screen_alerts import PROBLEM, screen_alerts
from hardware.alerts import Alert
from kiosk import alerting
from lobby.care.commands import WatchClocks
from lobby.errors import LobbyError
from lobby.outbound.post_room import Notice
from lobby.queue.commands import RaiseAlert, ResolveAlert
from lobby.queue.given import Actor
from lobby.queue.open_now import is_open
from lobby.retention import Sweep, in_use
from lobby.waits.watch import watch

if TYPE_CHECKING:  # the server holds what watches it
    from display_server.branch_server import BranchServer

PRINTERS = Actor("printers", "kiosk")
"""Who raises and resolves the alerts of this server's own printers."""

SIGNS = Actor("signs", "display")
"""Who raises and resolves the alerts of the signs over the counters."""

WEBHOOKS = Actor("webhooks", "administrator")
"""Who raises and resolves the alerts of what is sent to other programs and to the head office."""

CLOCK = Actor("clock", "manager")
"""Who warns of promises that run out."""

WATCH = Actor("watch", "manager")
"""Who raises and resolves the alerts about the queue."""

log = logging.getLogger(__name__)


class Watching:
    """The watch over one branch. `alerted` is called, on any thread, when there is something for `tell_alerts`."""

    def __init__(self, house: BranchServer) -> None:
        self._house = house
        self.alerted: Callable[[], None] = lambda: None
        self._alerts: deque[tuple[Alert, bool]] = deque()
        self._notices: deque[Notice] = deque()
        self._nobody_to_tell = False
        self._missing: set[str] = set()

    def forget_what_is_old(self) -> None:
        """Erase the words about people that were kept as long as the branch file says; and from the disk what was
        erased while somebody read on and on."""
        house = self._house
        held, now = house.desk.view(lambda branch, _: in_use(branch)), house.clock()
        sweep = Sweep(house.store, house.id, house.config.retention)
        for gone in house.offload(lambda: sweep.carry_out(held, now)):
            log.info("retention: %s: %d erased", gone.kind, gone.count)
        house.offload(house.store.scrub)

    def look_at_clocks(self) -> None:
        """Have the journal say which promises will soon run out, and which have."""
        try:
            name = self._house.config.setup.care.complaints.escalate_to
            known = not name or self._house.knows(name)
            if not known and not self._nobody_to_tell:
                log.warning("complaints.escalate_to: nobody here is “%s”; what runs out stays with its owner", name)
            self._nobody_to_tell = not known
            self._house.desk.submit(WatchClocks(escalate=known), key=secrets.token_hex(8), actor=CLOCK)
        except LobbyError as refusal:
            log.warning("the clocks could not be looked at: %s", refusal)

    def look_at_queue(self) -> None:
        """Have the journal say what in the queue needs a person now, and what does not any more."""
        for command in self._house.desk.view(watch):
            self._told(command, secrets.token_hex(8), WATCH)

    def look_at_screens(self, presence: Presence) -> None:
        """Have the journal say which lobby screens are missing while the branch is open, and which are back."""
        house = self._house
        state, now = house.desk.state, house.clock()
        named = {screen.name for screen in house.config.signage.screens}
        if house.others.are_allowed:  # who may have the screen: it is back when it is there, and not missed here then
            told = {alert.device for alert in state.alerts.values() if alert.problem == PROBLEM}
            for name in self._missing - told:
                presence.forget(name)
            self._missing, named = told, told
        for command in screen_alerts(presence.gone, presence.here, named, state.alerts.values(), now):
            if isinstance(command, ResolveAlert) or is_open(state, now):
                self._told(command, secrets.token_hex(8), WATCH)

    def printer_alert(self, alert: Alert, raised: bool) -> None:
        """Called on a printer's own thread, so it is only noted here; `tell_alerts` puts it into the journal."""
        self._alerts.append((alert, raised))
        self.alerted()

    def courier_alert(self, notice: Notice) -> None:
        """Called by a courier, which may not wait; `tell_alerts` puts it into the journal."""
        self._notices.append(notice)
        self.alerted()

    def tell_alerts(self) -> None:
        """Have the journal say what printers and webhooks need, in order. What cannot be written now stays for the next
        time."""
        while self._alerts:
            alert, raised = self._alerts[0]
            if not self._told(alerting.command(alert, raised), alerting.key(alert, raised), PRINTERS):
                return
            self._alerts.popleft()
        while self._notices and self._told(self._notices[0].command, self._notices[0].key, WEBHOOKS):
            self._notices.popleft()
        signs = self._house.signs.alerts
        while signs and self._told(signs[0].command, signs[0].key, SIGNS):
            signs.popleft()

    def _told(self, command: RaiseAlert | ResolveAlert, key: str, actor: Actor) -> bool:
        """Whether the journal has it."""
        try:
            self._house.desk.submit(command, key=key, actor=actor)
        except LobbyError as refusal:
            log.warning("an alert about %s is not in the journal yet: %s", command.device, refusal)
            return False
        return True
