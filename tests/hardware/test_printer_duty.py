from __future__ import annotations

from hardware.duty import Outage, Standing, on_duty, outage

WELL = Standing()
OUT = Standing("the printer is out of paper")
NEVER = Standing("no printer is set up", hopeless=True)
SLOW_S = 10.0


def turn(*standings: Standing, now: float = 100.0) -> int | None:
    return on_duty(standings, now, SLOW_S)


def test_the_first_printer_has_the_turn_while_it_can_print() -> None:
    assert turn(WELL, WELL) == 0
    assert turn(Standing(job_since=95.0), WELL) == 0


def test_the_next_one_takes_over_and_steps_back() -> None:
    assert turn(OUT, WELL, WELL) == 1
    assert turn(OUT, OUT, WELL) == 2
    assert turn(WELL, OUT) == 0


def test_a_printer_that_one_slip_keeps_too_long_is_not_waited_for() -> None:
    assert turn(Standing(job_since=80.0), WELL) == 1
    assert turn(Standing(job_since=80.0)) is None


def test_nobody_has_the_turn_when_none_can_print() -> None:
    assert turn(OUT, NEVER) is None
    assert turn() is None


def test_an_outage_begins_once_and_ends_when_some_printer_can_print() -> None:
    begun = outage(None, [OUT, OUT], 100.0, SLOW_S)
    assert begun == Outage(100.0, hopeless=False)
    assert outage(begun, [OUT, OUT], 130.0, SLOW_S) == begun
    assert outage(begun, [OUT, WELL], 130.0, SLOW_S) is None


def test_slips_wait_for_the_end_of_an_outage_as_long_as_patience_lasts() -> None:
    begun = Outage(100.0, hopeless=False)
    assert not begun.is_over_patience(174.9, 75.0)
    assert begun.is_over_patience(175.0, 75.0)


def test_without_hope_nobody_waits() -> None:
    for standings in ([], [NEVER], [NEVER, NEVER]):
        begun = outage(None, standings, 100.0, SLOW_S)
        assert begun is not None
        assert begun.is_over_patience(100.0, 75.0)
    mixed = outage(None, [NEVER, OUT], 100.0, SLOW_S)
    assert mixed is not None
    assert not mixed.is_over_patience(100.0, 75.0)
