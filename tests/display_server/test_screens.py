"""Which screen a device is, what each is told of the branch, and the bank's look on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.look import brand
from lobby.records.tokens import DEVICE
from tests.builders import Clock
from tests.end_to_end.house import House, a_house

SCREENS = """
[look]
brand = "#ff8800"
logo = "logo.svg"
theme = "dark"
radius_px = 0

[[screens]]
name = "hall"
theme = "light"
directions = { 2 = "up" }

[[screens]]
name = "over-3"
layout = "sign"
counters = [3]

[[screens]]
name = "advice"
services = ["loans"]
language = "ar"

[[screens]]
name = "left-wing"
counters = [4, 5]

[voice]
"""


def of_the_test(example: str) -> str:
    """The example branch with the screens of these tests."""
    return re.sub(r"\n\[\[screens\]\].*?\n\[voice\]\n", "\n" + SCREENS, example, flags=re.DOTALL)


@pytest.fixture(scope="module")
def house(memory_folder: Path) -> Iterator[House]:
    folder = memory_folder / "screens"
    folder.mkdir()
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "utf-8")
    house = a_house(folder, Clock(), of_the_test)
    yield house
    house.server.close()


def page(house: House, path: str, name: str = "hall") -> dict[str, Any]:
    """What the page's script is told, asked for by the lobby screen of that name."""
    token = house.server.tokens.create(DEVICE, name, "display", house.clock())
    answer = house.client().get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    block = re.search(r'<script type="application/json" id="page">(.*?)</script>', answer.text, re.DOTALL)
    assert block is not None
    return dict(json.loads(block[1]), html=answer.text)


def test_a_device_is_the_screen_that_it_was_paired_as_and_any_other_name_the_whole_board(house: House) -> None:
    assert page(house, "/screen", "over-3")["screen"]["layout"] == "sign"
    plain = page(house, "/screen", "screen 1")["screen"]
    assert (plain["name"], plain["layout"], plain["services"]) == ("screen 1", "calls", [])


def test_a_named_screen_can_be_looked_at_and_an_unknown_name_says_which_there_are(house: House) -> None:
    assert page(house, "/screen/advice")["screen"]["name"] == "advice"
    manager = {"Authorization": f"Bearer {house.token('manager')}"}
    unknown = house.client().get("/screen/<b>wing<b>", headers=manager)
    assert unknown.status_code == 404
    assert 'href="/screen/left-wing"' in unknown.text
    assert "<b>wing" not in unknown.text


def test_who_may_not_see_the_branch_is_sent_to_pair_or_to_sign_in(house: House) -> None:
    assert house.client().get("/screen").location == "/pair"
    assert house.client().get("/screen/hall").location == "/sign-in?next=/screen/hall"
    assert house.client().get("/screen/nowhere").location == "/sign-in?next=/screen/nowhere"


def test_a_zone_is_told_the_queues_of_its_services_or_of_what_its_counters_give(house: House) -> None:
    assert page(house, "/screen/hall")["shown"] == []
    assert page(house, "/screen/advice")["shown"] == ["loans"]
    assert page(house, "/screen/left-wing")["shown"] == ["accounts", "loans", "business"]


def test_the_way_to_a_counter_is_the_screen_s_or_the_counter_s_own_and_a_sign_points_nowhere(house: House) -> None:
    ways = page(house, "/screen/hall")["ways"]
    assert (ways["2"], ways["4"]) == ("up", "right")
    assert page(house, "/screen/advice")["ways"]["2"] == "left"
    assert page(house, "/screen/over-3")["ways"] == {}


def test_a_screen_has_its_own_language_and_theme(house: House) -> None:
    hall, advice = page(house, "/screen/hall"), page(house, "/screen/advice")
    assert (hall["fixed"], hall["theme"], advice["fixed"], advice["theme"]) == ("", "light", "ar", "dark")
    assert '<html lang="ar" dir="rtl" data-scale="far" data-theme="dark">' in advice["html"]
    assert page(house, "/screen/hall?language=ru")["fixed"] == "ru"
    assert page(house, "/screen/hall?language=xx")["fixed"] == ""


def test_the_board_says_how_each_counter_stands(house: House) -> None:
    def stands() -> dict[int, tuple[str, str]]:
        counters = house.get("/board", "display").json["counters"]  # type: ignore[index]
        return {one["counter"]: (one["state"], one["number"]) for one in counters}

    assert set(stands().values()) == {("closed", "")}
    number = house.issue("cash")["number"]
    house.post("/counters/2/open", {}, "teller")
    assert stands()[2] == ("free", "")
    house.post("/counters/2/next", {}, "teller")
    assert stands()[2] == ("called", number)
    house.post("/counters/2/start", {}, "teller")
    assert stands()[2] == ("serving", number)
    house.post("/counters/2/finish", {}, "teller")
    house.post("/counters/2/break", {"reason": "lunch"}, "teller")
    assert stands()[2] == ("break", "")
    calls = house.get("/board", "display").json["calls"]  # type: ignore[index]
    assert [call["number"] for call in calls] == [number]
    house.clock.forward(hours=24)
    assert set(stands().values()) == {("closed", "")}
    assert house.get("/board", "display").json["calls"] == []  # type: ignore[index]


def test_the_bank_s_colour_is_made_readable_and_its_logo_runs_nothing(house: House) -> None:
    client = house.client()
    sheet = client.get("/look/brand.css").text
    [brand_colour] = re.findall(r':root:not\(\[data-contrast="high"\]\) { --brand: (#[0-9a-f]{6})', sheet)
    assert brand_colour != "#ff8800"
    assert brand.contrast(brand_colour, "#ffffff") >= 7
    assert "--radius-tile: 0px" in sheet
    logo = client.get("/look/logo")
    assert logo.mimetype == "image/svg+xml"
    assert logo.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    logo.close()
    tokens = client.get("/look/tokens.css")
    assert '@import url("brand.css")' in tokens.text
    tokens.close()
