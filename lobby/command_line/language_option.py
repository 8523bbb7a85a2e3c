"""`--language` of a command: the language that its answer is told in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lobby.queue.services import Setup
    from lobby.words import Words


def words_asked(language: str, setup: Setup) -> Words:
    """The words of this language, of the branch's own for none; `click.BadParameter` where there are none."""
    from lobby.words import LANGUAGES, words

    language = language or setup.languages[0]
    if language not in LANGUAGES:
        raise click.BadParameter(
            f'no words for "{language}"; there are {", ".join(LANGUAGES)}', param_hint="--language"
        )
    return words(language)
