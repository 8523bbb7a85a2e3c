"""The brake on guessing: five attempts are free, then each wait is twice the last, up to a quarter of an hour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.brake import FADES_MS, FREE, LONGEST_MS, MANY, Brake
from lobby.errors import TooManyAttempts

NOW = 1_700_000_000_000


def guessed(times: int, key: str = "ann") -> Brake:
    """A brake after so many attempts at the same moment."""
    brake = Brake()
    for _ in range(times):
        brake.begin(key, NOW)
    return brake


def test_five_attempts_are_free() -> None:
    for times in range(FREE):
        guessed(times).check("ann", NOW)
    with pytest.raises(TooManyAttempts):
        guessed(FREE).check("ann", NOW)


@pytest.mark.parametrize(
    ("times", "seconds"), [(5, 1), (6, 2), (7, 4), (10, 32), (14, 512), (15, 900), (39, 900), (10_000, 900)]
)
def test_the_wait_doubles_from_a_second_to_a_quarter_of_an_hour(times: int, seconds: int) -> None:
    brake = guessed(times)
    assert brake.wait_ms("ann", NOW) == seconds * 1000 <= LONGEST_MS
    with pytest.raises(TooManyAttempts) as refused:
        brake.check("ann", NOW)
    assert refused.value.facts == {"seconds": seconds}


def test_the_wait_that_is_left_is_said_in_whole_seconds_and_never_none() -> None:
    brake = guessed(7)
    for passed_ms, seconds in [(0, 4), (1, 4), (1000, 3), (3001, 1), (3999, 1)]:
        with pytest.raises(TooManyAttempts) as refused:
            brake.check("ann", NOW + passed_ms)
        assert refused.value.facts == {"seconds": seconds}
    brake.check("ann", NOW + 4000)


def test_an_attempt_after_the_wait_begins_a_longer_one() -> None:
    brake = guessed(5)
    brake.check("ann", NOW + 1000)
    brake.begin("ann", NOW + 1000)
    assert brake.wait_ms("ann", NOW + 1000) == 2000


def test_the_right_password_ends_it_and_the_next_five_are_free_again() -> None:
    brake = guessed(20)
    brake.passed("ann")
    brake.check("ann", NOW)
    brake.passed("nobody who ever tried")
    for _ in range(FREE - 1):
        brake.begin("ann", NOW)
    brake.check("ann", NOW)


def test_one_who_guesses_holds_up_nobody_else() -> None:
    brake = guessed(20)
    brake.check("bob", NOW)
    brake.begin("bob", NOW)
    assert brake.wait_ms("bob", NOW) == 0


def test_many_at_the_same_moment_meet_it_too() -> None:
    """An attempt counts from its start, before anyone knows whether it was right."""
    brake, let_through = Brake(), 0
    for _ in range(100):
        try:
            brake.check("ann", NOW)
        except TooManyAttempts:
            continue
        brake.begin("ann", NOW)
        let_through += 1
    assert let_through == FREE


def test_the_memory_of_those_who_guess_is_bounded() -> None:
    brake = Brake()
    for n in range(MANY + 500):
        brake.begin(f"from {n}", NOW)
    assert len(brake._attempts) <= MANY + 1


def test_guessing_under_many_names_does_not_free_one_who_must_wait() -> None:
    """Whoever can make up names could otherwise begin anew whenever the memory is full."""
    brake = guessed(20)
    for n in range(MANY + 1):
        brake.begin(f"user {n}", NOW)
    with pytest.raises(TooManyAttempts):
        brake.check("ann", NOW)


def test_an_hour_without_an_attempt_takes_one_off() -> None:
    brake = guessed(7)
    brake.begin("ann", NOW + 2 * FADES_MS)  # the sixth
    assert brake.wait_ms("ann", NOW + 2 * FADES_MS) == 2000
    brake.begin("ann", NOW + 3 * FADES_MS - 1)  # not an hour later: the seventh
    assert brake.wait_ms("ann", NOW + 3 * FADES_MS - 1) == 4000


def test_a_mistake_an_hour_makes_nobody_wait() -> None:
    brake = Brake()
    for hour in range(100):
        brake.begin("the address of a household", NOW + hour * FADES_MS)
        brake.check("the address of a household", NOW + hour * FADES_MS)


def test_who_guesses_on_for_a_day_has_no_more_than_five_attempts_an_hour() -> None:
    brake, now, made = Brake(), NOW, 0
    while now < NOW + 24 * FADES_MS:
        now += brake.wait_ms("ann", now)
        brake.begin("ann", now)
        made += 1
    assert made <= 24 * 5


def test_who_has_guessed_long_is_forgotten_within_a_day() -> None:
    brake = guessed(10_000)
    brake.begin("ann", NOW + 24 * FADES_MS)
    brake.check("ann", NOW + 24 * FADES_MS)


@given(st.lists(st.integers(0, 2_000_000), max_size=40))
def test_a_wait_never_exceeds_a_quarter_of_an_hour_and_always_ends(pauses: list[int]) -> None:
    brake, now = Brake(), NOW
    for pause in pauses:
        now += pause
        brake.begin("ann", now)
    left = brake.wait_ms("ann", now)
    assert 0 <= left <= LONGEST_MS
    assert brake.wait_ms("ann", now + left) == 0
    if left:
        assert brake.wait_ms("ann", now + left - 1) == 1


def test_a_clock_that_was_set_back_makes_nobody_wait_longer_than_the_longest_wait() -> None:
    brake, back = guessed(20), NOW - 3_600_000
    with pytest.raises(TooManyAttempts) as refused:
        brake.check("ann", back)
    assert refused.value.facts["seconds"] <= LONGEST_MS // 1000
    brake.check("ann", back + LONGEST_MS)


def test_what_many_share_is_not_freed_by_one_of_them_who_knows_a_password() -> None:
    """Whoever has an account of their own signs in between guesses at the others'."""
    brake = guessed(FREE)
    for _ in range(10):
        brake.begin("ann", NOW)
        brake.take_back("ann")
    assert brake.wait_ms("ann", NOW) == 1000
    brake.take_back("nobody who ever tried")
    alone = guessed(1)
    alone.take_back("ann")
    assert alone.wait_ms("ann", NOW, free=1) == 0
