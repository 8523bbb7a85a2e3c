"""The clips in the branch's folder, one a name and language: `voice/recorded/en/digit-4.wav` was recorded by a person
and goes before `voice/en/digit-4.1f0c2a9d.wav`, which espeak-ng made. The code in a made clip's name stands for what it
says, so that it is made anew when the sentence changes.

A clip that is wanted and not there is made at once where espeak-ng speaks the language. One that cannot be had is None.
The disk is left to `offload`: where it stands still, so does the voice, and nothing else.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Literal

import msgspec

from display_server.running.threads import Runs, plainly
from display_server.voice.phrase import texts
from hardware.errors import DeviceError
from hardware.speech import WORDS_PER_MINUTE, Speaker, voice_of
from hardware.voice_clips import BadClip, Samples, chime, evened, read
from lobby.queue.services import Setup

log = logging.getLogger(__name__)

FOLDER, RECORDED, CHIME = "voice", "recorded", "chime"


class Standing(msgspec.Struct, frozen=True):
    """How a clip stands: recorded by a person, made by the machine, or missing; `problem` is what is wrong with a
    recording."""

    language: str
    clip: str
    says: str
    state: Literal["recorded", "made", "missing"]
    problem: str = ""


class Shelf:
    """The clips of one branch; `folder` is its data folder."""

    def __init__(self, folder: Path, setup: Setup, speaker: Speaker | None = None, offload: Runs = plainly) -> None:
        self._folder = folder / FOLDER
        self._setup = setup
        self._speaker = speaker or Speaker(kept_bytes=0)
        self._texts = {language: texts(setup, language) for language in setup.languages}
        self._offload = offload
        self._keeping = Lock()
        self._read: dict[Path, tuple[int, Samples | None]] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the branch, its own first."""
        return self._setup.languages

    def clip(self, language: str, name: str) -> Samples | None:
        """The clip, at the common level: recorded, made, or made now; None where it cannot be had."""
        if language not in self._texts:
            return None
        found: Samples | None = self._offload(lambda: self._sound(self.recording(language, name)))
        if found is None and name in self._texts[language]:
            made = self._made(language, name)
            if not self._offload(made.is_file):
                self._make(language, name)
            found = self._offload(lambda: self._sound(made))
        return found

    def chime(self) -> Samples:
        """The branch's own chime (`voice/recorded/chime.wav`), or ours."""
        own: Samples | None = self._offload(lambda: self._sound(self._folder / RECORDED / f"{CHIME}.wav"))
        return own if own is not None else chime()

    def recording(self, language: str, name: str) -> Path:
        """Where a person's recording of this clip belongs."""
        return self._folder / RECORDED / language / f"{name}.wav"

    def names(self) -> list[tuple[str, str]]:
        """(language, clip) of all that the branch needs."""
        return [(language, name) for language, clips in self._texts.items() for name in clips]

    def speaks(self, language: str) -> bool:
        """Whether this machine can make clips of the language."""
        return self._speaker.speaks(language)

    def build(self) -> Iterator[Standing]:
        """Make every clip anew, in each language that this machine speaks, and take away what is not needed any more;
        yields each clip as it stands then."""
        for language, clips in self._texts.items():
            needed = {self._made(language, name) for name in clips}
            for old in (self._folder / language).glob("*.wav"):
                if old not in needed:
                    old.unlink()
            for name in clips:
                self._make(language, name)
                yield self._standing(language, name)

    def check(self) -> list[Standing]:
        """How each clip stands; nothing is made."""
        return [self._standing(language, name) for language, name in self.names()]

    def _standing(self, language: str, name: str) -> Standing:
        recording, says, problem = self.recording(language, name), self._texts[language][name], ""
        if recording.is_file():
            try:
                evened(read(recording.read_bytes()))
                return Standing(language, name, says, "recorded")
            except (OSError, BadClip) as fault:
                problem = f"{recording.name}: {fault}"
        made = self._sound(self._made(language, name)) is not None
        return Standing(language, name, says, "made" if made else "missing", problem)

    def _made(self, language: str, name: str) -> Path:
        said = f"{self._texts[language][name]}\n{voice_of(language)}\n{WORDS_PER_MINUTE}"
        return self._folder / language / f"{name}.{sha256(said.encode()).hexdigest()[:8]}.wav"

    def _make(self, language: str, name: str) -> None:
        """Have the machine speak it into its file; without a voice for it nothing happens."""
        if not self.speaks(language):
            return
        target = self._made(language, name)
        try:
            spoken = self._speaker.speak(self._texts[language][name], language)
            with self._keeping:  # two rooms may have it made at once
                self._offload(lambda: _keep(target, spoken))
        except (DeviceError, OSError) as fault:
            log.warning("the clip %s in %s could not be made: %s", name, language, fault)

    def _sound(self, path: Path) -> Samples | None:
        """What is in the file, kept until it changes; what cannot be played is said once and left out."""
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return None
        known = self._read.get(path)
        if known is None or known[0] != changed:
            try:
                known = changed, evened(read(path.read_bytes()))
            except (OSError, BadClip) as fault:
                log.warning("%s cannot be played and is left out: %s", path, fault)
                known = changed, None
            self._read[path] = known
        return known[1]


def _keep(target: Path, spoken: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".part")
    half.write_bytes(spoken)
    os.replace(half, target)
