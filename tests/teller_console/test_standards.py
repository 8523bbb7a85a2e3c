"""The standard of the service at hand, on a key."""

from __future__ import annotations

import pytest

from lobby.care.views import OfferedCare
from lobby.words import words
from teller_console.screens.standard import StandardScreen, standard_lines
from tests.teller_console.care_stage import CareStage

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("language", "line"), [("en", "Named the charge or the rate"), ("zh", "报出金额，当面清点")])
async def test_the_standard_of_the_service_being_served_is_on_g(room: CareStage, language: str, line: str) -> None:
    room.language = language
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("g")
        await teller.sees(line)
        await teller.press("g")
        await teller.until(lambda: not isinstance(teller.pilot.app.screen, StandardScreen))


def test_a_service_without_a_standard_has_the_common_one_and_english_where_a_language_is_missing() -> None:
    written = {"": {"en": ("Greet",)}, "cash": {"en": ("Count",), "ru": ("Считать",)}}
    offered = OfferedCare({}, written, {}, {}, {})
    assert standard_lines(offered, "cash", words("ru")) == ("Считать",)
    assert standard_lines(offered, "cash", words("ar")) == ("Count",)
    assert standard_lines(offered, "loans", words("en")) == ("Greet",)
    assert standard_lines(OfferedCare({}, {}, {}, {}, {}), "cash", words("en")) == ()
