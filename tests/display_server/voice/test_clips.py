"""What a call is made of: its clips, where they come from, and what is done without them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from display_server.voice.composer import compose
from display_server.voice.phrase import clips_of, texts
from display_server.voice.shelf import Shelf
from hardware.speech import Speaker, voice_of
from hardware.voice_clips import RATE, as_wave, level, read
from lobby.queue.services import CounterPlace
from tests.builders import a_setup
from tests.display_server.voice.stage import CASH, LOANS, Singer, tone

installed = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed; nothing was said")

SETUP = a_setup((CASH, LOANS), (CounterPlace(1), CounterPlace(12)))
FIVE = a_setup((CASH,), (CounterPlace(3),), languages=("en", "ar", "zh", "ru", "hi"))


@pytest.fixture
def singer() -> Singer:
    return Singer()


@pytest.fixture
def shelf(tmp_path: Path, singer: Singer) -> Shelf:
    return Shelf(tmp_path, SETUP, singer)  # type: ignore[arg-type]  # it sings instead


def record(tmp_path: Path, language: str, name: str, hertz: float = 700.0) -> Path:
    """A person's recording."""
    path = tmp_path / "voice" / "recorded" / language / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_wave(tone(hertz)))
    return path


# -- the phrase


def test_a_number_is_spoken_sign_by_sign_and_the_counter_as_a_whole() -> None:
    names = [name for name, _ in clips_of("EB-047", 12, again=False)]
    assert names == ["number", "letter-E", "letter-B", "digit-0", "digit-4", "digit-7", "counter-12"]
    assert [name for name, _ in clips_of("7", 1, again=True)] == ["again", "number", "digit-7", "counter-1"]
    assert all(0.1 <= pause <= 0.3 for _, pause in clips_of("A047", 12, again=True)[:-1])


def test_there_is_a_clip_for_every_sign_and_counter_of_the_branch_and_for_no_other() -> None:
    said = texts(SETUP, "en")
    assert {name for name in said if name.startswith("letter")} == {"letter-A", "letter-L"}
    assert {name for name in said if name.startswith("digit")} == {f"digit-{digit}" for digit in range(10)}
    assert said["counter-12"] == "Please go to counter 12"


@pytest.mark.parametrize("language", FIVE.languages)
def test_every_language_also_a_fifth_has_its_sentences_from_the_catalogue(language: str) -> None:
    said, english = texts(FIVE, language), texts(FIVE, "en")
    assert said.keys() == english.keys()
    assert "3" in said["counter-3"]
    if language != "en":
        assert all(said[name] != english[name] for name in ("again", "number", "counter-3"))


# -- how it sounds


def phonemes(text: str, language: str) -> str:
    asked = ["espeak-ng", "-v", voice_of(language), "-x", "-q", "--stdin"]
    return subprocess.run(asked, input=text, capture_output=True, text=True, check=True).stdout.strip()


@installed
@pytest.mark.parametrize("language", FIVE.languages)
def test_the_machine_says_each_digit_by_itself_in_the_language(language: str) -> None:
    digits = [phonemes(str(digit), language) for digit in range(10)]
    assert len(set(digits)) == 10
    assert not [said for said in digits if "(en)" in said]
    assert phonemes("47", language) not in (f"{digits[4]} {digits[7]}", f"{digits[4]}{digits[7]}")  # so it matters


PATIENT = Speaker(deadline_s=60.0)


@installed
@pytest.mark.parametrize("language", FIVE.languages)
def test_a_call_is_heard_in_every_language_at_one_level(language: str, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, FIVE, PATIENT)
    sound = compose(shelf, "A047", 3, (language,), again=False)
    assert sound.languages == (language,)
    assert 4_000 < sound.ms < 9_000
    for name in ("number", "letter-A", "digit-0", "digit-4", "digit-7", "counter-3"):
        clip = shelf.clip(language, name)
        assert clip is not None
        assert 0.15 < len(clip) / RATE < 4
        assert level(clip) == pytest.approx(0.1, rel=0.05)


@installed
def test_each_further_digit_takes_its_own_clip_and_a_pause(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, FIVE, PATIENT)
    short, long = (compose(shelf, number, 3, ("zh",), again=False).ms for number in ("A4", "A4444"))
    clip = shelf.clip("zh", "digit-4")
    assert clip is not None
    assert long - short == pytest.approx(3 * (len(clip) / RATE + 0.1) * 1000, abs=2)


# -- the shelf


