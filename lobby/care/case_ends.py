"""When a case came to its end: from then on it is counted how long the words that belong to it are kept. Pure.

A case is a complaint, or a promise; a promise that was made because of a complaint is over when both are. A complaint
that is opened again is open, and ends anew.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.care import events as e
from lobby.command_shape import LATEST
from lobby.happened import Happened

OPEN = LATEST
"""The end of a case that goes on."""


class Case(msgspec.Struct):
    """One case: the references to all that was written about it; the complaint and the ticket that it is about; its end
    (ms UTC), or `OPEN`."""

    words: set[str]
    complaint: str = ""
    ticket: str = ""
    end: int = OPEN


def cases(happened: Iterable[tuple[int, Happened]]) -> dict[str, Case]:
    """The cases that these moments (ms UTC) and events speak of, in order, by their references."""
    found: dict[str, Case] = {}
    for at, event in happened:
        if isinstance(event, e.AboutComplaint):
            case = found.setdefault(event.complaint, Case(set()))
        elif isinstance(event, e.AboutFollowUp):
            case = found.setdefault(event.follow_up, Case(set()))
        else:
            continue
        case.words |= {said for name in ("person", "note") if (said := getattr(event, name, ""))}
        match event:
            case e.ComplaintReceived(ticket=ticket):
                case.ticket = ticket
            case e.FollowUpPromised(complaint=complaint):
                case.complaint = complaint
            case e.ComplaintClosed() | e.FollowUpKept() | e.FollowUpDropped():
                case.end = at
            case e.ComplaintReopened():
                case.end = OPEN
    return found


def ends(found: dict[str, Case]) -> dict[str, int]:
    """By each reference to words of a case, when the case came to its end (ms UTC), or `OPEN`."""
    ended: dict[str, int] = {}
    for case in found.values():
        behind = found.get(case.complaint)
        ended |= dict.fromkeys(case.words, max(case.end, behind.end if behind is not None else 0))
    return ended
