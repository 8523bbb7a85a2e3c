"""Spoken guidance: the clip that the server gives, and the page that is read aloud."""

from __future__ import annotations

import io
import shutil
import time
import wave
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from hardware import speech
from hardware.errors import DeviceError
from kiosk import kiosk_blueprint
from kiosk.speech import add_speech, ranges_aloud
from lobby.words import words
from tests.end_to_end.branch_process import until
from tests.kiosk.builders import KioskBranch, Served
from tests.kiosk.touch import PATIENCE_MS, Touch

HOW = "Press the number of your choice, or move with the arrow keys and press Enter."


def clip(seconds: float = 0.02) -> bytes:
    """Silence, as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(22050)
        out.writeframes(bytes(2 * int(22050 * seconds)))
    return file.getvalue()


# -- the clip


@pytest.fixture
def route(branch: KioskBranch) -> Any:
    """A client of the kiosk's pages with speech among them."""
    app = Flask("speech-under-test")
    app.register_blueprint(kiosk_blueprint(branch.kiosk, lambda pages: add_speech(pages, branch.kiosk.door)))
    return app.test_client()


def post(route: Any, **body: object) -> Any:
    return route.post("/kiosk/speech", json=body)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed; nothing was said")
def test_a_sentence_comes_back_as_sound_that_nobody_keeps(route: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "_speaker", speech.Speaker(deadline_s=60.0))  # this machine may be busy
    answer = post(route, language="en", text="Please take your ticket")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "audio/wav", "no-store")
    with wave.open(io.BytesIO(answer.data)) as sound:
        assert sound.getnframes() > sound.getframerate() / 2


def test_a_language_without_a_voice_is_refused(route: Any) -> None:
    answer = post(route, language="xx", text="Cash")
    assert (answer.status_code, answer.get_json(force=True)["title"]) == (404, "LanguageNotSpoken")


@pytest.mark.parametrize(
    "body",
    [
        {"language": "en", "text": ""},
        {"language": "en", "text": "x" * 401},
        {"language": "en; reboot", "text": "Cash"},
        {"language": "en"},
        {"language": "en", "text": "Cash", "voice": "loud"},
    ],
)
def test_a_sentence_that_is_none_is_refused(route: Any, body: dict[str, object]) -> None:
    assert post(route, **body).status_code == 422


def test_only_the_branchs_kiosk_may_speak(route: Any, branch: KioskBranch) -> None:
    branch.kiosk.signed_in = False
    assert post(route, language="en", text="Cash").status_code == 401


def test_a_voice_that_fails_is_a_refusal_to_try_again(route: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, language: str) -> bytes:
        raise DeviceError("no speech within 5 s", permanent=False)

    monkeypatch.setattr(speech, "speaks", lambda language: True)
    monkeypatch.setattr(speech, "speak", broken)
    assert post(route, language="en", text="Cash").status_code == 503


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8–14 min", "8 to 14 min"),
        ("Open today: 13:00\u2060–\u206016:00", "Open today: 13:00 to 16:00"),
        ("Forms – on paper, 020-7946", "Forms – on paper, 020-7946"),
    ],
)
def test_a_range_is_said_as_people_say_it(text: str, said: str) -> None:
    assert ranges_aloud(text, words("en")) == said


# -- the page

COUNT = """() => {
  window.underWay = 0;
  const hold = (promise) => { underWay += 1; return promise.finally(() => { underWay -= 1 }) };
  const { fetch } = window, { play } = HTMLMediaElement.prototype;
  window.fetch = (path, ...how) => (path === "speech" ? hold(fetch(path, ...how)) : fetch(path, ...how));
  for (const name of ["blob", "json"]) {
    const read = Response.prototype[name];
    Response.prototype[name] = function () { return hold(read.call(this)) };
  }
  HTMLMediaElement.prototype.play = function () {
    const playing = play.call(this);
    hold(new Promise((over) => {
      for (const end of ["ended", "pause", "error"]) this.addEventListener(end, over, { once: true });
      playing.catch(over);
    }));
    return playing;
  };
}"""
"""Counts the sentences that are being fetched or said: none, and it is silent."""


