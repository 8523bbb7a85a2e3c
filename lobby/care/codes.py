"""What codes of complaints and feedback are called: by the branch's own name in this language, else by ours, else by
any it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lobby.care.feedback import BAD, GOOD
from lobby.care.setup import CATEGORIES, CAUSES
from lobby.errors import N_


class Words(Protocol):
    """The sentences of a language; `lobby.words.Words` is one."""

    @property
    def language(self) -> str: ...

    def __call__(self, message: str) -> str: ...


PLACES = {
    "counter": N_("At the counter"),
    "kiosk": N_("At the kiosk"),
    "phone": N_("By phone or on the web"),
}
"""Where complaints are taken."""

NOT_SAID = N_("not said")

OURS: dict[str, Mapping[str, str]] = {
    "category": CATEGORIES,
    "cause": CAUSES,
    "service": {},
    "place": PLACES,
    "good": GOOD,
    "bad": BAD,
}


def called(what: str, code: str, names: Mapping[str, str], words: Words) -> str:
    """The code of a category, cause, service or place, or of what was good or bad (`what`), in this language."""
    if not code:
        return words(NOT_SAID)
    if words.language in names:
        return names[words.language]
    ours = OURS[what].get(code)
    return words(ours) if ours else names.get("en") or next(iter(names.values()), code)