def test_a_clip_that_is_needed_is_made_once_and_kept(shelf: Shelf, singer: Singer, tmp_path: Path) -> None:
    assert shelf.clip("en", "digit-4") is not None
    singer.dumb.add("en")
    assert Shelf(tmp_path, SETUP, singer).clip("en", "digit-4") is not None  # type: ignore[arg-type]  # as above
    assert singer.sung == [("en", "4")]


def test_a_persons_recording_goes_before_the_machines(shelf: Shelf, singer: Singer, tmp_path: Path) -> None:
    record(tmp_path, "en", "digit-4")
    assert compose(shelf, "A4", 1, ("en",), again=False).languages == ("en",)
    assert ("en", "4") not in singer.sung
    assert {one.clip for one in shelf.check() if one.state == "recorded"} == {"digit-4"}


def test_a_recording_that_is_replaced_is_heard_without_a_restart(shelf: Shelf, tmp_path: Path) -> None:
    path = record(tmp_path, "en", "digit-4", 700)
    before = shelf.clip("en", "digit-4")
    path.write_bytes(as_wave(tone(900, 0.3)))
    after = shelf.clip("en", "digit-4")
    assert before is not None
    assert after is not None
    assert len(after) > 2 * len(before)


def test_a_broken_recording_is_named_and_the_machines_clip_taken(
    shelf: Shelf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record(tmp_path, "en", "digit-4").write_bytes(b"ID3 not a wave")
    for _ in range(3):
        assert shelf.clip("en", "digit-4") is not None
    assert len(re.findall("cannot be played", caplog.text)) == 1
    (one,) = (one for one in shelf.check() if one.problem)
    assert (one.clip, one.state) == ("digit-4", "made")
    assert "digit-4.wav: it is no WAV file" in one.problem


def test_a_language_that_lacks_a_clip_is_left_out_whole(shelf: Shelf, singer: Singer) -> None:
    singer.fails.add("7")
    assert compose(shelf, "A47", 1, ("ar", "en"), again=False).languages == ()
    assert compose(shelf, "A44", 1, ("ar", "en"), again=False).languages == ("ar", "en")


def test_a_folder_half_filled_with_recordings_speaks_the_other_language(
    shelf: Shelf, singer: Singer, tmp_path: Path
) -> None:
    singer.dumb.update(SETUP.languages)
    for name in ("number", "letter-A", "digit-4", "counter-1"):
        record(tmp_path, "en", name)
    record(tmp_path, "ar", "number")
    assert compose(shelf, "A44", 1, ("ar", "en"), again=False).languages == ("en",)
    assert compose(shelf, "A47", 1, ("ar", "en"), again=False).languages == ()


def test_without_any_clip_it_is_the_chime_alone(shelf: Shelf, singer: Singer) -> None:
    singer.dumb.update(SETUP.languages)
    sound = compose(shelf, "A047", 1, ("en",), again=False)
    assert singer.heard(sound.wave) == ["chime"]
    assert 500 < sound.ms < 2000


def test_a_fifth_language_needs_a_catalogue_and_a_clip_folder_and_no_code(tmp_path: Path, singer: Singer) -> None:
    singer.dumb.add("hi")
    shelf = Shelf(tmp_path, FIVE, singer)  # type: ignore[arg-type]  # as above
    for name, _ in clips_of("A47", 3, again=False):
        record(tmp_path, "hi", name)
    assert compose(shelf, "A47", 3, ("hi", "en"), again=False).languages == ("hi", "en")


def test_a_branch_may_have_its_own_chime(shelf: Shelf, tmp_path: Path) -> None:
    ours = len(shelf.chime())
    (tmp_path / "voice" / "recorded").mkdir(parents=True)
    (tmp_path / "voice" / "recorded" / "chime.wav").write_bytes(as_wave(tone(500, 0.2)))
    assert len(shelf.chime()) == pytest.approx(0.2 * RATE, abs=400) != ours


def test_a_clip_whose_sentence_changed_is_made_anew_and_the_old_one_taken_away(tmp_path: Path, singer: Singer) -> None:
    def built(setup: object) -> set[str]:
        list(Shelf(tmp_path, setup, singer).build())  # type: ignore[arg-type]  # as above
        return {path.name for path in (tmp_path / "voice" / "en").iterdir()}

    before = built(SETUP)
    assert len(before) == 16
    after = built(a_setup((CASH,), (CounterPlace(1),)))
    assert after < before
    assert len(before - after) == 2


def test_the_announcement_is_a_file_that_any_player_plays(shelf: Shelf) -> None:
    sound = compose(shelf, "A047", 1, ("en", "ar"), again=True)
    assert len(read(sound.wave)) * 1000 / RATE == pytest.approx(sound.ms, abs=1)
