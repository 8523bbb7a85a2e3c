"""A server that ends answers what it has begun, and begins nothing more."""

from __future__ import annotations

from display_server.gate.leaving import Leaving, gone


def test_what_is_under_way_is_waited_for_and_no_longer_than_it_may_take() -> None:
    leaving, slept = Leaving(), []
    request = leaving.one()
    request.__enter__()

    def sleep(seconds: float) -> None:
        assert leaving.begun
        slept.append(seconds)
        if len(slept) == 3:
            request.__exit__(None, None, None)

    leaving.leave(60.0, sleep)
    assert len(slept) == 3
    with leaving.one():
        leaving.leave(0.0, sleep)
    assert len(slept) == 3


def test_whoever_asks_a_server_that_is_leaving_may_ask_the_next_one() -> None:
    told: list[tuple[str, list[tuple[str, str]]]] = []
    assert gone({}, lambda status, headers: told.append((status, headers))) == []
    assert told[0][0].startswith("503")
    assert ("Retry-After", "1") in told[0][1]
