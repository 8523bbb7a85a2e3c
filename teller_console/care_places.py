"""Where the forms of the care room keep what is typed, until the branch has it: a place for each command to be."""

from __future__ import annotations

from lobby.care import commands as cc
from lobby.queue.commands import Command

_STEPS: dict[type[Command], tuple[str, str]] = {
    **{kind: (step, "complaint") for step, kind in cc.COMPLAINT_VERBS.items()},
    **{kind: (step, "follow_up") for step, kind in cc.FOLLOW_UP_VERBS.items()},
}
PRAISE = "praise"


def of_step(step: str, reference: str) -> str:
    return f"{reference} {step}"


def of_complaint(ticket: str) -> str:
    return f"complaint {ticket}"


def of_promise(ticket: str) -> str:
    return f"promise {ticket}"


def of_review(record: int) -> str:
    return f"review {record}"


def of_command(command: Command) -> str:
    """The place of the form that this command came of; empty where it came of none."""
    match command:
        case cc.TakeComplaint():
            return of_complaint(command.ticket)
        case cc.PromiseFollowUp():
            return of_promise(command.ticket)
        case cc.Praise():
            return PRAISE
        case cc.ReviewRecord():
            return of_review(command.record)
    if type(command) in _STEPS:
        step, name = _STEPS[type(command)]
        return of_step(step, getattr(command, name))
    return ""
