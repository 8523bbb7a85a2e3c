"""A speaker without a screen: joins `/display` as one of the branch's screens and plays what it is to say on this
machine. It connects again by itself, for ever.

The server sends the next call when it waits for the one before no more. So a new one ends what still sounds, and one
that cannot begin soon is not said at all: by then another speaker says it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import socketio

from hardware.errors import DeviceError
from hardware.loudspeaker import Loudspeaker
from hardware.voice_clips import BadClip, at_volume
from lobby.errors import Forbidden, NotSignedIn

log = logging.getLogger(__name__)

NAMESPACE = "/display"
HEALTH_S = 5.0
FETCH_S = 3.0
BEGIN_S = 2.0
"""A sound begins within this time after it was heard of, or not at all."""

AGAIN_S, AGAIN_LONGEST_S = 0.2, 1.0
STRANGER = {NotSignedIn.__name__, Forbidden.__name__}
"""The refusals that only a person can change."""

PLAYER_FAILS = "player"
"""The fault that is reported while the last sound could not be played."""


class RunningSpeaker:
    """One speaker of the server at `url`; `screen` is its name in the branch file (empty: the token's)."""

    def __init__(self, url: str, token: str, screen: str, loudspeaker: Loudspeaker) -> None:
        self._url = url.rstrip("/")
        self._auth = {"token": token} | ({"screen": screen} if screen else {})
        self._loudspeaker = loudspeaker
        self._http = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=FETCH_S)
        self._turn = threading.Lock()
        self._latest = ""
        self._held = 0
        self._faults: list[str] = []
        self._over = threading.Event()
        self._client: Any = None
        self.refused = ""

    def run(self, joined: Callable[[], None]) -> None:
        """Speak until `stop`, or until the server refuses (`refused` says why); `joined` is called on each connect."""
        pause = AGAIN_S
        while not self._over.is_set() and not self.refused:
            if self._dial(joined):
                pause = AGAIN_S
                while self._client.connected and not self._over.wait(HEALTH_S):
                    self._tell_health()
                self._client.disconnect()
            self._over.wait(pause)
            pause = min(pause * 2, AGAIN_LONGEST_S)
        self._http.close()

    def stop(self) -> None:
        """From any thread."""
        self._over.set()

    def _dial(self, joined: Callable[[], None]) -> bool:
        self._client = client = socketio.Client(reconnection=False, handle_sigint=False)
        for name in ("snapshot", "event", "beat"):
            client.on(name, self._heard, namespace=NAMESPACE)
        client.on("say", self._say, namespace=NAMESPACE)
        client.on("connect_error", self._refuse, namespace=NAMESPACE)
        try:
            client.connect(self._url, auth=self._auth, transports=["websocket"], namespaces=[NAMESPACE], wait_timeout=3)
        except socketio.exceptions.ConnectionError:
            return False
        joined()
        self._tell_health()
        return True

    def _refuse(self, said: Any = None) -> None:
        """The server does not take it for a screen, or (empty) is away or busy."""
        name = said.get("message") if isinstance(said, dict) else None
        self.refused = name if name in STRANGER else ""

    def _heard(self, message: dict[str, Any]) -> None:
        self._held = max(self._held, int(message["seq"])) if "board" not in message else int(message["seq"])

    def _say(self, call: dict[str, Any]) -> None:
        outcome = self._spoken(call)
        if self._client.connected:
            self._client.emit("said", {"id": call["id"], "outcome": outcome}, NAMESPACE)

    def _spoken(self, call: dict[str, Any]) -> str:
        """Say it, and how that went. Each call comes on a thread of its own."""
        heard_at, self._latest = time.monotonic(), call["id"]
        self._loudspeaker.stop()
        try:
            answer = self._http.get(f"{self._url}{call['url']}").raise_for_status()
            wave = at_volume(answer.content, int(call["volume"]))
            with self._turn:
                if self._latest != call["id"] or time.monotonic() - heard_at > BEGIN_S:
                    raise DeviceError("it came too late", permanent=False)
                self._loudspeaker.play(wave, call["ms"] / 1000)
        except (httpx.HTTPError, BadClip, DeviceError) as fault:
            log.warning("%s was not spoken: %s", call["number"], fault)
            self._faults = [PLAYER_FAILS]
            return "failed"
        self._faults = []
        return "spoken"

    def _tell_health(self) -> None:
        if self._client.connected:
            now = {"seq": self._held, "clock": time.time_ns() // 1_000_000, "width": 0, "height": 0}
            self._client.emit("health", now | {"sound": "on", "faults": self._faults}, NAMESPACE)
