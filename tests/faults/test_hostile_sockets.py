"""Clients of the live side that mean harm: they flood, never read, send what is no frame and no packet, announce what
never comes. Screens hear of every call within a second all the while, and the server keeps nothing of it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BranchProcess, until
from tests.end_to_end.listener import Listener
from tests.faults.raw_client import BINARY, CLOSE, CONTINUATION, PING, TEXT, RawClient, frame

HEARD_WITHIN_S, LOOKS = 1.0, 3
"""The quickest of a few calls is heard within a second: a busy machine delays one or two, and an enemy all."""

CUT_OFF_S = 8.0
"""Before a ping could have gone unanswered."""

GROWS_BY_MB = 60
DEEP = "[" * 30_000


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BranchProcess]:
    made = BranchProcess(tmp_path_factory.mktemp("hostile") / "branch")
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def tokens(branch: BranchProcess) -> dict[str, str]:
    return {"/display": branch.token("display", "enemy"), "/console": branch.token("teller", "enemy")}


@pytest.fixture(scope="module")
def kiosk(branch: BranchProcess) -> Iterator[RemoteDesk]:
    (made,) = branch.desks("kiosk", ["kiosk"])
    with closing(made):
        yield made


@pytest.fixture(scope="module")
def screen(branch: BranchProcess) -> Iterator[Listener]:
    """One that means well."""
    auth = {"branch": "main-street", "token": branch.token("display", "screen")}
    with Listener(branch.url, "/display", auth) as made:
        made.first("snapshot")
        yield made


@pytest.fixture
def all_is_well(branch: BranchProcess, kiosk: RemoteDesk, screen: Listener) -> Callable[[], None]:
    """Fails unless the screen hears of what happens as it should."""
    taps = Random()

    def heard_after_s() -> float:
        began = time.monotonic()
        seq = kiosk.submit(c.Issue("cash"), key=f"tap {taps.random()}").seq
        until(lambda: any(told["seq"] == seq for told in screen.all("event")[-20:]), "the screen has heard")
        return time.monotonic() - began

    def look() -> None:
        assert min(heard_after_s() for _ in range(LOOKS)) < HEARD_WITHIN_S
        assert "Traceback" not in branch.stderr

    return look


def memory_mb(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024  # type: ignore[index]


NO_FRAMES = {
    "half a frame": frame(b"40/display,{}")[:5],
    "a length that never comes": b"\x81\xff" + (2**62).to_bytes(8, "big"),
    "reserved bits": b"\xf1\x85" + b"1234" + b"12345",
    "an opcode that is none": frame(b"x", 11),
    "not masked": frame(b"40", masked=False),
    "a text that is no UTF-8": frame(b"\xff\xfe\xfd"),
    "a long ping": frame(b"x" * 200, PING),
    "a continuation of nothing": frame(b"x", CONTINUATION),
    "a message that never ends": frame(b"4", TEXT, last=False) + frame(b"x" * 30_000, CONTINUATION, last=False) * 4,
    "a close with half a code": frame(b"\x03", CLOSE),
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "zeros": bytes(100_000),
}
NO_PACKETS = {
    "bytes": frame(bytes(range(256)), BINARY),
    "no type": frame(b""),
    "another type": frame(b"9x"),
    "an old polling packet": frame(b"b4AAEC"),
    "a type of Socket.IO that is none": frame(b"48"),
    "an event without a name": frame(b"42/display,{}"),
    "an event named by a table": frame(b'42/display,[{"a":1}]'),
    "an empty event": frame(b"42/display,[]"),
    "a number for an event": frame(b"42/display,1"),
    "bytes announced": frame(b'452-/display,["resync",{"_placeholder":true,"num":0}]'),
    "a thousand million bytes announced": frame(b'45999999999-["resync"]') + frame(b"x" * 1000, BINARY) * 5,
    "an answer that nobody asked for": frame(b'43/display,77["x"]'),
    "nested without end": frame(f'42/display,["resync",{DEEP}'.encode()),
    "a number without end": frame(b'42/display,["resync",' + b"9" * 50_000 + b"]"),
    "a name without end": frame(b"40/" + b"x" * 60_000),
    "too large": frame(b"4" * 70_000),
    "to a namespace that is none": frame(b'40/nowhere,{"token":"x"}'),
    "no right token": frame(b'40/display,{"token":"x"}'),
    "a token that is a list": frame(b'40/display,{"token":[[]]}'),
}


@pytest.mark.slow
@pytest.mark.parametrize("joined", [True, False], ids=["joined", "a stranger"])
def test_what_is_no_frame_and_no_packet_harms_nobody(
    branch: BranchProcess, tokens: dict[str, str], all_is_well: Callable[[], None], joined: bool
) -> None:
    with ExitStack() as closed:
        for harm in (NO_FRAMES | NO_PACKETS).values():
            enemy = closed.enter_context(closing(RawClient(branch.port)))
            if joined:
                enemy.join("/display", {"token": tokens["/display"]})
            enemy.send(harm)
        all_is_well()
    all_is_well()


HARMLESS = {"a name without end", "to a namespace that is none", "no right token", "a token that is a list"}


@pytest.mark.parametrize("name", sorted(NO_PACKETS.keys() - HARMLESS))
def test_who_sends_what_is_no_packet_is_cut_off(branch: BranchProcess, name: str) -> None:
    with closing(RawClient(branch.port)) as enemy:
        enemy.send(NO_PACKETS[name])
        until(enemy.is_cut_off, f"{name}: the line is closed", CUT_OFF_S)


@pytest.mark.slow
def test_floods_and_clients_that_never_read_hold_nobody_up_and_fill_no_memory(
    branch: BranchProcess, tokens: dict[str, str], all_is_well: Callable[[], None]
) -> None:
    all_is_well()
    before = memory_mb(branch.pid)
    over = threading.Event()
    with ExitStack() as ended:
        hands = ended.enter_context(ThreadPoolExecutor(2 * len(tokens)))
        ended.callback(over.set)
        for namespace, token in tokens.items():
            for asked in (f'42{namespace},["resync",{{"after":0}}]', f'42{namespace},["resync"]'):
                enemy = ended.enter_context(closing(RawClient(branch.port)))
                enemy.join(namespace, {"token": token})
                hands.submit(flood, enemy, frame(asked.encode()) * 50, over)
        for _ in range(10):
            all_is_well()
    assert memory_mb(branch.pid) - before < GROWS_BY_MB


def flood(enemy: RawClient, frames: bytes, over: threading.Event) -> None:
    """Send without reading, until cut off or told to stop."""
    while not over.is_set():
        try:
            enemy.send(frames)
        except TimeoutError:
            continue
        except OSError:
            return
