"""`lobby speaker` and the announcements over HTTP, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import httpx
import pytest

from display_server.voice import speaker as speakers
from display_server.voice.speaker import RunningSpeaker
from hardware.errors import DeviceError
from hardware.voice_clips import as_wave, read
from lobby.queue import commands as c
from tests.display_server.voice.hall import Hall
from tests.display_server.voice.stage import tone
from tests.end_to_end.branch_process import until


@dataclass
class Loudspeaker:
    """Takes no time, and fails when it is told to."""

    heard: list[bytes] = field(default_factory=list)
    broken: bool = False
    endless: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    def play(self, wave: bytes, length_s: float) -> None:
        if self.broken:
            raise DeviceError("no sound card", permanent=False)
        self.heard.append(wave)
        if self.endless:
            self.stopped.clear()
            assert self.stopped.wait(60)
            raise DeviceError("ended", permanent=False)

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def start(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., RunningSpeaker]]:
    """Starts speakers on threads of their own, and ends them. They begin however late this machine lets them."""
    monkeypatch.setattr(speakers, "BEGIN_S", 60.0)
    monkeypatch.setattr(speakers, "FETCH_S", 60.0)
    running: list[tuple[RunningSpeaker, threading.Thread]] = []

    def begin(token: str, screen: str, loudspeaker: Loudspeaker) -> RunningSpeaker:
        speaker, joined = RunningSpeaker(hall.server.url, token, screen, loudspeaker), threading.Event()
        thread = threading.Thread(target=speaker.run, args=(joined.set,))
        running.append((speaker, thread))
        thread.start()
        until(lambda: joined.is_set() or speaker.refused, "an answer of the server")
        return speaker

    yield begin
    for speaker, thread in running:
        speaker.stop()
        thread.join(60)
        assert not thread.is_alive()


def test_a_speaker_plays_the_calls_of_its_room_and_says_when_it_cannot(
    hall: Hall, start: Callable[..., RunningSpeaker]
) -> None:
    loudspeaker, known = Loudspeaker(), len(hall.noted)
    start(hall.server.token("display", "speaker-1"), "ceiling", loudspeaker)
    hall.call()
    assert hall.announced(known + 1).event.outcome == "spoken"
    assert float(abs(read(loudspeaker.heard[0])).max()) == pytest.approx(0.7 * 0.14, rel=0.3)  # 70 percent, -20 dB
    loudspeaker.broken = True
    hall.do(c.Recall(1))
    failed = hall.announced(known + 2).event
    assert (failed.calls, failed.outcome, failed.why) == (2, "skipped", "failed")


def test_a_sound_that_the_server_waits_for_no_more_ends_before_the_next_begins(
    hall: Hall, start: Callable[..., RunningSpeaker]
) -> None:
    loudspeaker, known = Loudspeaker(endless=True), len(hall.noted)
    speaker = start(hall.server.token("display", "speaker-2"), "ceiling", loudspeaker)
    hall.call()
    assert hall.announced(known + 1).event.why == "failed"  # it sounds on and on
    loudspeaker.endless = False
    hall.do(c.Recall(1))
    assert hall.announced(known + 2).event.outcome == "spoken"
    assert loudspeaker.stopped.is_set()
    assert len(loudspeaker.heard) == 2
    assert speaker.refused == ""


def test_what_comes_late_is_not_played(monkeypatch: pytest.MonkeyPatch) -> None:
    loudspeaker, clock = Loudspeaker(), iter([0.0, speakers.BEGIN_S + 0.1])
    monkeypatch.setattr(speakers, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    speaker = RunningSpeaker("http://branch", "token", "", loudspeaker)
    wave = httpx.MockTransport(lambda asked: httpx.Response(200, content=as_wave(tone(500))))
    speaker._http = httpx.Client(transport=wave)
    assert speaker._spoken({"id": "1", "number": "A001", "url": "/voice/1.wav", "ms": 100, "volume": 70}) == "failed"
    assert loudspeaker.heard == []


def test_who_is_no_screen_of_the_branch_is_told_so(start: Callable[..., RunningSpeaker]) -> None:
    assert start("no-such-token", "ceiling", Loudspeaker()).refused == "NotSignedIn"


def test_an_announcement_is_for_whoever_may_see_the_branch(hall: Hall) -> None:
    for token, status in (("", 302), (hall.server.token("customer", "someone"), 302), (hall.screen, 404)):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.get(f"{hall.server.url}/voice/guessed.wav", headers=headers)
        assert answer.status_code == status
        assert "audio" not in answer.headers["Content-Type"]
