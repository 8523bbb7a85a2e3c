"""Sounds played on this machine by its own player: `aplay` (ALSA), `paplay` (PulseAudio) or `pw-play` (PipeWire). One
sound at a time; a player that hangs is ended at its deadline."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from typing import Protocol

from hardware.errors import DeviceError

PLAYERS = ("aplay", "paplay", "pw-play")
"""The players that are looked for, in this order; each takes the path of a WAV file."""

STARTING_S = 3.0
"""How much longer than its sound a player may take."""


class Loudspeaker(Protocol):
    """What can be heard."""

    def play(self, wave: bytes, length_s: float) -> None:
        """Play a WAV file to its end, or `DeviceError`."""

    def stop(self) -> None:
        """End what sounds now, whose `play` fails; from any thread."""


class Player:
    """A program of this machine that plays sounds: `name`, or (empty) the first of `PLAYERS` that is installed.

    Raises DeviceError, permanent, where there is none.
    """

    def __init__(self, name: str = "") -> None:
        found = [one for one in ([name] if name else PLAYERS) if shutil.which(one)]
        if not found:
            wanted = name or ", ".join(PLAYERS)
            raise DeviceError(f"no player of sounds is installed here: {wanted}", permanent=True)
        self.name = found[0]
        self._process: subprocess.Popen[bytes] | None = None

    def play(self, wave: bytes, length_s: float) -> None:
        """As `Loudspeaker.play`."""
        try:
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                file.write(wave)
                file.flush()
                said = self._run(file.name, length_s + STARTING_S)
        except OSError as fault:
            raise DeviceError(f"{self.name} failed: {fault}", permanent=False) from fault
        if said:
            raise DeviceError(f"{self.name} failed: {said}", permanent=False)

    def stop(self) -> None:
        """As `Loudspeaker.stop`."""
        process = self._process
        if process is not None:
            process.kill()

    def _run(self, path: str, most_s: float) -> str:
        """What the player says against it; empty when it has played the file."""
        command = [self.name, path]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            self._process = process
            try:
                _, said = process.communicate(timeout=most_s)
            except subprocess.TimeoutExpired as slow:
                process.kill()
                raise DeviceError(f"{self.name} did not end within its time", permanent=False) from slow
            finally:
                self._process = None
        if not process.returncode:
            return ""
        return (said.decode("utf-8", "replace").strip().splitlines() or [f"exit {process.returncode}"])[-1]
