"""Catalogues: found, compiled, looked up."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lobby.languages import locale_of

FOLDER = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
LANGUAGES: tuple[str, ...] = (
    SOURCE_LANGUAGE,
    *sorted(path.parent.parent.name.replace("_", "-") for path in FOLDER.glob("*/LC_MESSAGES/lobby.po")),
)
"""The languages there are words for."""


def path_of(language: str) -> Path:
    """Where the words of a language are; folders are named as gettext does, `zh_TW`."""
    return FOLDER / language.replace("-", "_") / "LC_MESSAGES" / "lobby.po"


class Words:
    """The words of one language. A sentence without a translation comes back in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = locale_of(language)
        self.direction = "rtl" if self.locale.text_direction == "rtl" else "ltr"
        self._translations = _load(language)

    def __call__(self, message: str, **facts: object) -> str:
        """The sentence in this language, with its `%(name)s` places filled."""
        said = self._translations.gettext(message)
        return said % facts if facts else said

    def plural(self, one: str, many: str, count: int, **facts: object) -> str:
        """The form that `count` asks for in this language; `%(count)s` is filled with it."""
        return self._translations.ngettext(one, many, count) % {"count": count, **facts}

    def all(self) -> dict[str, str]:
        """Every sentence without a plural, for scripts in the browser."""
        catalogue: dict[object, str] = getattr(self._translations, "_catalog", {})
        return {key: said for key, said in catalogue.items() if isinstance(key, str) and key}


def _load(language: str) -> gettext.NullTranslations:
    path = path_of(language)
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale_of(language))
    for message in list(catalogue):  # half a plural would be compiled into English of the wrong number
        if isinstance(message.string, (tuple, list)) and not all(message.string):
            catalogue.delete(message.id)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def best_language(wanted: Iterable[str], served: Sequence[str]) -> str:
    """The first of the wanted languages, best first, that is served; a form of a place (`zh-CN`) is served by its
    language where it is not served itself. The first served one when none is."""
    codes = {code.lower(): code for code in reversed(served)}
    for tag in wanted:
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):  # as RFC 4647 looks up, 3.4
            found = codes.get("-".join(parts[:length]))
            if found is not None:
                return found
    return served[0]


@cache
def words(language: str) -> Words:
    """The words of `language`; of English for a language that there is no catalogue for."""
    return Words(language if language in LANGUAGES else SOURCE_LANGUAGE)
