"""Spoken guidance for the kiosk's page: it sends a sentence, it gets a clip for the customer's headphones."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

import msgspec
from flask import Blueprint, Response

from hardware import speech
from hardware.errors import DeviceError
from kiosk.requests import body
from lobby import errors
from lobby.errors import N_
from lobby.words import Words, words

RANGE = re.compile(r"(\d[\d:]*)[\s\u2060]*–[\s\u2060]*(\d[\d:]*)")


class LanguageNotSpoken(errors.NotThere):
    message = N_("Sentences in the language “%(language)s” cannot be spoken here.")


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page wants to hear."""

    language: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z]{2,4}){0,2}$")]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=speech.TEXT_LIMIT)]


def add_speech(blueprint: Blueprint, allowed: Callable[[], object]) -> None:
    """Route: `POST /kiosk/speech {language, text}` -> audio/wav, for whom `allowed` does not refuse."""

    @blueprint.post("/speech")
    def say() -> Response:
        allowed()
        wanted = body(Sentence)
        if not speech.speaks(wanted.language):
            raise LanguageNotSpoken(language=wanted.language)
        try:
            clip = speech.speak(ranges_aloud(wanted.text, words(wanted.language)), wanted.language)
        except DeviceError as fault:
            raise errors.Unavailable() from fault
        response = Response(clip, mimetype="audio/wav")
        response.headers["Cache-Control"] = "no-store"
        return response


def spoken(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the languages that can be spoken on this machine."""
    return tuple(language for language in languages if speech.speaks(language))


def ranges_aloud(text: str, words: Words) -> str:
    """The text with "8–14" as people say it: "8 to 14". No longer than may be spoken."""
    said = RANGE.sub(lambda found: words("%(low)s to %(high)s", low=found[1], high=found[2]), text)
    return said[: speech.TEXT_LIMIT]
