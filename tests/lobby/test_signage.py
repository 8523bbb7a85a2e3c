"""What hangs in the lobby is read from the branch file; each mistake has its place and says what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.queue.services import Span
from lobby.signage import Look, LoudHours, Screen
from tests.lobby.test_config import GOOD, mistakes, read


def test_a_branch_that_names_no_screens_has_our_look_and_speaks_nowhere(tmp_path: Path) -> None:
    signage = read(tmp_path, GOOD).signage
    assert signage.look == Look()
    assert signage.screen("hall") is None
    assert signage.in_room("hall") == ()


def test_a_zone_shows_only_its_services_and_counters() -> None:
    everything, cash, two = Screen("a"), Screen("b", services=("cash",)), Screen("c", counters=(2,))
    assert everything.shows("loans", 7)
    assert cash.shows("cash", 7)
    assert not cash.shows("loans", 7)
    assert two.shows("loans", 2)
    assert not two.shows("loans", 7)


def test_a_room_is_spoken_for_by_its_screens_and_speakers(tmp_path: Path) -> None:
    signage = read(
        tmp_path,
        GOOD
        + """
[[screens]]
name = "hall"
room = "ground"
[[screens]]
name = "ceiling"
layout = "voice"
room = "ground"
[[screens]]
name = "upstairs"
""",
    ).signage
    assert [screen.name for screen in signage.in_room("ground")] == ["hall", "ceiling"]
    assert signage.in_room("") == ()


def test_the_volume_follows_the_hours(tmp_path: Path) -> None:
    voice = read(
        tmp_path, GOOD + '[voice]\nvolume = 80\nhours = { "12:00-14:00" = 40, "22:00-24:00" = 0 }\n'
    ).signage.voice
    assert voice.hours == (LoudHours(Span(720, 840), 40), LoudHours(Span(1320, 1440), 0))
    assert [voice.volume_at(minute) for minute in (719, 720, 839, 840, 1439)] == [80, 40, 40, 80, 0]


def test_the_logo_lies_beside_the_branch_file(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    assert read(tmp_path, GOOD + '[look]\nbrand = "#0B4A45"\nlogo = "logo.svg"\n').signage.look == Look(
        "#0b4a45", "logo.svg"
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[look]\nbrand = "green"', "look.brand"),
        ('[look]\nlogo = "logo.svg"', "look.logo"),
        ('[look]\nlogo = "../secret.svg"', "look.logo"),
        ('[look]\ntheme = "pink"', "look.theme"),
        ('[look]\nfont = "x"', "look.font"),
        ("[[screens]]", "screens[0].name"),
        ('[[screens]]\nname = "a"\n[[screens]]\nname = "a"', "screens[1].name"),
        ('[[screens]]\nname = "a"\nlayout = "wall"', "screens[0].layout"),
        ('[[screens]]\nname = "a"\nlayout = "sign"', "screens[0].counters"),
        ('[[screens]]\nname = "a"\nlayout = "sign"\ncounters = [1, 1]', "screens[0].counters"),
        ('[[screens]]\nname = "a"\nlayout = "voice"', "screens[0].room"),
        ('[[screens]]\nname = "a"\nservices = ["gold"]', "screens[0].services"),
        ('[[screens]]\nname = "a"\ncounters = [9]', "screens[0].counters"),
        ('[[screens]]\nname = "a"\ncounters = "all"', "screens[0].counters"),
        ('[[screens]]\nname = "a"\nlanguage = "xx"', "screens[0].language"),
        ('[[screens]]\nname = "a"\nbeside = ["games"]', "screens[0].beside"),
        ('[[screens]]\nname = "a"\ninches = 1000', "screens[0].inches"),
        ('[[screens]]\nname = "a"\ndistance_m = 0', "screens[0].distance_m"),
        ('[[screens]]\nname = "a"\ndirections = { 9 = "left" }', "screens[0].directions.9"),
        ('[[screens]]\nname = "a"\ndirections = { 1 = "west" }', "screens[0].directions.1"),
        ("[voice]\nvolume = 101", "voice.volume"),
        ('[voice]\nhours = { "noon" = 4 }', "voice.hours.noon"),
        ('[voice]\nhours = { "12:00-13:00" = "loud" }', "voice.hours.12:00-13:00"),
        ("[voice]\nstale_s = 1", "voice.stale_s"),
        ('[[signs]]\naddress = "x"', "signs[0].counter"),
        ('[[signs]]\ncounter = 9\naddress = "x"', "signs[0].counter"),
        ("[[signs]]\ncounter = 1", "signs[0].address"),
    ],
)
def test_a_mistake_has_its_place_and_says_what_to_write(tmp_path: Path, text: str, where: str) -> None:
    assert list(mistakes(tmp_path, f"{GOOD}\n{text}\n")) == [where]


def test_the_way_to_a_counter_is_one_of_those_that_have_an_arrow(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD + 'direction = "left"\n').setup.counters[1].direction == "left"
    assert "left" in mistakes(tmp_path, GOOD + 'direction = "west"\n')["counters[0].direction"]
