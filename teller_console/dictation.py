"""Dictation: what a teller says becomes text in the note, by an engine on this machine; its model is the operator's.

    microphone -- arecord --> memory of the console -- whisper-cli --> text, which the teller reads and confirms

Sound never leaves the machine and never touches a disk: it goes from one pipe into the other and is forgotten. Without
model, engine, recorder or microphone there is no transcriber, and the console shows none.

`arecord` is ALSA's recorder (package alsa-utils), `whisper-cli` the command line of whisper.cpp (MIT), which reads WAV
from its standard input; one multilingual model writes all languages of the console.
"""

from __future__ import annotations

import io
import os
import re
import select
import shutil
import subprocess
import threading
import time
import wave
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lobby.care.interactions import LONGEST_NOTE, cleaned
from lobby.errors import N_, LobbyError

VARIABLE = "LOBBY_DICTATION"
"""The environment variable with the model's file, where `--dictation` names none."""

RATE, SAMPLE_BYTES = 16_000, 2
"""What the engine hears: mono, samples a second, bytes a sample (signed, little-endian)."""

LONGEST_S = 120.0
"""Of one utterance. What is said after that is not heard."""

ENGINE_S = 60.0
"""How long the engine may take for it."""

LINGER_S = 0.5
"""How long the recorder may take to hand over its last sound when it is told to stop."""

QUIET = 250
"""The loudest sample, of 32,767, below which nobody spoke. Engines write words into silence."""

_LOOK_S = 0.05
_DEVICES_S = 2.0
_NOT_SPOKEN = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*")
"""What the engine writes for sounds that are no speech, such as [BLANK_AUDIO]."""


class NoSound(LobbyError):
    message = N_("The microphone gives no sound. Please check it, or type the note.")


class NotWritten(LobbyError):
    message = N_("What was said could not be written down. Please type the note.")


class Utterance(Protocol):
    """One stretch of speech. `stop` and `cancel` may come from any thread, at any time."""

    def text(self) -> str:
        """Hear until `stop`, then give the text: one line without control characters, as long as a note may be, empty
        when nobody spoke or after `cancel`. Blocks: call it once, on a worker's thread. Raises NoSound, NotWritten."""

    def stop(self) -> None:
        """The teller has spoken; `text` writes it down."""

    def cancel(self) -> None:
        """Forget what was said; `text` returns at once."""


class Transcriber(Protocol):
    """Turns speech into text."""

    def listen(self, language: str) -> Utterance:
        """A new utterance in this language, such as "ar". Nothing is heard before its `text` is asked for."""


def transcriber(model: str = "", environment: Mapping[str, str] = os.environ) -> Transcriber | None:
    """The transcriber of this machine; None where model, engine, recorder or microphone is missing."""
    path = Path(model or environment.get(VARIABLE, "")).expanduser()
    engine = shutil.which("whisper-cli", path=environment.get("PATH"))
    recorder = shutil.which("arecord", path=environment.get("PATH"))
    if engine is None or recorder is None or not path.is_file() or not _hears(recorder):
        return None
    return WhisperCommand(path, engine, recorder)


def _hears(recorder: str) -> bool:
    """Whether there is any device to record from."""
    try:
        listed = subprocess.run(
            [recorder, "--list-devices"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DEVICES_S,
            check=True,
            env=os.environ | {"LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return b"\ncard " in b"\n" + listed.stdout


@dataclass(frozen=True)
class WhisperCommand:
    """whisper.cpp's command line behind ALSA's recorder: the model's file and both programs. `longest_s` limits an
    utterance, `engine_s` the time that the engine has for it."""

    model: Path
    engine: str
    recorder: str
    longest_s: float = LONGEST_S
    engine_s: float = ENGINE_S

    def listen(self, language: str) -> Utterance:
        return _Spoken(self, language)


class _Spoken:
    def __init__(self, programs: WhisperCommand, language: str) -> None:
        self._programs = programs
        self._language = language
        self._most_bytes = round(programs.longest_s * RATE) * SAMPLE_BYTES
        self._stopped = threading.Event()
        self._cancelled = threading.Event()
        self._engine: subprocess.Popen[bytes] | None = None

    def text(self) -> str:
        sound = self._heard()
        if self._cancelled.is_set() or not _is_loud(sound):
            return ""
        return _as_note(self._written(sound))

    def stop(self) -> None:
        self._stopped.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self._stopped.set()
        if self._engine is not None:
            self._engine.kill()

    def _heard(self) -> bytes:
        """Raw sound until `stop`. A recorder that ends by itself has lost its microphone."""
        sound = bytearray()
        command = [self._programs.recorder, "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(RATE)]
        with _started(command) as process:
            assert process.stdout is not None
            ends = None
            while len(sound) < self._most_bytes and (ends is None or time.monotonic() < ends):
                if ends is None and self._stopped.is_set():
                    process.terminate()
                    ends = time.monotonic() + LINGER_S
                if not select.select([process.stdout], [], [], _LOOK_S)[0]:
                    continue
                part = os.read(process.stdout.fileno(), 65_536)
                if not part:
                    break
                sound += part
            process.kill()
        lost = ends is None and len(sound) < self._most_bytes
        if not self._cancelled.is_set() and (lost or not sound):
            raise NoSound()
        return bytes(sound[: self._most_bytes])

    def _written(self, sound: bytes) -> bytes:
        """What the engine writes for the sound."""
        engine = (self._programs.engine, "-m", str(self._programs.model), "-l", self._language)
        with _started([*engine, "-nt", "-np", "-sns", "-f", "-"], takes_input=True) as process:
            self._engine = process
            if self._cancelled.is_set():
                process.kill()
            try:
                text, _ = process.communicate(_as_wav(sound), timeout=self._programs.engine_s)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._cancelled.is_set():
            return b""
        if process.returncode != 0:
            raise NotWritten()
        return text


def _started(command: list[str], takes_input: bool = False) -> subprocess.Popen[bytes]:
    """A program of this machine on pipes, or `NotWritten` when it cannot be started. What it complains of is not kept:
    it may quote what was said."""
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        raise NotWritten() from None


def _is_loud(sound: bytes) -> bool:
    samples = array("h", sound[: len(sound) // SAMPLE_BYTES * SAMPLE_BYTES])
    return max((abs(sample) for sample in samples), default=0) >= QUIET


def _as_wav(sound: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(SAMPLE_BYTES)
        out.setframerate(RATE)
        out.writeframes(sound)
    return file.getvalue()


def _as_note(text: bytes) -> str:
    """One line of a note; nothing that no keyboard could have typed."""
    spoken = _NOT_SPOKEN.sub(" ", "".join(text.decode(errors="ignore").splitlines()))
    return " ".join(cleaned(spoken).split())[:LONGEST_NOTE]
