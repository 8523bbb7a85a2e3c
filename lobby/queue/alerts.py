"""Alerts: what about a device needs a person, from when it began until it was over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.errors import N_
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given

if TYPE_CHECKING:  # the branch holds alerts
    from lobby.queue.branch import Branch


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
    "webhook_late": N_(
        "Another program has not taken what it is sent for an hour. Please tell whoever looks after it."
    ),
    "webhook_stopped": N_("Nothing is sent to another program any more. Please tell whoever looks after it."),
    "unsent": N_("The branch server did not take a ticket that a kiosk had given out. Please look after the customer."),
}
"""What is wrong and what helps, by the code that is recorded."""


class Alert(msgspec.Struct, frozen=True):
    """An open alert: the device, what is wrong with it (a code), whom or what it concerns, since when (ms UTC)."""

    device: str
    problem: str
    subject: str
    detail: str
    since: int


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


def on_raised(branch: Branch, event: e.AlertRaised, at: int) -> None:
    alert = Alert(event.device, event.problem, event.subject, event.detail, at)
    branch.alerts[key(event.device, event.problem, event.subject)] = alert


def on_resolved(branch: Branch, event: e.AlertResolved, at: int) -> None:
    branch.alerts.pop(key(event.device, event.problem, event.subject), None)