class Ears:
    """What the page wants spoken, in order; the clips are silence of the length that the test says."""

    def __init__(self, touch: Touch) -> None:
        self.touch = touch
        self.seconds = 0.02
        self.status = 200
        self.wanted: list[tuple[str, str]] = []
        touch.page.route("**/kiosk/speech", self._answer)
        touch.page.evaluate(COUNT)

    def _answer(self, route: Any) -> None:
        body = route.request.post_data_json
        self.wanted.append((body["language"], body["text"]))
        route.fulfill(status=self.status, body=clip(self.seconds), content_type="audio/wav")

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.wanted]

    def hear(self, *texts: str) -> None:
        """Wait until these were wanted, in this order, with nothing between."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < deadline:
            at = self.texts.index(texts[0]) if texts[0] in self.texts else None
            if at is not None and self.texts[at : at + len(texts)] == list(texts):
                return
            self.touch.page.wait_for_timeout(20)
        raise AssertionError(f"{texts} was not heard in {self.texts}")

    def silence(self) -> None:
        """Wait until all that was to be said is said, and forget it."""
        until(lambda: self.touch.page.evaluate("underWay") == 0, "all is said")
        self.wanted.clear()


@pytest.fixture
def branch(branch: KioskBranch) -> KioskBranch:
    branch.kiosk.spoken = ("en", "ar", "ru")
    return branch


@pytest.fixture
def ears(touch: Touch) -> Iterator[Ears]:
    return Ears(touch)


@pytest.mark.browser
def test_a_page_is_read_title_first_then_each_choice_with_its_number(touch: Touch, ears: Ears) -> None:
    touch.to_services()
    touch.tap('[data-name="listen"]')
    ears.hear(
        HOW,
        "What can we do for you?",
        "Everyday banking",
        "1: Cash, Up to 2 min, Nobody is waiting",
        "2: Accounts, Up to 2 min, Nobody is waiting",
        "3: Cards, Up to 2 min, Nobody is waiting",
        "Advice",
        "4: Loans, Up to 2 min, Nobody is waiting",
        "5: Business customers, Up to 2 min, Nobody is waiting",
        "6: Back",
        "7: Do I need documents?",
    )
    assert touch.page.get_attribute('[data-name="listen"]', "aria-pressed") == "true"


@pytest.mark.browser
def test_the_headphone_key_turns_it_on_and_the_whole_way_is_heard(touch: Touch, ears: Ears) -> None:
    touch.key("F2")
    ears.hear(HOW, "Main Street", "1: English, Touch here to begin")
    touch.key("1")
    touch.settled("services")
    ears.hear("What can we do for you?")
    touch.key("1")
    touch.settled("priority")
    ears.hear("Which applies to you?")
    touch.key("1")
    touch.settled("ticket")
    ears.hear("Your number, A001")
    ears.hear("Cash")  # a slow branch is waited for in between, and that is said
    ears.hear("Please take your ticket")


@pytest.mark.browser
def test_each_language_is_spoken_by_its_own_voice_and_one_without_is_left_out(touch: Touch, ears: Ears) -> None:
    touch.key("F2")
    ears.hear("4: Русский, " + words("ru")("Touch here to begin"))
    assert {language for language, text in ears.wanted} == {"en", "ar", "ru"}
    touch.key("3")
    touch.settled("services")
    assert touch.page.locator('[data-name="listen"]').count() == 0


@pytest.mark.browser
def test_where_the_focus_comes_is_said_and_silences_what_was_being_said(touch: Touch, ears: Ears) -> None:
    ears.seconds = 30
    touch.to_services()
    touch.key("F2")
    ears.hear(HOW, "What can we do for you?")  # the second is fetched while the first is being said
    touch.key("ArrowDown")
    ears.hear("1: Cash, Up to 2 min, Nobody is waiting")
    touch.key("ArrowDown")
    ears.hear("2: Accounts, Up to 2 min, Nobody is waiting")
    assert len(ears.wanted) == 4


@pytest.mark.browser
def test_a_setting_says_whether_it_is_on(touch: Touch, ears: Ears) -> None:
    touch.key("F2")
    ears.silence()
    touch.tap('[data-name="contrast"]')
    touch.key("ArrowUp")
    touch.key("ArrowDown")
    ears.hear("High contrast, On")


@pytest.mark.browser
@pytest.mark.parametrize("key", ["0", "*"])
def test_the_page_is_said_again_when_asked(touch: Touch, ears: Ears, key: str) -> None:
    touch.to_services()
    touch.key("F2")
    ears.silence()
    touch.key(key)
    ears.hear("What can we do for you?", "Everyday banking")
    assert touch.page.locator("#help").count() == 0


@pytest.mark.browser
def test_a_dialog_is_read_and_so_is_what_changes(touch: Touch, ears: Ears, branch: KioskBranch) -> None:
    branch.kiosk.state = "queued"
    touch.key("F2")
    touch.key("1")
    touch.settled("services")
    touch.key("F1")
    ears.hear("How it works", "Touch the service you need.")
    touch.key("Escape")
    touch.take("cash")
    ears.hear("Your ticket is printing")
    ears.silence()
    branch.kiosk.state = "printed"
    touch.after(1)
    ears.hear("Please take your ticket")


@pytest.mark.browser
def test_what_is_announced_is_said_too(touch: Touch, ears: Ears) -> None:
    touch.key("F2")
    touch.key("1")
    touch.settled("services")
    touch.take("cash")
    ears.hear("3: Done")
    ears.silence()  # time stands still until the last word is said
    touch.after(12)
    ears.hear("Seconds until this page closes: 20")


@pytest.mark.browser
def test_a_field_is_said_with_what_is_written_in_it(touch: Touch, ears: Ears) -> None:
    touch.key("F2")
    touch.tap("[data-appointment]")
    touch.settled("check-in")
    for sign in "K7":
        touch.tap(f'[data-sign="{sign}"]')
    ears.silence()
    touch.key("ArrowDown")
    touch.key("ArrowUp")
    ears.hear("Type the code of your appointment, K 7")


@pytest.mark.browser
def test_it_is_louder_and_quieter_by_key_and_the_next_customer_finds_it_as_it_was(touch: Touch, ears: Ears) -> None:
    volume = "import('/kiosk/static/sound.js').then(sound => sound.volume())"
    touch.key("F2")
    for key, expected in (("+", 0.8), ("+", 1.0), ("+", 1.0), ("-", 0.8)):
        touch.key(key)
        assert touch.page.evaluate(volume) == pytest.approx(expected)
    touch.key("1")
    touch.settled("services")
    touch.key("Escape")
    touch.settled("start")
    assert touch.page.evaluate(volume) == pytest.approx(0.6)
    assert touch.page.get_attribute('[data-name="listen"]', "aria-pressed") == "false"


@pytest.mark.browser
def test_a_browser_that_refuses_sound_is_shown(touch: Touch, ears: Ears) -> None:
    touch.page.evaluate(
        "() => { HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    touch.tap('[data-name="listen"]')
    touch.shows('[data-name="listen"]', "Sound is off")
    assert touch.page.get_attribute('[data-name="listen"] .icon', "data-icon") == "sound-off"


@pytest.mark.browser
def test_a_sentence_that_cannot_be_had_does_not_silence_the_rest(touch: Touch, ears: Ears) -> None:
    ears.status = 503
    touch.key("F2")
    ears.hear(HOW, "Main Street", "1: English, Touch here to begin")


@pytest.mark.browser
def test_nobody_is_asked_to_hurry_while_being_read_to(touch: Touch, ears: Ears) -> None:
    touch.page.evaluate(
        "() => { HTMLMediaElement.prototype.play = () => ((window.playing = true), new Promise(() => {})) }"
    )
    touch.to_services()
    touch.key("F2")
    until(lambda: touch.page.evaluate("window.playing"), "it is being read")
    touch.after(130)
    assert touch.page.locator("#still-there").count() == 0
    touch.key("F2")
    touch.after(61)
    touch.page.wait_for_selector("#still-there")


@pytest.mark.browser
def test_where_the_branch_speaks_no_language_nothing_is_offered(
    touch: Touch, ears: Ears, branch: KioskBranch, served: Served
) -> None:
    branch.kiosk.spoken = ()
    touch.after(5)
    touch.page.reload()
    touch.settled("start")
    assert touch.page.locator('[data-name="listen"]').count() == 0
    touch.key("F2")
    assert ears.wanted == []
