"""The rules of following a branch."""

from __future__ import annotations

from teller_console.line import Line, Verdict


def a_line(seq: int = 10) -> Line:
    line = Line()
    line.snapshot("first", seq, 0.0)
    return line


def test_the_next_event_is_taken_and_an_older_one_dropped() -> None:
    line = a_line()
    assert line.event(11, 0.1) is Verdict.TAKE
    assert line.event(11, 0.2) is Verdict.DROP
    assert line.event(3, 0.3) is Verdict.DROP
    assert line.seq == 11


def test_a_gap_asks_once_until_it_has_waited_long_enough() -> None:
    line = a_line()
    assert line.event(13, 0.1) is Verdict.ASK
    assert line.event(14, 0.2) is Verdict.DROP
    assert not line.sure(0.2)
    assert line.event(15, 1.2) is Verdict.ASK


def test_a_gap_is_healed_by_the_events_that_were_asked_for() -> None:
    line = a_line()
    line.event(12, 0.1)
    assert line.event(11, 0.2) is Verdict.TAKE
    assert line.event(12, 0.2) is Verdict.TAKE
    assert line.beat("first", 12, 0.3) is Verdict.TAKE
    assert line.sure(0.3)


def test_a_beat_that_is_ahead_shows_the_loss_of_the_last_event() -> None:
    line = a_line()
    assert line.beat("first", 10, 0.1) is Verdict.TAKE
    assert line.beat("first", 11, 0.2) is Verdict.ASK


def test_a_beat_of_another_epoch_asks_although_the_number_is_the_same() -> None:
    line = a_line()
    assert line.beat("second", 10, 0.1) is Verdict.ASK
    assert line.beat("second", 10, 0.2) is Verdict.TAKE


def test_three_seconds_of_silence_make_unsure() -> None:
    line = a_line()
    assert line.sure(2.9)
    assert not line.sure(3.0)
    line.beat("first", 10, 4.0)
    assert line.sure(4.1)


def test_without_a_snapshot_nothing_is_sure() -> None:
    line = Line()
    assert line.event(1, 0.0) is Verdict.DROP
    assert line.beat("first", 1, 0.0) is Verdict.DROP
    assert not line.sure(0.0)
