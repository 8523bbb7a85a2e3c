"""One call as one sound: the chime, then each language in turn. A language that lacks a clip is left out whole, because
half a number is worse than none; without any language left it is the chime alone, and the screens say the rest."""

from __future__ import annotations

import msgspec

from display_server.voice.phrase import clips_of
from display_server.voice.shelf import Shelf
from hardware.voice_clips import RATE, Samples, as_wave, joined

AFTER_CHIME_S, BETWEEN_LANGUAGES_S, AT_END_S = 0.2, 0.5, 0.15


class Announcement(msgspec.Struct, frozen=True):
    """A WAV file, how long it lasts (ms), and the languages that are in it."""

    wave: bytes
    ms: int
    languages: tuple[str, ...]


def compose(shelf: Shelf, number: str, counter: int, languages: tuple[str, ...], *, again: bool) -> Announcement:
    """The announcement of a call in these languages, each once, in this order."""
    said = {language: _sentence(shelf, language, number, counter, again) for language in dict.fromkeys(languages)}
    heard = {language: sentence for language, sentence in said.items() if sentence is not None}
    pauses = [BETWEEN_LANGUAGES_S] * (len(heard) - 1) + [AT_END_S]
    sound = joined([(shelf.chime(), AFTER_CHIME_S), *zip(heard.values(), pauses, strict=False)])
    return Announcement(as_wave(sound), round(len(sound) * 1000 / RATE), tuple(heard))


def _sentence(shelf: Shelf, language: str, number: str, counter: int, again: bool) -> Samples | None:
    parts = []
    for name, pause_s in clips_of(number, counter, again=again):
        clip = shelf.clip(language, name)
        if clip is None:
            return None
        parts.append((clip, pause_s))
    return joined(parts)
