"""Follows the branch over Socket.IO, in a thread of its own, by the rules in `line`.

The wire is dialled anew after every loss, with a client of its own and a growing pause, which `hurry` cuts short: a
restarted server is seen again within a few seconds, or as soon as somebody wants something of it. WebSocket only.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import socketio
from textual.message import Message

from lobby.shapes import convert
from lobby.views import BranchView, CounterView, QueueView, TicketView
from teller_console.line import Line, Verdict
from teller_console.messages import EventArrived, LiveStateChanged, NoLongerSignedIn, SnapshotArrived, TimeTold
from teller_console.pauses import Pauses
from teller_console.protocols import Hear

NAMESPACE = "/console"
PAUSE_S, LONGEST_PAUSE_S = 0.25, 4.0
LOOK_S = 0.25
HANG_UP_S = 10.0
"""A wire that has been silent for so long, or not answered, is dialled anew."""


class SocketFollower:
    """A `Follower` of one branch of the server at `url`."""

    def __init__(self, url: str, token: str, branch: str) -> None:
        self._url = url
        self._auth = {"token": token, "branch": branch}
        self._line = Line()
        self._guard = threading.Lock()
        self._stopped = threading.Event()
        self._hurry = threading.Event()
        self._sure = False
        self._hear: Hear = lambda message: None
        self._client: Any = None

    def start(self, hear: Hear) -> None:
        self._hear = hear
        threading.Thread(target=self._follow, name="follow the branch", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._hurry.set()

    def hurry(self) -> None:
        self._hurry.set()

    # -- the thread

    def _follow(self) -> None:
        pauses = Pauses(PAUSE_S, LONGEST_PAUSE_S)
        while not self._stopped.is_set():
            self._hurry.clear()
            client = self._dial()
            if client is not None:
                pauses.begin_again()
                self._watch(client)
                client.disconnect()
            with self._guard:
                self._line.lost()
            self._look()
            if not self._stopped.wait(PAUSE_S) and self._hurry.wait(pauses.next()):
                pauses.begin_again()

    def _dial(self) -> Any:
        """A connected client, or None."""
        client = socketio.Client(reconnection=False, handle_sigint=False)
        for name, take in (("snapshot", self._snapshot), ("event", self._event), ("beat", self._beat)):
            client.on(name, take, namespace=NAMESPACE)
        client.on("connect_error", self._refused, namespace=NAMESPACE)
        self._client = client
        try:
            client.connect(
                self._url, auth=self._auth, transports=["websocket"], namespaces=[NAMESPACE], wait_timeout=HANG_UP_S
            )
        except socketio.exceptions.ConnectionError:
            return None
        return client

    def _watch(self, client: Any) -> None:
        while client.connected and not self._stopped.wait(LOOK_S):
            self._look()
            if time.monotonic() - self._line.heard_at > HANG_UP_S and self._line.heard_at:
                return

    def _look(self) -> None:
        """Say so when it changed whether we are sure."""
        with self._guard:  # said before anybody else looks: the last word that is heard is the newest
            sure = self._line.sure(time.monotonic())
            changed, self._sure = sure != self._sure, sure
            if changed:
                self._say(LiveStateChanged(sure))

    def _say(self, message: Message) -> None:
        if not self._stopped.is_set():
            self._hear(message)

    def _ask(self) -> None:
        with suppress(socketio.exceptions.BadNamespaceError):  # not connected yet, or any more: asked again in a second
            self._client.emit("resync", {"after": self._line.seq}, namespace=NAMESPACE)

    # -- what the server says

    def _refused(self, problem: Any = None) -> None:
        name = problem.get("message", "") if isinstance(problem, dict) else str(problem)
        if name == "NotSignedIn":
            self._say(NoLongerSignedIn())

    def _snapshot(self, payload: dict[str, Any]) -> None:
        with self._guard:
            self._line.snapshot(payload["epoch"], payload["seq"], time.monotonic())
        queue = convert(payload["queue"], QueueView)
        branch = convert(payload["branch"], BranchView) if "branch" in payload else None
        self._say(SnapshotArrived(queue, branch))
        self._look()

    def _event(self, payload: dict[str, Any]) -> None:
        with self._guard:
            verdict = self._line.event(payload["seq"], time.monotonic())
        if verdict is Verdict.TAKE:
            ticket, counter = payload.get("ticket"), payload.get("counter_state")
            self._say(
                EventArrived(
                    payload["seq"],
                    payload["at"],
                    payload["kind"],
                    convert(ticket, TicketView) if ticket else None,
                    convert(counter, CounterView) if counter else None,
                )
            )
        elif verdict is Verdict.ASK:
            self._ask()
        self._look()

    def _beat(self, payload: dict[str, Any]) -> None:
        with self._guard:
            verdict = self._line.beat(payload["epoch"], payload["seq"], time.monotonic())
        if verdict is Verdict.ASK:
            self._ask()
        self._say(TimeTold(payload["at"]))
        self._look()
