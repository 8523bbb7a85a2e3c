"""Clips: read from files of any make, brought to one level, joined. What is heard is measured."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import wave

import numpy as np
import pytest

from hardware.voice_clips import RATE, BadClip, Samples, as_wave, at_volume, chime, evened, joined, level, read


def tone(hertz: float = 440.0, seconds: float = 0.5, loud: float = 0.5, rate: int = RATE) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    return (loud * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def recorded(samples: Samples, *, rate: int = RATE, width: int = 2, channels: int = 1) -> bytes:
    """A WAV file as somebody's recorder makes it."""
    largest = 2 ** (8 * width - 1) - 1
    whole = np.repeat((samples * largest).astype(np.int64), channels)
    packed = b"".join(
        struct.pack("<B", int(one) + 128) if width == 1 else int(one).to_bytes(width, "little", signed=True)
        for one in whole
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(channels)
        target.setsampwidth(width)
        target.setframerate(rate)
        target.writeframes(packed)
    return file.getvalue()


def pitch(samples: Samples) -> float:
    """The loudest frequency, hertz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


def decibels(ratio: float) -> float:
    return float(20 * np.log10(ratio))


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 1), (2, 2), (3, 1), (4, 2)])
def test_a_recording_of_any_make_sounds_the_same(rate: int, width: int, channels: int) -> None:
    found = read(recorded(tone(rate=rate, seconds=0.1), rate=rate, width=width, channels=channels))
    assert len(found) == pytest.approx(0.1 * RATE, abs=1)
    assert pitch(found) == pytest.approx(440, abs=10)
    assert float(np.abs(found).max()) == pytest.approx(0.5, abs=0.03)


def test_what_is_too_high_for_us_is_left_out_and_does_not_fold_back() -> None:
    found = read(recorded(tone(18_000, rate=48_000), rate=48_000))
    assert float(np.abs(found[1000:-1000]).max()) < 0.02


def with_byte(place: int, value: int) -> bytes:
    """A recording with one byte of its head changed: 16 is how long the format is, 34 the bits of a sample."""
    file = bytearray(recorded(tone(seconds=0.005)))
    file[place] = value
    return bytes(file)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "no WAV file"),
        (b"ID3 an MP3 with another name", "no WAV file"),
        (recorded(tone())[:30], "no WAV file"),
        (recorded(silence(0)), "empty"),
        (recorded(tone(), rate=1000), "samples a second"),
        (recorded(silence(7), rate=4_500), "longer"),
        (with_byte(16, 200), "no WAV file"),
        (with_byte(34, 64), "no WAV file"),
    ],
)
def test_what_is_no_clip_is_refused_with_its_reason(file: bytes, why: str) -> None:
    with pytest.raises(BadClip, match=why):
        read(file)


def test_whatever_a_damaged_file_holds_it_is_a_clip_or_none() -> None:
    chance, whole = random.Random(1), recorded(tone(seconds=0.05))
    for _ in range(1000):
        file = bytearray(whole[: chance.randrange(20, len(whole))])
        for _ in range(chance.randrange(4)):
            file[chance.randrange(min(48, len(file)))] = chance.randrange(256)
        with contextlib.suppress(BadClip):
            assert np.isfinite(evened(read(bytes(file)))).all()


def test_loud_and_quiet_speakers_come_out_equally_loud_and_none_distorted() -> None:
    loud, quiet, far = tone(loud=0.99), tone(loud=0.01), joined([(tone(loud=0.2, seconds=0.1), 0.4), (tone(), 0.0)])
    for clip in map(evened, (loud, quiet, far)):
        assert decibels(level(clip)) == pytest.approx(-20, abs=0.2)
        assert decibels(float(np.abs(clip).max())) <= -1


def test_a_clip_with_one_sharp_peak_stays_below_full_scale() -> None:
    clip = tone(loud=0.02)
    clip[5000] = 0.9
    assert decibels(float(np.abs(evened(clip)).max())) <= -0.99


def test_the_silence_at_both_ends_is_cut_and_that_within_is_kept() -> None:
    within = joined([(tone(seconds=0.2), 0.3), (tone(seconds=0.2), 0.0)])
    cut = evened(np.concatenate([silence(0.7), within, silence(1.1)]))
    assert len(cut) / RATE == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("samples", [silence(0.5), silence(0)])
def test_silence_alone_is_no_clip(samples: Samples) -> None:
    with pytest.raises(BadClip, match="nothing to hear"):
        evened(samples)


def test_clips_follow_each_other_with_their_pauses() -> None:
    both = joined([(tone(seconds=0.1), 0.25), (tone(880, 0.1), 0.05)])
    assert len(both) / RATE == pytest.approx(0.5, abs=0.001)
    assert not both[round(0.1 * RATE) : round(0.35 * RATE)].any()
    assert pitch(both[round(0.35 * RATE) : round(0.45 * RATE)]) == pytest.approx(880, abs=11)


def test_the_chime_is_as_loud_as_speech_and_ends_in_silence() -> None:
    assert decibels(level(chime())) == pytest.approx(-20, abs=0.2)
    assert abs(float(chime()[-1])) < 0.001


@pytest.mark.parametrize(("percent", "share"), [(100, 1.0), (50, 0.5), (0, 0.0), (400, 1.0)])
def test_the_volume_is_a_share_of_its_loudness(percent: int, share: float) -> None:
    quieter = read(at_volume(as_wave(tone()), percent))
    assert float(np.abs(quieter).max()) == pytest.approx(0.5 * share, abs=0.001)
