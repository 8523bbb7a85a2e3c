"""What whoever leads the branch can ask: a service closed and opened, a counter's skills, a ticket sent elsewhere, a
notice on the lobby screens, the voice, an alert taken in hand. See `lobby.queue.commands`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from lobby.command_shape import Command, CounterCommand, Moment, Reference, TicketCommand, Words

ClosedBecause = Literal["system", "staff", "full", "other"]
"""Why a service is closed by hand; customers read a sentence for it, see `lobby.queue.services_open`."""

NoticeText = Annotated[str, msgspec.Meta(max_length=120)]


class CloseService(Command, frozen=True):
    """Give no more numbers for a service until `until` (ms UTC), or for the rest of the day. Who waits is served, and
    who has an appointment is let in."""

    service: Reference
    reason: ClosedBecause
    until: Moment | None = None


class OpenService(Command, frozen=True):
    """Give numbers for a service again."""

    service: Reference


class SetCounterSkills(CounterCommand, frozen=True):
    """Have an open counter give these services from now on (none named: all that it can). Teller and customer stay."""

    services: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=100)] = ()


class Reassign(TicketCommand, frozen=True):
    """Have a waiting customer wait for another service, or for one counter or colleague (the service stays unless
    named), with the same arrival. With a service alone, anyone who gives it may call. A service closed by hand gives
    no numbers, and whoever is sent there is served."""

    service: Words = ""
    to_counter: int | None = None
    to_teller: Words = ""
    reason: Words = ""


class PostNotice(Command, frozen=True):
    """Show a notice on the lobby screens until `until` (ms UTC), or for the rest of the day: `texts` by language. It is
    public, and stays in the journal."""

    texts: Annotated[dict[str, NoticeText], msgspec.Meta(min_length=1, max_length=20)]
    until: Moment | None = None


class TakeNoticeDown(Command, frozen=True):
    notice: Reference


class QuietVoice(Command, frozen=True):
    """Have calls only shown and not spoken until `until` (ms UTC), or for the rest of the day."""

    until: Moment | None = None


class LoudVoice(Command, frozen=True):
    """Have calls spoken again."""


class AlertCommand(Command, frozen=True):
    """A verb on one open alert, told from others by device, problem and subject."""

    device: Reference
    problem: Reference
    subject: Words = ""


class TakeAlert(AlertCommand, frozen=True):
    """See to an alert, or have `owner` see to it. One that a colleague sees to changes hands only by naming `owner`."""

    owner: Words = ""


class AcknowledgeAlert(AlertCommand, frozen=True):
    """Say that it was seen."""


SUPERVISION_VERBS: dict[str, type[Command]] = {
    "close-service": CloseService,
    "open-service": OpenService,
    "notices": PostNotice,
    "take-notice-down": TakeNoticeDown,
    "quiet-voice": QuietVoice,
    "loud-voice": LoudVoice,
    "take-alert": TakeAlert,
    "acknowledge-alert": AcknowledgeAlert,
}
"""The verb of `POST branches/{branch}/{verb}`."""
