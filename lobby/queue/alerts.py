"""Alerts: what about a device or the queue needs a person, from when it began until it was over; who has seen it, and
who sees to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.errors import N_, AlertHeld, AlertIsOver
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue import supervision
from lobby.queue import supervision_events as s
from lobby.queue.given import Given

if TYPE_CHECKING:  # the branch holds alerts
    from lobby.queue.branch import Branch

_replace = msgspec.structs.replace

PROBLEMS = {
    "paper_near_end": N_("The paper is nearly used up. Please have a new roll ready."),
    "roll_low": N_("By count the paper is nearly used up. Please have a new roll ready."),
    "paper_out": N_("The paper is used up. Please put in a new roll."),
    "cover_open": N_("The cover is open. Please close it."),
    "cutter": N_("The cutter is jammed. Please open the cover and free it."),
    "error": N_("The printer reports an error. Please switch it off and on."),
    "offline": N_("The printer is offline. Please check that it is switched on and ready."),
    "silent": N_("The printer does not answer. Please check its cable and power."),
    "wrong_device": N_("Something else answers at the printer's address. Please check the address."),
    "not_set_up": N_("No printer is set up here."),
    "slip_held": N_("A ticket was not printed. Please decide on the kiosk's staff page."),
    "slip_unknown": N_("A ticket may be printed or not. Please look, and decide on the kiosk's staff page."),
    "spool": N_("The list of tickets to print cannot be used. Please check the disk."),
    "sign_silent": N_("The sign over a counter does not show the number. Please check its cable and power."),
    "screen_missing": N_("A lobby screen is missing. Please check that it is switched on and connected."),
    "webhook_late": N_(
        "Another program has not taken what it is sent for an hour. Please tell whoever looks after it."
    ),
    "webhook_stopped": N_("Nothing is sent to another program any more. Please tell whoever looks after it."),
    "head_office_late": N_(
        "Nothing has reached the head office for an hour. It will when the line is back. "
        "Please tell whoever looks after it."
    ),
    "head_office_forked": N_(
        "The head office holds another version of this branch's journal. Please tell whoever looks after it."
    ),
    "records_missing": N_(
        "Records of earlier days are missing here. Please tell whoever looks after the server, before the day goes on."
    ),
    "unsent": N_("The branch server did not take a ticket that a kiosk had given out. Please look after the customer."),
    "nobody_open": N_("Somebody waits whom no open counter can call. Please open a counter or send them elsewhere."),
    "legal_limit": N_("Somebody has waited longer than the law allows. Please have them called."),
    "legal_limit_near": N_("Somebody will soon have waited as long as the law allows. Please have them called."),
    "age_cap": N_("Somebody has waited longer than anyone here should. Please open a counter for them."),
    "promise_at_risk": N_("Somebody will probably wait longer than they were told. Please open a counter for them."),
    "service_level": N_("Of those called in the last hour, too few were called in time. Please open a counter."),
}
"""What is wrong and what helps, by the code that is recorded."""


KEPT = 500
"""So many of the day's alerts are remembered when they are over."""


class Alert(msgspec.Struct, frozen=True):
    """An alert: the device (`QUEUE`: the queue itself), what is wrong with it (a code), whom or what it concerns, since
    when (ms UTC). `seen_by` acknowledged it first, `owner` sees to it; `resolved_at` is None while it is open."""

    device: str
    problem: str
    subject: str
    detail: str
    since: int
    seen_by: str = ""
    seen_at: int | None = None
    owner: str = ""
    taken_at: int | None = None
    resolved_at: int | None = None


QUEUE = "queue"
"""The device of alerts about the queue; their subject is the code of a service, or empty: the branch."""


class Alerts(msgspec.Struct, frozen=True):
    """What is open, the oldest first, and what was over today, the latest first."""

    open: tuple[Alert, ...]
    over: tuple[Alert, ...]


def alerts_of(branch: Branch, now: int) -> Alerts:
    """The alerts of the day that `now` (ms UTC) lies in."""
    over = reversed(branch.alerts_over.values()) if now < branch.day_end else ()
    return Alerts(
        tuple(sorted(branch.alerts.values(), key=lambda alert: alert.since)),
        tuple(over),
    )


def key(device: str, problem: str, subject: str) -> str:
    """What tells open alerts apart."""
    return f"{len(device)}:{device}/{len(problem)}:{problem}/{subject}"


def raise_alert(branch: Branch, command: c.RaiseAlert, given: Given) -> list[e.Event]:
    if key(command.device, command.problem, command.subject) in branch.alerts:
        return []
    return [e.AlertRaised(command.device, command.problem, command.subject, command.detail)]


def resolve_alert(branch: Branch, command: c.ResolveAlert, given: Given) -> list[e.Event]:
    if key(command.device, command.problem, command.subject) not in branch.alerts:
        return []
    return [e.AlertResolved(command.device, command.problem, command.subject)]


def take_alert(branch: Branch, command: supervision.TakeAlert, given: Given) -> list[e.Event]:
    """Nobody takes what a colleague sees to unawares: only by naming the new owner."""
    owner, there = command.owner or given.actor.name, _open(branch, command).owner
    if there == owner:
        return []
    if there and not command.owner:
        raise AlertHeld(owner=there)
    return [s.AlertTaken(command.device, command.problem, command.subject, owner, given.actor.name)]


def acknowledge_alert(branch: Branch, command: supervision.AcknowledgeAlert, given: Given) -> list[e.Event]:
    if _open(branch, command).seen_by:
        return []
    return [s.AlertAcknowledged(command.device, command.problem, command.subject, given.actor.name)]


def _open(branch: Branch, command: supervision.AlertCommand) -> Alert:
    alert = branch.alerts.get(key(command.device, command.problem, command.subject))
    if alert is None:
        raise AlertIsOver()
    return alert


def on_raised(branch: Branch, event: e.AlertRaised, at: int) -> None:
    alert = Alert(event.device, event.problem, event.subject, event.detail, at)
    branch.alerts[key(event.device, event.problem, event.subject)] = alert


def on_resolved(branch: Branch, event: e.AlertResolved, at: int) -> None:
    alert = branch.alerts.pop(key(event.device, event.problem, event.subject), None)
    if alert is None:
        return
    branch.alerts_over[branch.seq + 1] = _replace(alert, resolved_at=at)
    if len(branch.alerts_over) > KEPT:
        del branch.alerts_over[next(iter(branch.alerts_over))]


def on_taken(branch: Branch, event: s.AlertTaken, at: int) -> None:
    """Whoever has somebody see to it has seen it."""
    on_acknowledged(branch, event, at)
    name = key(event.device, event.problem, event.subject)
    branch.alerts[name] = _replace(branch.alerts[name], owner=event.owner, taken_at=at)


def on_acknowledged(branch: Branch, event: s.AlertAcknowledged | s.AlertTaken, at: int) -> None:
    name = key(event.device, event.problem, event.subject)
    if not branch.alerts[name].seen_by:
        branch.alerts[name] = _replace(branch.alerts[name], seen_by=event.by, seen_at=at)
