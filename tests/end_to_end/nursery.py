"""Starts the command `lobby` quickly: a process that has loaded all that it needs forks for each start.

What is started is a process of its own, to be stopped, killed or starved like any other; only the loading of some
thousand modules, which takes longer than most of what it is started for, is not done again. There are two such
nurseries, as the branch server runs on gevent and nothing else does. That `lobby` starts without them is tried by the
tests that start it with an interpreter of its own.
"""

from __future__ import annotations

import atexit
import gc
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

GEVENT, PLAIN = "gevent", "plain"
ON_GEVENT = ("serve", "demo")
LOADED = {
    GEVENT: ("display_server.serve", "engineio.async_drivers.gevent", "alembic.command"),
    PLAIN: ("kiosk.running", "lobby.records.staff", "alembic.command"),
}
ROOT = Path(__file__).parents[2]
LOOK_S = 0.01


class Child:
    """A process that a nursery started, as `subprocess.Popen` would give it."""

    def __init__(self, nursery: Nursery, pid: int, arguments: Sequence[str]) -> None:
        self._nursery = nursery
        self._arguments = arguments
        self.pid = pid
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def poll(self) -> int | None:
        """Its exit code, the negative signal that ended it, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._nursery.ask({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float = math.inf) -> int:
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self._arguments, timeout)
            time.sleep(LOOK_S)
        return code


class Nursery:
    """The process that forks; it ends, and what it started with it, when this one does."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        self._turn = threading.Lock()
        atexit.register(self.close)

    def close(self) -> None:
        """End it, and with it whatever of its children still runs."""
        self._process.communicate()

    def ask(self, question: dict[str, object]) -> int | None:
        """One question, one answer, a line each."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            answer: int | None = json.loads(self._process.stdout.readline())
        return answer

    def start(self, arguments: Sequence[str], out: Path, err: Path, environ: Mapping[str, str]) -> Child:
        for made in (out, err):
            made.write_bytes(b"")
        files = {"out": str(out), "err": str(err)}
        pid = self.ask({"arguments": arguments, "cwd": os.getcwd(), "environ": dict(environ), **files})
        assert pid is not None
        return Child(self, pid, arguments)


@cache
def _nursery(kind: str) -> Nursery:
    return Nursery(kind)


def start(arguments: Sequence[str], out: Path, err: Path, environ: Mapping[str, str] = os.environ) -> Child:
    """Start `lobby` with these arguments; what it writes goes to the two files."""
    kind = GEVENT if arguments and arguments[0] in ON_GEVENT else PLAIN
    return _nursery(kind).start(arguments, out, err, environ)


def run(
    arguments: Sequence[str], timeout_s: float, environ: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    """Run `lobby` to its end."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        child = start(arguments, out, err, environ)
        try:
            code = child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(timeout_s)
            raise
        return subprocess.CompletedProcess(arguments, code, out.read_text("utf-8"), err.read_text("utf-8"))


# -- the process itself


def _load(kind: str) -> None:
    """All that the first customer would have to wait for, in the order in which `lobby` loads it."""
    from click.testing import CliRunner

    from lobby.cli import lobby

    assert CliRunner().invoke(lobby, ["--help"]).exit_code == 0
    if kind == GEVENT:
        from gevent import monkey

        monkey.patch_all()
    for name in LOADED[kind]:
        import_module(name)
    gc.freeze()  # its pages stay shared with the forks


def _become(asked: dict[str, object]) -> None:
    """Turn this fork into what a shell would have started."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    out, err = (os.open(str(asked[stream]), os.O_WRONLY) for stream in ("out", "err"))
    for number, opened in enumerate((nothing, out, err)):
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["environ"])  # type: ignore[call-overload]
    os.chdir(str(asked["cwd"]))
    sys.argv = ["-c", *asked["arguments"]]  # type: ignore[misc]


def _serve(kind: str) -> bool:
    """Answer until nobody asks any more; True in each process that was forked."""
    fork, wait = os.fork, os.waitpid  # as they are before gevent
    _load(kind)
    running: set[int] = set()
    questions = os.fdopen(os.dup(0), "rb")
    for line in questions:
        asked = json.loads(line)
        answer: int | None
        if "ended" in asked:
            ended, status = wait(asked["ended"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
            running.discard(ended)
        else:
            answer = fork()
            if answer == 0:
                questions.close()
                _become(asked)
                return True
            running.add(answer)
        os.write(1, json.dumps(answer).encode() + b"\n")
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        wait(pid, 0)
    return False


if __name__ == "__main__" and _serve(sys.argv[1]):
    from lobby.cli import main

    main()
