"""The PIN of the staff page: kept as a hash, for its own user alone, with a brake on guessing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.pin import FILE, StaffPin
from lobby import errors
from lobby.brake import FREE, LONGEST_MS
from tests.builders import TUESDAY

RIGHT, WRONG = "246813", "135792"
SECOND = 1000


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Makes hashes like the real ones, only quickly."""


@pytest.fixture
def pin(tmp_path: Path) -> StaffPin:
    """A PIN that is set."""
    (tmp_path / FILE).write_text(CHEAP.hash(RIGHT))
    return StaffPin(tmp_path)


def tried(pin: StaffPin, at: int, what: str = WRONG) -> errors.LobbyError | None:
    """What is said to this PIN at `at`; None when it opens."""
    try:
        pin.check(what, at)
    except errors.LobbyError as refusal:
        return refusal
    return None


def test_the_pin_that_was_set_opens_and_no_other(pin: StaffPin) -> None:
    assert tried(pin, TUESDAY, RIGHT) is None
    for other in (WRONG, "", RIGHT + "0", RIGHT[:-1], "٢٤٦٨١٣"):
        assert isinstance(tried(pin, TUESDAY, other), errors.WrongPin)
        assert tried(pin, TUESDAY, RIGHT) is None


def test_without_a_pin_there_is_no_staff_page(tmp_path: Path) -> None:
    assert isinstance(tried(StaffPin(tmp_path), TUESDAY), errors.NoPinSet)


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "abcdef", "12 456", "٢٤٦٨١٣", "000000", "123456\n"])
def test_a_pin_is_6_to_12_digits_and_not_one_over_and_over(tmp_path: Path, pin: str) -> None:
    with pytest.raises(errors.BadField, match="6 to 12 digits"):
        StaffPin(tmp_path).set(pin)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pin", ["000001", "135791357913"])
def test_the_shortest_and_the_longest_pin_are_taken(tmp_path: Path, pin: str) -> None:
    StaffPin(tmp_path).set(pin)
    assert tried(StaffPin(tmp_path), TUESDAY, pin) is None


def test_a_new_pin_replaces_the_old_one_also_for_a_server_that_runs(pin: StaffPin, tmp_path: Path) -> None:
    StaffPin(tmp_path).set(WRONG)
    assert isinstance(tried(pin, TUESDAY, RIGHT), errors.WrongPin)
    assert tried(pin, TUESDAY, WRONG) is None


def test_the_file_is_for_its_own_user_alone_and_does_not_hold_the_pin(tmp_path: Path) -> None:
    StaffPin(tmp_path).set(RIGHT)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert RIGHT not in (tmp_path / FILE).read_text()


def test_what_an_interrupted_change_left_behind_is_read_by_nobody(tmp_path: Path) -> None:
    left = tmp_path / f"{FILE}.part"
    left.write_text("half a hash")
    left.chmod(0o644)
    StaffPin(tmp_path).set(RIGHT)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert not left.exists()


@pytest.mark.parametrize("damaged", [b"", b"no hash at all", b"\xff\xfe\x00", b"$argon2id$v=19$m=65536,t=3,p=4$"])
def test_a_damaged_file_is_no_pin_and_the_log_says_why(
    pin: StaffPin, tmp_path: Path, damaged: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).write_bytes(damaged)
    with caplog.at_level(logging.WARNING, "kiosk.pin"):
        assert isinstance(tried(pin, TUESDAY, RIGHT), errors.NoPinSet)
    assert str(tmp_path / FILE) in caplog.text
    pin.set(WRONG)
    assert isinstance(tried(pin, TUESDAY, RIGHT), errors.WrongPin)


def test_a_file_that_cannot_be_read_is_no_pin(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert isinstance(tried(StaffPin(tmp_path), TUESDAY), errors.NoPinSet)


def test_after_five_wrong_pins_one_waits_twice_as_long_each_time(pin: StaffPin) -> None:
    at = TUESDAY
    for _ in range(FREE):
        assert isinstance(tried(pin, at), errors.WrongPin)
    for seconds in (1, 2, 4):
        assert str(tried(pin, at, RIGHT)) == f"Too many attempts. Please wait {seconds} seconds."
        assert isinstance(tried(pin, at + seconds * SECOND - 1, RIGHT), errors.TooManyAttempts)
        at += seconds * SECOND
        assert isinstance(tried(pin, at), errors.WrongPin)


def test_the_right_pin_after_the_wait_makes_all_good(pin: StaffPin) -> None:
    for _ in range(FREE):
        tried(pin, TUESDAY)
    at = TUESDAY + LONGEST_MS
    assert tried(pin, at, RIGHT) is None
    assert isinstance(tried(pin, at), errors.WrongPin)
