"""Reading structs from many threads at once, each for the first time."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import msgspec
import pytest

from lobby import shapes


class Point(msgspec.Struct):
    x: int


def test_what_fits_is_read_and_what_does_not_is_refused() -> None:
    assert shapes.decode(b'{"x": 1}', Point) == Point(1)
    assert shapes.convert({"x": 2}, Point) == Point(2)
    assert shapes.decode(b"[1]", list[int]) == [1]
    for wrong in (b'{"x": "one"}', b"{}"):
        with pytest.raises(msgspec.ValidationError):
            shapes.decode(wrong, Point)
    with pytest.raises(msgspec.ValidationError):
        shapes.convert({"x": None}, Point)


def test_many_threads_may_read_a_new_shape_at_once() -> None:
    """Each round defines structs in structs anew and lets eight threads read one of them together: without the lock
    some round ends the process with a fault."""
    rounds = """
        import sys, threading
        import msgspec
        from lobby.shapes import decode
        sys.setswitchinterval(0.000005)
        for _ in range(20):
            inner = msgspec.defstruct("Inner", [(f"f{i}", int | None, None) for i in range(40)])
            middle = msgspec.defstruct("Middle", [(f"m{i}", inner) for i in range(40)])
            outer = msgspec.defstruct("Outer", [("first", middle), ("second", inner)])
            body = msgspec.json.encode({"first": {f"m{i}": {"f1": i} for i in range(40)}, "second": {"f2": 2}})
            start = threading.Barrier(8)
            def read():
                start.wait()
                assert decode(body, outer).first.m3.f1 == 3
            threads = [threading.Thread(target=read) for _ in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        print("read")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(rounds)], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr
