"""What the strip says at each moment of a lesson."""

from __future__ import annotations

import pytest

from lobby.words import words
from teller_console.training.scene import Phase, Scene
from teller_console.training.situations import SITUATIONS

TWO = next(one for one in SITUATIONS if len(one.says) == 2)
NOBODY = next(one for one in SITUATIONS if not one.comes)


def test_a_customer_speaks_when_served_and_goes_on_at_the_second_service() -> None:
    said = [Scene(Phase.SERVING, 1, 3, TWO, "en", turn).told(words("en")) for turn in (0, 1)]
    assert [one.startswith("Customer: “") for one in said] == [True, True]
    assert said[0] != said[1]


def test_a_customer_speaks_their_own_language() -> None:
    theirs = TWO.says[0]
    assert words("ru")(theirs) in Scene(Phase.SERVING, 1, 3, TWO, "ru").told(words("en"))


@pytest.mark.parametrize("phase", list(Phase))
def test_every_moment_has_words_even_with_someone_who_never_speaks(phase: Phase) -> None:
    scene = Scene(phase, 2, 10, NOBODY, "en")
    assert scene.told(words("en"))
    assert scene.title(words("en")).startswith("2/10")


def test_before_the_first_customer_there_is_neither_title_nor_hint() -> None:
    assert (Scene().title(words("en")), Scene().hint(words("en"))) == ("", "")


def test_the_hint_comes_with_the_customer() -> None:
    waiting, serving = (Scene(phase, 1, 3, TWO, "en").hint(words("en")) for phase in (Phase.WAITING, Phase.SERVING))
    assert (waiting, serving) == ("", TWO.hint)
