"""Whether a branch, or one of its services, is open at a moment: by its hours, unless somebody closed it by hand."""

from __future__ import annotations

from lobby.queue import opening, services_open
from lobby.queue.branch import Branch
from lobby.queue.services import Service


def is_open(branch: Branch, now: int) -> bool:
    """Whether the branch issues tickets at `now` (ms UTC)."""
    return not day_closed(branch, now) and opening.open_at(branch.setup, None, now)


def day_closed(branch: Branch, now: int) -> bool:
    """Whether the day that `now` lies in was closed by hand."""
    return branch.day_closed and now < branch.day_end


def opens_at(branch: Branch, service: Service | None, now: int) -> int | None:
    """The next opening of what is closed at `now`; None for what is open."""
    by_hand = services_open.closure(branch, service.code, now) if service is not None else None
    ready = max(now, branch.day_end if day_closed(branch, now) else 0, by_hand.until if by_hand is not None else 0)
    if opening.open_at(branch.setup, service, ready):
        return ready if ready > now else None
    return opening.next_opening(branch.setup, service, ready)
