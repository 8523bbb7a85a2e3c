"""Clips of speech as samples: read from WAV files of any make, brought to one level, joined into one announcement.

A sample is a number from -1 to 1; all are mono, 22,050 a second, as espeak-ng speaks. Loudness is the RMS of what is
speech in a clip, without its pauses: 10 dB below its loudest part and what is quieter counts as pause. Recordings of
several people and the machine's voice come out equally loud, none distorted.

    wave = as_wave(joined([(chime(), 0.3), (evened(read(file.read_bytes())), 0.0)]))
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

RATE = 22_050
"""Samples a second of everything that is played."""

LEVEL_DB, PEAK_DB = -20.0, -1.0
"""How loud speech is made, and what no sample may exceed: decibels below full scale."""

FRAME_S = 0.02
SPEECH_DB = -10.0
SILENCE_DB = -40.0
"""A frame this far below the loudest one is no part of the clip where it stands at either end."""

WIDEST = 4
"""Bytes of a sample."""

LONGEST_S = 30.0
"""A longer file is no clip."""


class BadClip(ValueError):
    """A file that cannot be played; the text says why."""


def read(file: bytes) -> Samples:
    """The samples of a WAV file: PCM of 8 to 32 bits, any rate, mono or stereo. `BadClip` for anything else."""
    try:
        with wave.open(io.BytesIO(file)) as source:
            width, channels, rate = source.getsampwidth(), source.getnchannels(), source.getframerate()
            if width > WIDEST:
                raise wave.Error(f"{width * 8} bits a sample")
            if not 4_000 <= rate <= 192_000:
                raise BadClip(f"{rate} samples a second are too few or too many")
            if source.getnframes() > LONGEST_S * rate:
                raise BadClip(f"it is longer than {LONGEST_S:g} seconds")
            raw = source.readframes(source.getnframes())
    except (wave.Error, EOFError, OSError, RuntimeError) as fault:  # the last: a part that reaches beyond the end
        raise BadClip(f"it is no WAV file with plain samples (PCM): {str(fault) or 'it ends too early'}") from fault
    whole = len(raw) - len(raw) % (width * channels)
    samples = _numbers(raw[:whole], width).reshape(-1, channels).mean(axis=1, dtype=np.float32)
    if not len(samples):
        raise BadClip("it is empty")
    return _at_our_rate(samples, rate)


def _numbers(raw: bytes, width: int) -> Samples:
    """Samples as a WAV file holds them: 8 bits without sign, more with, the lowest byte first."""
    if width == 1:
        return ((np.frombuffer(raw, np.uint8) - 128.0) / 128).astype(np.float32)
    padded = np.zeros((len(raw) // width, 4), np.uint8)
    padded[:, 4 - width :] = np.frombuffer(raw, np.uint8).reshape(-1, width)
    return (padded.view("<i4").ravel() / 2**31).astype(np.float32)


def _at_our_rate(samples: Samples, rate: int) -> Samples:
    """The same sound at `RATE`: its spectrum, cut or filled up, so that nothing too high folds back."""
    if rate == RATE:
        return samples
    wanted = max(1, round(len(samples) * RATE / rate))
    spectrum = np.fft.rfft(samples)
    resized = np.zeros(wanted // 2 + 1, spectrum.dtype)
    kept = min(len(resized), len(spectrum))
    resized[:kept] = spectrum[:kept]
    return (np.fft.irfft(resized, wanted) * (wanted / len(samples))).astype(np.float32)


def evened(samples: Samples) -> Samples:
    """Without the silence at both ends, at the common level. `BadClip` where there is nothing to hear."""
    frames = _loudness(samples)
    loudest = float(frames.max(initial=0.0))
    if loudest < 1e-4:
        raise BadClip("there is nothing to hear in it")
    heard = np.flatnonzero(frames > loudest * _ratio(SILENCE_DB))
    step = round(FRAME_S * RATE)
    cut = samples[heard[0] * step : (heard[-1] + 1) * step]
    gain = min(_ratio(LEVEL_DB) / level(samples), _ratio(PEAK_DB) / float(np.abs(cut).max()))
    return (cut * gain).astype(np.float32)


def level(samples: Samples) -> float:
    """The RMS of what is speech in it, from 0 to 1."""
    frames = _loudness(samples)
    speech = frames[frames >= frames.max(initial=0.0) * _ratio(SPEECH_DB)]
    return float(np.sqrt(np.mean(speech**2))) if len(speech) else 0.0


def _loudness(samples: Samples) -> NDArray[np.float64]:
    """The RMS of each frame of 20 ms."""
    step = round(FRAME_S * RATE)
    padded = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)
    found: NDArray[np.float64] = np.sqrt(np.mean(padded.astype(np.float64) ** 2, axis=1))
    return found


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


@cache
def chime() -> Samples:
    """Two falling tones (E5, C5) that fade like a bell's, a second in all, at the level of the speech that follows."""
    total = np.zeros(round(1.1 * RATE), np.float32)
    for start_s, hertz in ((0.0, 659.26), (0.35, 523.25)):
        begin = round(start_s * RATE)
        at = np.arange(len(total) - begin) / RATE
        bell = np.exp(-4.5 * at) * np.minimum(1, at / 0.008)
        total[begin:] += (bell * (np.sin(2 * np.pi * hertz * at) + 0.25 * np.sin(4 * np.pi * hertz * at))).astype(
            np.float32
        )
    fade = round(0.05 * RATE)
    total[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    gain = min(_ratio(LEVEL_DB) / level(total), _ratio(PEAK_DB) / float(np.abs(total).max()))
    return (total * gain).astype(np.float32)


def joined(parts: Iterable[tuple[Samples, float]]) -> Samples:
    """One after the other, each with a pause behind it (seconds)."""
    pieces = [piece for clip, pause_s in parts for piece in (clip, np.zeros(round(pause_s * RATE), np.float32))]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def as_wave(samples: Samples) -> bytes:
    """A WAV file: mono, 16 bit."""
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def at_volume(file: bytes, percent: int) -> bytes:
    """The WAV file played at `percent` of its loudness, for players without a knob."""
    return as_wave(read(file) * np.float32(max(0, min(100, percent)) / 100))
