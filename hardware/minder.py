"""Whoever minds the printers: holds what cannot be printed, forgets what is old, and keeps the alerts."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from hardware import alerts
from hardware.alerts import Alert, Sighting, Watch
from hardware.duty import Outage, outage
from hardware.errors import DeviceError
from hardware.native import NativeThread, Signal
from hardware.paper_roll import PaperRoll
from hardware.press import Pace, Press
from hardware.print_job import Job, State
from hardware.printer import NoPrinter
from hardware.spool import Spool

ROUND_S = 1.0
KEEP_S = 2 * 86400.0  # printed and dropped jobs stay that long, so that a late repetition does not print twice
FORGET_EVERY_S = 3600.0
NOBODY = "no printer is set up"

log = logging.getLogger(__name__)


class Minder:
    """Goes round on a thread of its own, so that a slow follower of the alerts never stops the printing. `on_held` is
    told of each slip that it holds, `on_alert(alert, raised)` of each alert, in order."""

    def __init__(
        self,
        spool: Spool,
        presses: Sequence[Press],
        rolls: Mapping[str, PaperRoll],
        pace: Pace,
        on_held: Callable[[Job], None],
        on_alert: Callable[[Alert, bool], None],
        already_open: Iterable[Alert],
    ) -> None:
        self._spool, self._presses, self._rolls, self._pace = spool, presses, rolls, pace
        self._on_held, self._on_alert = on_held, on_alert
        self._watched = [press.name for press in presses if not isinstance(press.printer, NoPrinter)]
        self._watch = Watch({alert.key: alert for alert in already_open})
        self._sightings: deque[Sighting] = deque()
        self._outage: Outage | None = None
        self._forget_at = 0.0
        self._wake = Signal()
        self._stopping = False
        self._thread: NativeThread | None = None

    def start(self) -> None:
        """Begins its rounds."""
        self._stopping = False
        self._thread = NativeThread(self._run)

    def stop(self, timeout_s: float) -> bool:
        """Ends after one more round, for what was done last; whether it has ended within `timeout_s` seconds."""
        self._stopping = True
        self._wake.raise_flag()
        return self._thread is None or self._thread.join(timeout_s)

    def wake(self) -> None:
        """Something happened; a round is due."""
        self._wake.raise_flag()

    def saw(self, sighting: Sighting) -> None:
        """Takes note of what a press saw of its printer."""
        if sighting.device in self._watched:
            self._sightings.append(sighting)
        self._wake.raise_flag()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The open alerts, oldest first."""
        return tuple(alerts.by_age(self._watch.open.values()))

    def round(self) -> None:
        """One round. What fails is logged, and the rest is done all the same."""
        for duty in (self._hold, self._forget, self._keep_watch):
            try:
                duty()
            except DeviceError as fault:
                log.warning("%s", fault.message)  # the spool; an alert says so too, and nothing is lost
            except Exception:  # a fault of ours in one duty must not end the others
                log.exception("minding the printers failed")

    def _run(self) -> None:
        last = False
        while not last:
            last = self._stopping
            self.round()
            if not last:
                self._wake.wait(ROUND_S)

    def _hold(self) -> None:
        standings = [press.standing for press in self._presses]
        self._outage = outage(self._outage, standings, time.monotonic(), self._pace.slow_s)
        for job in self._spool.jobs(("queued",)):
            reason = self._why_never(job)
            held = self._spool.move(job, "held", reason) if reason else None
            if held is not None:
                self._on_held(held)

    def _why_never(self, job: Job) -> str:
        """Why this slip should not wait any longer; empty while it should."""
        if job.wanted:
            press = next((press for press in self._presses if press.name == job.wanted), None)
            return press.standing.trouble if press else f"there is no printer '{job.wanted}' any more"
        if self._outage is None or not self._outage.is_over_patience(time.monotonic(), self._pace.patience_s):
            return ""
        troubles = dict.fromkeys(press.standing.trouble for press in self._presses if press.standing.trouble)
        return "; ".join(troubles) or NOBODY

    def _forget(self) -> None:
        if time.monotonic() >= self._forget_at:
            ended: tuple[State, ...] = ("printed", "dropped")  # and what nobody will ever print
            self._spool.forget(time.time() - KEEP_S, ended if self._watched else (*ended, "held"))
            self._forget_at = time.monotonic() + FORGET_EVERY_S

    def _keep_watch(self) -> None:
        now = time.time()
        watch = alerts.without_strangers(self._watch, [alerts.SPOOL, *self._watched])
        while self._sightings:
            watch = alerts.see(watch, self._sightings.popleft())
        try:
            stopped = self._spool.jobs(("held", "unknown")) if self._watched else []
            watch = alerts.with_all(
                watch, alerts.OF_SLIPS, alerts.of_slips(stopped, self._presses[0].name if self._presses else "")
            )
            watch = alerts.with_all(watch, ("roll_low",), alerts.of_rolls(self._rolls.values(), now))
        finally:
            if self._spool.trouble:
                self._spool.probe()
            self._announce(alerts.with_all(watch, ("spool",), alerts.of_spool(self._spool.trouble, now)))

    def _announce(self, watch: Watch) -> None:
        before, self._watch = self._watch, watch
        for alert, raised in alerts.differences(before, watch):
            what = f"{alert.kind} {alert.subject}".strip()
            if raised:
                log.warning("%s: %s: %s", alert.device, what, alert.detail)
            else:
                log.info("%s: %s is over", alert.device, what)
            try:
                self._on_alert(alert, raised)
            except Exception:  # whoever listens must not stop the watch
                log.exception("whoever follows the alerts failed on %s", alert)
