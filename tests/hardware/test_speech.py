"""Speech: what the voice is given, what comes back, and what happens when the program is missing, slow or broken."""

from __future__ import annotations

import io
import shutil
import wave
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware import speech
from hardware.errors import DeviceError
from hardware.speech import TEXT_LIMIT, Speaker, aloud, speak, speaks
from tests.hardware.fake_printer import until

installed = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed; nothing was said")

SOUND = b"RIFF\xff\xff\xff\x7fWAVEfmt " + bytes(20) + b"data\xff\xff\xff\x7f" + b"\x01\x02" * 50
"""A clip as a program writes it that does not know its length yet."""


@dataclass
class Program:
    """A speech program of the test's own: it notes what it was asked, and does what the test says."""

    folder: Path

    def says(self, script: str, deadline_s: float = 60.0) -> Speaker:
        path = self.folder / "program"
        path.write_text(
            "#!/bin/sh\n"
            '[ "$1" = --voices ] && { echo "Pty Language"; echo " 5 en-gb - x"; echo " 5 ru - x"; exit 0; }\n'
            f'echo "$@" >> "{self.folder}/asked"\ncat >> "{self.folder}/text"; echo >> "{self.folder}/text"\n{script}\n'
        )
        path.chmod(0o755)
        (self.folder / "sound").write_bytes(SOUND)
        return Speaker(str(path), deadline_s=deadline_s, kept_bytes=2 * len(SOUND))

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()

    @property
    def texts(self) -> list[str]:
        return (self.folder / "text").read_text().splitlines()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_text_goes_in_by_standard_input_and_never_by_the_command_line(program: Program) -> None:
    speaker = program.says(f'cat "{program.folder}/sound"')
    speaker.speak("-v $(touch x); Cash", "en")
    assert program.asked == ["-v en-gb -s 155 --stdin --stdout"]
    assert program.texts == ["-v $(touch x); Cash"]


def test_a_clip_says_how_long_it_is(program: Program) -> None:
    clip = program.says(f'cat "{program.folder}/sound"').speak("Cash", "en")
    assert int.from_bytes(clip[4:8], "little") == len(clip) - 8
    assert int.from_bytes(clip[40:44], "little") == len(clip) - 44


def test_a_sentence_is_spoken_once_and_the_oldest_is_given_up_first(program: Program) -> None:
    speaker = program.says(f'cat "{program.folder}/sound"')
    for text in ("one", "two", "one", "three", "one", "two"):
        speaker.speak(text, "en")
    assert program.texts == ["one", "two", "three", "two"]


def test_only_installed_voices_are_spoken(program: Program) -> None:
    speaker = program.says("exit 0")
    assert [speaker.speaks(language) for language in ("en", "ru", "ar", "zz")] == [True, True, False, False]
    with pytest.raises(DeviceError, match="no voice") as refused:
        speaker.speak("نقد", "ar")
    assert refused.value.permanent


def test_without_the_program_nothing_is_spoken(tmp_path: Path) -> None:
    assert not Speaker(str(tmp_path / "missing")).speaks("en")


@pytest.mark.parametrize(("script", "said"), [("exit 3", "failed"), ("exit 0", "no sound"), ("echo words", "no sound")])
def test_a_program_that_fails_is_a_device_error_and_may_be_asked_again(
    program: Program, script: str, said: str
) -> None:
    with pytest.raises(DeviceError, match=said) as fault:
        program.says(script).speak("Cash", "en")
    assert not fault.value.permanent
    assert program.says(f'cat "{program.folder}/sound"').speak("Cash", "en")


def test_a_program_that_hangs_is_ended_at_its_deadline(program: Program) -> None:
    speaker = program.says("exec sleep 600", deadline_s=2.0)
    until(lambda: speaker.speaks("en"))  # a machine that is busy may be late with this too
    with pytest.raises(DeviceError, match="within 2 s"):
        speaker.speak("Cash", "en")


@pytest.mark.parametrize("text", ["", "x" * (TEXT_LIMIT + 1)])
def test_a_sentence_has_a_length(program: Program, text: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        program.says("exit 0").speak(text, "en")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Your number A047", "Your number A, 0 4 7"),
        ("票号A047。", "票号A, 0 4 7。"),
        ("B-101, then EB12", "B, 1 0 1, then E B, 1 2"),
        ("8 minutes, 13:00, 2024, IBAN GB29NWBK", "8 minutes, 13:00, 2024, IBAN GB29NWBK"),
        ("[[h@l]]\u2066A001\u2069\x00", " h@l  A, 0 0 1  "),
    ],
)
def test_a_tickets_number_is_given_sign_by_sign(text: str, given: str) -> None:
    assert aloud(text) == given


@pytest.fixture
def voice_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that is busy a sentence may take longer than a customer should wait."""
    monkeypatch.setattr(speech, "_speaker", Speaker(deadline_s=60.0))


@installed
@pytest.mark.usefixtures("voice_takes_its_time")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Please take your ticket"),
        ("ar", "رقمك"),
        ("zh", "请取票"),
        ("ru", "Возьмите талон"),
        ("hi", "आपका नंबर"),
    ],
)
def test_every_language_of_the_product_is_heard(language: str, text: str) -> None:
    assert speaks(language)
    with wave.open(io.BytesIO(speak(text, language))) as clip:
        assert (clip.getnchannels(), clip.getsampwidth()) == (1, 2)
        assert 0.3 < clip.getnframes() / clip.getframerate() < 5
        assert len(set(clip.readframes(clip.getnframes()))) > 50


@installed
def test_a_language_without_a_voice_is_not_spoken() -> None:
    assert not speaks("xx")
