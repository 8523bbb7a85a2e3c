"""Alerts: what about a device needs a person, from when it began until it was over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given

if TYPE_CHECKING:  # the branch holds alerts
    from lobby.queue.branch import Branch


class Alert(msgspec.Struct, frozen=True):
    """An open alert: the device, what is wrong with it (a code), whom or what it concerns, since when (ms UTC)."""

    device: str
    problem: str
    subject: str
    detail: str
    since: int


def key(device: str, problem: str, subject: str) -> str:
    """What tells open alerts apart."""
    return f"{device}/{problem}/{subject}"


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
