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

    def play(self, wave: bytes, length_s: float) -> None:
        """As `Loudspeaker.play`."""
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            file.write(wave)
            file.flush()
            try:
                subprocess.run([self.name, file.name], capture_output=True, timeout=length_s + STARTING_S, check=True)
            except subprocess.TimeoutExpired as slow:
                raise DeviceError(f"{self.name} did not end within its time", permanent=False) from slow
            except subprocess.CalledProcessError as fault:
                said = fault.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {fault.returncode}"]
                raise DeviceError(f"{self.name} failed: {said[-1]}", permanent=False) from fault
            except OSError as fault:
                raise DeviceError(f"{self.name} failed: {fault}", permanent=False) from fault
