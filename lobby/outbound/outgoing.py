"""All that leaves a branch for other programs: events to webhooks, the journal to the head office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lobby.desk import Desk
from lobby.outbound.post_room import Notice, PostRoom
from lobby.outbound.ship_room import ShipRoom
from lobby.outbound.ship_values import HeadOffice
from lobby.outbound.values import Webhook
from lobby.records.duty import Duty
from lobby.records.people import People
from lobby.records.store import Store


class Outgoing:
    """What leaves the branch of `desk`, while this process is on duty, and not in a rehearsal. `notify` is called on
    threads of couriers; it must return at once and never fail. `offload` runs what asks the database."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        duty: Duty,
        *,
        webhooks: Sequence[Webhook],
        head_office: HeadOffice | None,
        notify: Callable[[Notice], None],
        clock: Callable[[], int],
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        branch, alerts = desk.journal.branch, desk.state.alerts.values()

        def live() -> bool:
            return duty.held and not desk.state.rehearsal

        self._desk = desk
        self._post_room = PostRoom(
            webhooks,
            branch,
            desk.journal,
            store,
            People(store, branch).read,
            alerts=alerts,
            notify=notify,
            clock=clock,
            live=live,
            offload=offload,
        )
        self._shipping = ShipRoom(
            head_office,
            desk.journal,
            lambda: desk.setup,
            alerts=alerts,
            notify=notify,
            clock=clock,
            live=live,
            offload=offload,
        )
        for room in (self._post_room, self._shipping):
            desk.follow(room.wake)
            duty.follow(room.wake)

    def start(self) -> None:
        """Begin; a webhook that is new gets what happens from now on."""
        self._post_room.start(self._desk.seq)
        self._shipping.start()

    def stop(self) -> None:
        """End, with what is under way, but wait for no slow receiver."""
        self._post_room.stop()
        self._shipping.stop()
