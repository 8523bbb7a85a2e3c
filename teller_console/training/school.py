"""The people of a lesson: customers who come one after the other, a colleague for loans, and whoever pulls the plug.

One thread, beside the console. It looks at the present customer's ticket a few times a second, says what goes on, and
sends the next customer when the trainee is done with this one.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import click

from lobby.errors import LobbyError, ServerUnreachable
from lobby.queue import commands as c
from lobby.queue.ticket import State
from lobby.remote import RemoteDesk
from lobby.views import TicketView
from teller_console.training.practice_branch import COLLEAGUES_COUNTER, COUNTER, SERVICES, TRAINEE, PracticeBranch
from teller_console.training.scene import Phase, Scene
from teller_console.training.situations import Situation

ENDED = frozenset({State.FINISHED, State.NO_SHOW, State.CANCELLED})
STOP_S = 40.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks, before the next customer comes, served before the power goes, without power."""

    look_s: float = 0.2
    breath_s: float = 1.5
    light_s: float = 3.0
    dark_s: float = 8.0


ORDINARY = Pace()


class School:
    """Teaches `plan` at the branch, to a trainee who speaks `language`; `show` takes each new scene, from the thread.
    `customers` are the tickets so far, with their language, in the order of the plan."""

    def __init__(
        self,
        branch: PracticeBranch,
        plan: Sequence[Situation],
        language: str,
        show: Callable[[Scene], object],
        pace: Pace = ORDINARY,
    ) -> None:
        self._branch = branch
        self._plan = tuple(plan)
        self._language = language
        self._show = show
        self._pace = pace
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._teach, name="practice customers", daemon=True)
        self._scene = Scene()
        self.customers: dict[str, str] = {}

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End; nothing is shown or asked of the branch afterwards."""
        self._stopped.set()
        self._thread.join(STOP_S)

    # -- the thread

    def _teach(self) -> None:
        kiosk, colleague = self._branch.kiosk(), self._branch.colleague()
        with suppress(LobbyError):
            colleague.submit(c.OpenCounter(COLLEAGUES_COUNTER), key=secrets.token_hex(16))
        try:
            for number, situation in enumerate(self._plan, 1):
                self._serve(kiosk, number, situation)
                _help(colleague)
                if self._stopped.wait(self._pace.breath_s):
                    return
            self._tell(Scene(Phase.OVER))
        except (LobbyError, click.ClickException):
            self._tell(Scene(Phase.BROKEN))
        finally:
            kiosk.close()
            colleague.close()

    def _serve(self, kiosk: RemoteDesk, number: int, situation: Situation) -> None:
        """From the customer's arrival until they have left the trainee's counter for good."""
        language = self._foreign() if situation.foreign else self._language
        at_the_kiosk = language if language in self._branch.languages else ""
        ticket = kiosk.submit(c.Issue(situation.service, at_the_kiosk), key=secrets.token_hex(16)).ticket
        assert ticket is not None
        self.customers[ticket.id] = language
        power_is_due = situation.power_cut
        while not self._stopped.is_set() and not _has_left(ticket):
            phase, turn = _phase(ticket, situation), int(ticket.service != situation.service)
            self._tell(Scene(phase, number, len(self._plan), situation, language, turn))
            if power_is_due and phase is Phase.SERVING:
                power_is_due = False
                self._cut_the_power(Scene(Phase.DARK, number, len(self._plan), situation, language))
            self._stopped.wait(self._pace.look_s)
            with suppress(ServerUnreachable):
                ticket = kiosk.ticket(ticket.id)

    def _cut_the_power(self, dark: Scene) -> None:
        if self._stopped.wait(self._pace.light_s):
            return
        self._branch.kill()
        self._tell(dark)
        if not self._stopped.wait(self._pace.dark_s):
            self._branch.start()

    def _tell(self, scene: Scene) -> None:
        if scene != self._scene and not self._stopped.is_set():
            self._scene = scene
            self._show(scene)

    def _foreign(self) -> str:
        """Another language of the branch: the last one, or the one before it."""
        return next(one for one in reversed(self._branch.languages) if one != self._language)


def _phase(ticket: TicketView, situation: Situation) -> Phase:
    if ticket.state is State.CALLED:
        return Phase.CALLED if situation.comes else Phase.NOBODY
    return {State.SERVING: Phase.SERVING, State.PARKED: Phase.PARKED}.get(ticket.state, Phase.WAITING)


def _has_left(ticket: TicketView) -> bool:
    """Whether the trainee has nothing more to do with this customer."""
    elsewhere = (
        ticket.service not in SERVICES
        or ticket.for_counter not in (None, COUNTER)
        or ticket.for_teller not in ("", TRAINEE)
    )
    return ticket.state in ENDED or (ticket.state is State.WAITING and elsewhere)


def _help(colleague: RemoteDesk) -> None:
    """The colleague serves whoever was sent over."""
    at = COLLEAGUES_COUNTER
    with suppress(LobbyError):
        for step in (c.CallNext(at), c.Start(at), c.Finish(at, outcome="advised")):
            colleague.submit(step, key=secrets.token_hex(16))
