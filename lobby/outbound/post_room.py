"""The post room: all couriers of a branch, each on a thread of its own, so that a slow receiver holds up nobody else.

Where gevent has replaced threads they are greenlets of its loop, and `offload` keeps the disk away from it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from lobby.outbound.courier import Courier, ReadWords
from lobby.outbound.cursors import Cursors
from lobby.outbound.own_thread import OwnThread
from lobby.outbound.sending import Sender
from lobby.outbound.undoing import Events
from lobby.outbound.values import Webhook
from lobby.queue import commands as c
from lobby.queue.alerts import Alert
from lobby.records.store import Store

LONGEST_DETAIL = 200

DEVICE = "webhook "
"""What the device of an alert is called, before the webhook's name."""

LEAVE_S = 2.0
"""How long a stop waits for all attempts under way. What is delivered later is sent again after the next start."""


class Notice(msgspec.Struct, frozen=True):
    """An alert about what leaves the branch (`device`: a webhook, the head office), raised or resolved at `at` (ms
    UTC)."""

    device: str
    problem: str
    raised: bool
    detail: str
    at: int

    @property
    def command(self) -> c.RaiseAlert | c.ResolveAlert:
        """What the branch is told."""
        if self.raised:
            return c.RaiseAlert(self.device, self.problem, "", self.detail[:LONGEST_DETAIL])
        return c.ResolveAlert(self.device, self.problem)

    @property
    def key(self) -> str:
        """The idempotency key of telling it."""
        return f"{'raise' if self.raised else 'resolve'}-{self.problem}-{self.device}-{self.at}"


class PostRoom:
    """The couriers of a branch. `notify` is called on their threads; it must return at once and never fail. `alerts`
    are those that the branch holds open."""

    def __init__(
        self,
        webhooks: Sequence[Webhook],
        branch: str,
        events: Events,
        store: Store,
        read: ReadWords,
        *,
        alerts: Iterable[Alert],
        notify: Callable[[Notice], None],
        clock: Callable[[], int],
        live: Callable[[], bool],
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        ours = {DEVICE + webhook.name for webhook in webhooks}
        self._left = [one for one in alerts if one.device.startswith(DEVICE) and one.device not in ours]
        self._notify, self._clock = notify, clock
        self._couriers: list[tuple[Courier, OwnThread]] = []
        for webhook in webhooks:
            sender = Sender()
            courier = Courier(
                webhook,
                branch,
                events,
                Cursors(store, branch),
                read,
                sender.post,
                notify=_teller(webhook.name, notify, clock),
                clock=clock,
                chance=random.random,
                live=live,
                offload=offload,
            )
            self._couriers.append((courier, OwnThread(DEVICE + webhook.name, courier.run, sender.close)))

    def start(self, seq: int) -> None:
        """Begin; a webhook that is new gets what happens after event `seq`. The alerts of one that is configured no
        more are resolved: nobody else would."""
        for alert in self._left:
            self._notify(Notice(alert.device, alert.problem, False, "", self._clock()))
        for courier, thread in self._couriers:
            courier.begin(seq)
            thread.start()

    def wake(self) -> None:
        """There may be something to deliver. Returns at once: fit to follow the desk."""
        for _, thread in self._couriers:
            thread.wake()

    def stop(self) -> None:
        """End, with what is under way, but wait for no slow receiver."""
        for courier, _ in self._couriers:
            courier.stop()
        self.wake()
        ends = time.monotonic() + LEAVE_S
        for _, thread in self._couriers:
            thread.leave(max(0.0, ends - time.monotonic()))


def _teller(
    webhook: str, notify: Callable[[Notice], None], clock: Callable[[], int]
) -> Callable[[str, bool, str], None]:
    return lambda problem, raised, detail: notify(Notice(DEVICE + webhook, problem, raised, detail, clock()))
