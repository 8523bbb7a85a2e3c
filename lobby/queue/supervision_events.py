"""What happened by the hand of whoever leads the branch; see `lobby.queue.events`."""

from __future__ import annotations

from typing import TypeAlias

from lobby.happened import Happened


class ServiceClosed(Happened, frozen=True):
    """No numbers for `service` up to `until` (ms UTC), because of `reason` (a code)."""

    service: str
    reason: str
    until: int


class ServiceOpened(Happened, frozen=True):
    service: str


class CounterSkillsSet(Happened, frozen=True):
    """`services` are those given at the open counter from now on; none named means all."""

    counter: int
    services: tuple[str, ...] = ()


class TicketReassigned(Happened, frozen=True):
    """The ticket goes on waiting, in the same step and with the same arrival, for `service` instead of `from_service`
    (or the same), and for a counter or a teller where one is named."""

    ticket: str
    service: str
    from_service: str
    to_counter: int | None = None
    to_teller: str = ""
    reason: str = ""
    note: str = ""


class NoticePosted(Happened, frozen=True):
    """`texts` by language are shown in the lobby up to `until` (ms UTC)."""

    notice: str
    texts: dict[str, str]
    until: int


class NoticeTakenDown(Happened, frozen=True):
    notice: str


class VoiceQuieted(Happened, frozen=True):
    """Calls are not spoken up to `until` (ms UTC)."""

    until: int


class VoiceRestored(Happened, frozen=True):
    """Calls are spoken again, before that time."""


class AlertTaken(Happened, frozen=True):
    """`owner` sees to it; `by` said so."""

    device: str
    problem: str
    subject: str
    owner: str
    by: str


class AlertAcknowledged(Happened, frozen=True):
    """`by` has seen it."""

    device: str
    problem: str
    subject: str
    by: str


SupervisionEvent: TypeAlias = (
    ServiceClosed
    | ServiceOpened
    | CounterSkillsSet
    | TicketReassigned
    | NoticePosted
    | NoticeTakenDown
    | VoiceQuieted
    | VoiceRestored
    | AlertTaken
    | AlertAcknowledged
)
