"""The keys, the same in every language. A letter is also found under the Russian and the Arabic layout, by its place
on the keyboard, so that nobody has to switch layouts between a note and a call."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType

from lobby.errors import N_
from teller_console.picture import Doing


class Key(NamedTuple):
    """A verb's key: the key, the action, what the bar shows, and in which states it makes sense (none: always)."""

    key: str
    action: str
    said: str
    during: frozenset[Doing] = frozenset()


def _in(*states: Doing) -> frozenset[Doing]:
    return frozenset(states)


_AT_COUNTER = _in(Doing.CALLED, Doing.SERVING)

KEYS = (
    Key("space", "next", N_("next"), _in(Doing.FREE)),
    Key("r", "recall", N_("recall"), _in(Doing.CALLED)),
    Key("s", "start", N_("start"), _in(Doing.CALLED)),
    Key("f", "finish", N_("finish"), _in(Doing.SERVING)),
    Key("p", "park", N_("park"), _in(Doing.SERVING)),
    Key("k", "resume", N_("take up parked"), _in(Doing.FREE)),
    Key("t", "transfer", N_("transfer"), _AT_COUNTER),
    Key("n", "no_show", N_("no-show"), _in(Doing.CALLED)),
    Key("a", "add_service", N_("add service"), _in(Doing.SERVING)),
    Key("c", "call_ticket", N_("call a ticket"), _in(Doing.FREE)),
    Key("z", "cancel_ticket", N_("cancel a ticket")),
    Key("w", "returned", N_("came back")),
    Key("b", "break", N_("break"), _in(Doing.FREE, Doing.BREAK)),
    Key("u", "undo", N_("undo")),
    Key("o", "close", N_("close, sign out"), _in(Doing.FREE, Doing.BREAK, Doing.CLOSED)),
    Key("l", "language", N_("language")),
    Key("question_mark", "help", N_("keys")),
)

SHOWN = {"space": "Space", "question_mark": "?"}

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = dict(zip(_LATIN, "йцукенгшщзфывапролдячсмить", strict=True))
_ARABIC = dict(zip(_LATIN, "ضصثقفغعهخحشسيبلاتنمئءؤرﻻىة", strict=True))


def shown(key: str) -> str:
    """The key as the teller reads it on the keyboard."""
    return SHOWN.get(key, key.upper())


def everywhere(key: str) -> str:
    """The key under each layout, as a Textual binding names them."""
    if len(key) > 1:
        return key
    return ",".join([key, key.upper(), _RUSSIAN[key], _RUSSIAN[key].upper(), _ARABIC[key]])


def bindings() -> list[BindingType]:
    return [Binding(everywhere(key.key), key.action, key.said, show=False) for key in KEYS]
