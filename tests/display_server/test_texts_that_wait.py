"""A branch whose files have texts in languages that it does not serve, and none in one that it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lobby.command_line.branch import write_example
from tests.builders import Clock
from tests.display_server.phone import Phone
from tests.end_to_end.house import House, a_house

ROOM = {"en": "The lift is out of order.", "sw": "Lifti haifanyi kazi."}


@pytest.fixture(params=['["en", "hi"]', '["hi", "en"]'])
def house(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """The example branch with all its files, but with Hindi in place of Arabic, Chinese and Russian."""
    folder = memory_folder / tmp_path.name
    write_example(folder)
    made = a_house(folder, clock, lambda text: text.replace('["en", "ar", "zh", "ru"]', request.param))
    yield made
    made.server.close()


def test_a_text_that_is_missing_stands_there_in_english(house: House) -> None:
    assert house.server.knowledge.mistakes == ()
    offer = house.client().get("/kiosk/offer", headers={"Authorization": f"Bearer {house.token('kiosk')}"}).json
    assert {one["code"] for one in offer["languages"]} == {"en", "hi"}  # type: ignore[index]
    assert offer["names"]["hi"] == "Main Street"  # type: ignore[index]
    cash = offer["services"][0]["said"]["hi"]  # type: ignore[index]
    assert (cash["name"], cash["documents"]) == ("Cash", ["Passport or ID card", "Bank card"])

    phone = Phone(house, language="hi")
    assert "Cash" in phone.reads(f"{phone.page}?language=hi")
    assert 'lang="hi"' in phone.client.get(f"{phone.page}?language=hi").text

    for path, role in (("/board", "display"), ("/care", "teller")):
        assert house.get(path, role).status_code == 200, path
    screen = {"Authorization": f"Bearer {house.token('display')}"}
    for path in ("/screen?language=hi", "/information", "/sign-in?language=hi"):
        assert house.client().get(path, headers=screen).status_code == 200, path
    found = house.server.knowledge.library.article("lost-card", "hi")
    assert found is not None
    assert found.language == "en"


def test_a_notice_may_have_words_for_who_is_not_served_in_them(house: House) -> None:
    assert house.post("/notices", {"texts": ROOM}).status_code == 200
    assert [one["texts"] for one in house.get("/board", "display").json["notices"]] == [ROOM]  # type: ignore[index]
