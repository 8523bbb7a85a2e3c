"""Services closed by hand: no new numbers for a while. Who waits is served, and who has an appointment is let in.

A closure holds up to its time, over a day's end too; one without a time of its own ends with the business day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.errors import N_, BadField
from lobby.queue import events as e
from lobby.queue import supervision as c
from lobby.queue import supervision_events as s
from lobby.queue.given import Given
from lobby.queue.services import business_day

if TYPE_CHECKING:  # the branch holds closures
    from lobby.queue.branch import Branch


CLOSED_BECAUSE: dict[str, str] = {
    "system": N_("Sorry: a system that we need is not working."),
    "staff": N_("Sorry: nobody is here for this at the moment."),
    "full": N_("Sorry: too many people are waiting already."),
    "other": N_("Sorry: this is not possible at the moment."),
}
"""What customers read, by the code that is recorded."""


class Closure(msgspec.Struct, frozen=True):
    """A service gives no numbers from `since` up to `until` (ms UTC), because of `reason` (a code)."""

    reason: str
    since: int
    until: int


def closure(branch: Branch, service: str, now: int) -> Closure | None:
    """The closure of the service that is in effect at `now` (ms UTC)."""
    found = branch.closures.get(service)
    return found if found is not None and now < found.until else None


def ends(branch: Branch, until: int | None, now: int) -> int:
    """When something ends that lasts until `until`, or for the rest of the day; refused when that is over."""
    if until is not None and until <= now:
        raise BadField(field="until", problem="this time is over")
    return business_day(branch.setup, now).end if until is None else until


def close_service(branch: Branch, command: c.CloseService, given: Given) -> list[e.Event]:
    until = ends(branch, command.until, given.at)
    there = closure(branch, branch.service(command.service).code, given.at)
    if there is not None and (there.reason, there.until) == (command.reason, until):
        return []
    return [s.ServiceClosed(command.service, command.reason, until)]


def open_service(branch: Branch, command: c.OpenService, given: Given) -> list[e.Event]:
    there = closure(branch, branch.service(command.service).code, given.at)
    return [s.ServiceOpened(command.service)] if there is not None else []


def on_closed(branch: Branch, event: s.ServiceClosed, at: int) -> None:
    branch.closures[event.service] = Closure(event.reason, at, event.until)


def on_opened(branch: Branch, event: s.ServiceOpened, at: int) -> None:
    branch.closures.pop(event.service, None)


def forget_over(branch: Branch, at: int) -> None:
    """Keep what is closed beyond the new day's start."""
    branch.closures = {code: one for code, one in branch.closures.items() if one.until > at}
