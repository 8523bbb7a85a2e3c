"""Sentences spoken aloud: text in, a WAV clip out, by espeak-ng on this machine. No sentence leaves the house.

The program is started once a sentence, without a shell, with the text on its standard input and a deadline; a phrase
takes some ten milliseconds. A ticket's number is spoken sign by sign ("A, 0 4 7"), as it is read on a screen. Clips
are kept, the oldest given up first, because a kiosk says the same sentences all day.

    clip = speak("Your number A047", "en")
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import threading
from collections import OrderedDict

from hardware.errors import DeviceError

PROGRAM = "espeak-ng"
VOICES = {"en": "en-gb", "zh": "cmn-latn-pinyin"}
"""The voice of a language where it is not called like it. `cmn` alone reads digits in English."""

TEXT_LIMIT = 400
"""Characters of a sentence; about half a minute of speech."""

WORDS_PER_MINUTE = 155
DEADLINE_S = 5.0
KEPT_BYTES = 16 * 1024 * 1024

NUMBER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,3})-?(\d{1,4})(?![A-Za-z0-9])")
UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u2060-\u2069]|\[\[|\]\]")
"""Signs that are not for ears: control and direction marks, and what espeak-ng would take for phonemes."""

RIFF_SIZE, DATA_SIZE = 4, 40  # where a WAV file of 44 bytes of header says how long it is
HEADER_BYTES = 44


class Speaker:
    """One speech program. Safe to share between threads."""

    def __init__(self, program: str = PROGRAM, *, deadline_s: float = DEADLINE_S, kept_bytes: int = KEPT_BYTES) -> None:
        self._program = program
        self._deadline_s = deadline_s
        self._room = kept_bytes
        self._clips: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._voices: frozenset[str] = frozenset()

    def speaks(self, language: str) -> bool:
        """Whether the program and a voice for `language` (`en`, `zh`, `pt-BR`) are installed."""
        if not self._voices:
            self._voices = self._installed()
        return voice_of(language) in self._voices

    def speak(self, text: str, language: str) -> bytes:
        """The text as a WAV file: mono, 16 bit, 22,050 samples a second.

        Raises ValueError for no text or more than `TEXT_LIMIT`; DeviceError, permanent where there is no such voice.
        """
        if not 0 < len(text) <= TEXT_LIMIT:
            raise ValueError(f"a sentence has 1 to {TEXT_LIMIT} characters, not {len(text)}")
        wanted = (language, text)
        with self._lock:
            if wanted in self._clips:
                self._clips.move_to_end(wanted)
                return self._clips[wanted]
        if not self.speaks(language):
            raise DeviceError(f"there is no voice for the language {language!r}", permanent=True)
        clip = _measured(
            self._run(["-v", voice_of(language), "-s", str(WORDS_PER_MINUTE), "--stdin", "--stdout"], text)
        )
        self._keep(wanted, clip)
        return clip

    def _keep(self, wanted: tuple[str, str], clip: bytes) -> None:
        with self._lock:
            self._clips[wanted] = clip
            while sum(map(len, self._clips.values())) > self._room:
                self._clips.popitem(last=False)

    def _installed(self) -> frozenset[str]:
        """The codes of all voices; none where the program is missing or fails."""
        if shutil.which(self._program) is None:
            return frozenset()
        try:
            rows = self._run(["--voices"]).decode("utf-8", "replace").splitlines()[1:]
        except DeviceError:
            return frozenset()
        return frozenset(row.split()[1] for row in rows if len(row.split()) > 1)

    def _run(self, arguments: list[str], text: str = "") -> bytes:
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=aloud(text).encode(errors="replace"),
                capture_output=True,
                timeout=self._deadline_s,
                check=True,
            )
        except subprocess.TimeoutExpired as slow:
            raise DeviceError(f"no speech within {self._deadline_s:g} s", permanent=False) from slow
        except (OSError, subprocess.CalledProcessError) as fault:
            raise DeviceError(f"the speech program failed: {fault}", permanent=False) from fault
        return done.stdout


def voice_of(language: str) -> str:
    """The name of the language's voice, installed or not."""
    return VOICES.get(language, language.lower())


def aloud(text: str) -> str:
    """The text as it is given to the voice. After the comma a lone "A" is a letter, not an article."""
    return NUMBER.sub(lambda found: f"{' '.join(found[1])}, {' '.join(found[2])}", UNSPEAKABLE.sub(" ", text))


def _measured(wave: bytes) -> bytes:
    """The WAV file with its true length: a program that writes into a pipe cannot know it beforehand."""
    if len(wave) <= HEADER_BYTES or wave[:4] != b"RIFF" or wave[36:40] != b"data":
        raise DeviceError("the speech program gave no sound", permanent=False)
    file = bytearray(wave)
    struct.pack_into("<I", file, RIFF_SIZE, len(file) - 8)
    struct.pack_into("<I", file, DATA_SIZE, len(file) - HEADER_BYTES)
    return bytes(file)


_speaker = Speaker()


def speaks(language: str) -> bool:
    """Whether this machine has a voice for `language`."""
    return _speaker.speaks(language)


def speak(text: str, language: str) -> bytes:
    """The text as a WAV file, by this machine's own voice; see `Speaker.speak`."""
    return _speaker.speak(text, language)
