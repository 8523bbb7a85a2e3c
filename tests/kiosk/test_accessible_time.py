"""Time that runs out: seen, heard, announced, and given back as often as anyone needs it (WCAG 2.2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.kiosk.builders import KioskBranch
from tests.kiosk.states import STATES
from tests.kiosk.touch import Screen, Touch

pytestmark = pytest.mark.browser

LOUDNESS = "() => window.chimes"
COUNT = """
window.chimes = [];
const ramp = AudioParam.prototype.linearRampToValueAtTime;
AudioParam.prototype.linearRampToValueAtTime = function (value, at) {
  chimes.push(value);
  return ramp.call(this, value, at);
};
"""


@pytest.fixture(scope="module")
def screen(chromium: Any) -> Iterator[Screen]:
    """A screen with ears: each note of a chime is counted, with its loudness."""
    screen = Screen(chromium, script=COUNT)
    yield screen
    screen.close()


def notes(touch: Touch) -> int:
    return len(touch.page.evaluate(LOUDNESS))


def test_whether_anyone_is_there_is_asked_by_sight_sound_and_word(touch: Touch, branch: KioskBranch) -> None:
    touch.stop_time()
    STATES["still_there"](touch, branch, "en")
    assert notes(touch) == 2
    assert int(touch.text("#still-there .seconds")) <= 20
    touch.after(10)
    assert touch.text("#still-there [role=status]") == "Seconds until this page closes: 10"
    assert notes(touch) == 4


def test_the_last_seconds_of_the_ticket_are_announced_and_heard(touch: Touch, branch: KioskBranch) -> None:
    touch.stop_time()
    STATES["ticket"](touch, branch, "en")
    touch.after(12)
    assert touch.text(".ticket .actions [role=status]") == "Seconds until this page closes: 20"
    assert notes(touch) == 0
    touch.after(10)
    assert touch.text(".ticket .actions [role=status]") == "Seconds until this page closes: 10"
    assert notes(touch) == 2


def test_the_time_of_the_ticket_is_extended_ten_times_over(touch: Touch, branch: KioskBranch) -> None:
    touch.stop_time()
    STATES["ticket"](touch, branch, "en")
    for _ in range(10):
        before = int(touch.text(".seconds"))
        touch.tap(".actions .button:not(.main)")
        assert int(touch.text(".seconds")) >= before + 29
    assert int(touch.text(".seconds")) > 300


def test_who_answers_is_asked_again_only_after_another_minute_as_often_as_it_takes(
    touch: Touch, branch: KioskBranch
) -> None:
    touch.stop_time()
    touch.to_services()
    for _ in range(11):
        touch.after(61)
        touch.page.wait_for_selector("#still-there")
        touch.after(15)
        touch.tap("#still-there .button.main")
        touch.page.wait_for_selector("#still-there", state="detached")
    assert touch.page.get_attribute("main", "data-page") == "services"


@pytest.mark.parametrize(("percent", "loudness"), [(0, []), (40, [0.1, 0.1]), (100, [0.25, 0.25])])
def test_the_chime_is_as_loud_as_the_branch_wants(
    touch: Touch, branch: KioskBranch, monkeypatch: pytest.MonkeyPatch, percent: int, loudness: list[float]
) -> None:
    monkeypatch.setattr(branch.kiosk, "volume", lambda: percent)
    with touch.page.expect_response("**/kiosk/offer"):
        touch.after(5)
    STATES["still_there"](touch, branch, "en")
    assert touch.page.evaluate(LOUDNESS) == pytest.approx(loudness)
