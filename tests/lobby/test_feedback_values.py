"""What customers may choose is read from the branch file; each mistake has its place and says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.care.codes import called
from lobby.care.feedback import BAD, GOOD
from lobby.words import words
from tests.lobby.test_config import GOOD as FILE
from tests.lobby.test_config import mistakes, read


def test_a_branch_that_says_nothing_has_ours_on_both_sides_of_the_same_things(tmp_path: Path) -> None:
    setup = read(tmp_path, FILE).setup
    for good, ours in ((True, GOOD), (False, BAD)):
        assert [one.code for one in setup.feedback.choices("cash", good)] == list(ours)
    assert list(GOOD) == list(BAD)


def test_a_branch_chooses_for_all_services_or_for_one_and_may_name_its_own(tmp_path: Path) -> None:
    setup = read(
        tmp_path,
        FILE
        + """
[feedback]
bad = ["wait", { code = "parking", name = { en = "Nowhere to park" } }]

[feedback.services.cash]
good = []
bad = [{ code = "parking", name = "Our own car park was full" }, "done"]
""",
    ).setup
    assert [one.code for one in setup.feedback.choices("", True)] == list(GOOD)
    assert setup.feedback.choices("cash", True) == ()
    cash = [called("bad", one.code, one.names, words("ru")) for one in setup.feedback.choices("cash", False)]
    assert cash[0] == "Our own car park was full"
    assert setup.feedback.names(good=False) == {"wait": {}, "parking": {"en": "Nowhere to park"}, "done": {}}


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("[feedback]\ngod = []", "feedback.god", "known are bad, good, services"),
        ('[feedback]\ngood = "wait"', "feedback.good", "must be a list"),
        ("[feedback]\ngood = [3]", "feedback.good", "must be a list"),
        ('[feedback]\nbad = ["rain"]', "feedback.bad[0]", "none of wait, staff, answer, done, place"),
        ('[feedback]\nbad = ["wait", "wait"]', "feedback.bad[1]", "there already"),
        ('[feedback]\nbad = [{ code = "a b", name = "A" }]', "feedback.bad[0].code", "letters"),
        ('[feedback]\nbad = [{ code = "ab" }]', "feedback.bad[0].name", "is missing"),
        ('[feedback]\nbad = [{ code = "ab", name = { xx = "A" } }]', "feedback.bad[0].name.xx", "is not a language"),
        ('[feedback]\nbad = [{ code = "ab", name = "A", icon = "b" }]', "feedback.bad[0].icon", "not a key"),
        ("[feedback.services.tea]\ngood = []", "feedback.services.tea", 'no service "tea"'),
        ("[feedback]\nservices = 3", "feedback.services", "must be a table"),
        ("[feedback.services]\ncash = 3", "feedback.services.cash", "must be a table"),
        (
            "[feedback]\ngood = [" + ", ".join(f"{{ code = 'c{n}', name = 'C' }}" for n in range(7)) + "]",
            "feedback.good",
            "nobody reads more than 6",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, where: str, says: str) -> None:
    assert says in mistakes(tmp_path, f"{FILE}\n{text}\n")[where]
