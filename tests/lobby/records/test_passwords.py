"""Which new passwords are taken."""

from __future__ import annotations

import pytest

from lobby.errors import PasswordNamesUser, PasswordTooCommon, PasswordTooWeak
from lobby.records.passwords import refuse_weak

GUESSED = (
    *("Welcome2026!", "password123", "P@ssw0rd2026", "Pa$$w0rd!!", "1234567890", "qwertyuiop", "aaaaaaaaaa"),
    *("abcabcabcabc", "zyxwvutsrq", "Summer-Winter-26", "asdfghjkl123", "1q2w3e4r5t", "йцукенгшщз", "пароль12345"),
    *("qwerty1234567", "administrator", "BankTeller2026", "iloveyou1234", "0987654321", "!!letmein!!now"[:11]),
)


@pytest.mark.parametrize("password", GUESSED)
def test_what_others_would_try_first_is_no_password(password: str) -> None:
    with pytest.raises(PasswordTooCommon):
        refuse_weak(password, "ann")


@pytest.mark.parametrize(
    "password",
    [
        "a long enough password",
        "correct horse battery",
        "counting sheep",
        "kT9#mq2&vLz",
        "水面に映る月の光がゆれる",
        "Tuesday we bake bread",
    ],
)
def test_what_is_long_and_nobodys_first_guess_is_taken(password: str) -> None:
    refuse_weak(password, "ann")


def test_a_password_does_not_hold_the_user_name() -> None:
    with pytest.raises(PasswordNamesUser):
        refuse_weak("xx-Maria.Perez-1988", "maria.perez")
    refuse_weak("an annual picnic", "ann")


def test_a_short_password_is_refused_with_the_length_that_is_asked_for() -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        refuse_weak("kT9#mq2&v", "ann")
    assert refused.value.facts == {"length": 10}
