"""The language that the console speaks now: one for all screens, changed by a key."""

from __future__ import annotations

from lobby.words import Words, words


class Tongue:
    def __init__(self, language: str) -> None:
        self.words: Words = words(language)

    def speak(self, language: str) -> None:
        self.words = words(language)
