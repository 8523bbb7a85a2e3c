import re

from lobby.chance import BLOCK, Chance


class Counted:
    """A source whose bytes count up, so that what is given twice is seen."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, count: int) -> bytes:
        self.asked += 1
        return bytes((self.asked * 7 + n) % 251 for n in range(count))


def test_the_system_is_asked_once_for_many_and_nothing_is_given_twice() -> None:
    source = Counted()
    chance = Chance(source)
    given = b"".join(chance.octets(16) for _ in range(BLOCK // 16))
    assert source.asked == 1
    assert given == bytes((7 + n) % 251 for n in range(BLOCK))
    assert chance.octets(3) == bytes([14, 15, 16])
    assert source.asked == 2


def test_a_rest_that_is_too_short_is_left_and_never_given_in_part() -> None:
    source = Counted()
    chance = Chance(source)
    chance.octets(BLOCK - 2)
    assert chance.octets(3) == bytes([14, 15, 16])


def test_a_token_stands_in_an_address_and_letters_are_of_the_alphabet() -> None:
    chance = Chance()
    assert re.fullmatch(r"[\w-]{12}", chance.token(9), re.ASCII)
    drawn = {chance.letters("AB7", 6) for _ in range(200)}
    assert all(re.fullmatch("[AB7]{6}", word) for word in drawn)
    assert len(drawn) > 100
    assert {letter for word in drawn for letter in word} == set("AB7")
