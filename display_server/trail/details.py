"""What a line of the audit trail says besides, in words: names of fields and values, and what a value was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from display_server.trail.notes import WAS
from display_server.trail.people_pages import BECAUSE
from lobby.access import ROLE_NAMES
from lobby.act_kinds import DETAILS, KINDS, OUTCOMES
from lobby.errors import N_
from lobby.problems import refusals
from lobby.queue.services import Setup, named
from lobby.queue.services_open import CLOSED_BECAUSE
from lobby.records.outcomes import Entry
from lobby.reports.forms.shown import side_by_side
from lobby.words import Words

_VALUES: dict[str, Mapping[str, str]] = {
    "as_role": ROLE_NAMES,
    "kind": KINDS,
    "asked_kind": KINDS,
    "reason": CLOSED_BECAUSE,
    "because": BECAUSE,
    "way": {"password": N_("Password"), "code": N_("Code"), "single sign-on": N_("Single sign-on")},
    "of": {"everybody": N_("everybody"), "the own": N_("their own")},
}
"""Values that are codes of ours, by the name of the detail."""

_MOMENTS = {"until", "made"}
"""Details in ms UTC."""

LONGEST_CODE = 12
"""So much of a fingerprint tells it from others."""


class Detail(NamedTuple):
    """A detail in words. `was` is empty where nothing was changed, or nothing was there."""

    name: str
    value: str
    was: str = ""


def details(detail: Mapping[str, str], words: Words, setup: Setup) -> tuple[Detail, ...]:
    """The details of a line, in the order of `DETAILS`, other names last: those of files."""
    place = list(DETAILS).index
    names = sorted({name.removeprefix(WAS) for name in detail}, key=lambda name: (name not in DETAILS, name))
    names.sort(key=lambda name: place(name) if name in DETAILS else len(DETAILS))

    def said(key: str, name: str) -> str:
        return _said(name, detail[key], words, setup) if detail.get(key) else ""

    return tuple(
        Detail(words(DETAILS[name]) if name in DETAILS else name, said(name, name), said(WAS + name, name))
        for name in names
    )


def outcome(entry: Entry, words: Words) -> str:
    """What became of it, as a sentence; empty where nothing was asked."""
    if not entry.outcome:
        return ""
    return words(OUTCOMES[entry.outcome]) % {"why": _refusal(entry.why, words)}


def _refusal(name: str, words: Words) -> str:
    """The refusal's own sentence; what it named then is not kept."""
    known = refusals().get(name)
    return words(known.message) % _Left() if known is not None else name


class _Left(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def _said(name: str, value: str, words: Words, setup: Setup) -> str:
    if name in _VALUES:
        known = _VALUES[name].get(value)
        return words(known) if known is not None else value
    if name in _MOMENTS and value.isdigit():
        return f"{setup.local(int(value)):%Y-%m-%d %H:%M:%S}"
    if name in ("service", "services"):
        return side_by_side([_service(code, words, setup) for code in _listed(value)], words) or "–"
    if name == "fingerprint":
        return value[:LONGEST_CODE]
    if value.startswith("{"):
        return " · ".join(f"\u2068{one}\u2069" for one in _object(value).values()) or value
    return value


def _service(code: str, words: Words, setup: Setup) -> str:
    found = setup.services.get(code)
    return named(found.names, words.language, code) if found is not None else code


def _listed(value: str) -> list[str]:
    return [str(one) for one in _read(value, list)] if value.startswith("[") else [value]


def _object(value: str) -> dict[str, Any]:
    return dict(_read(value, dict))


def _read(value: str, shape: Callable[..., Any]) -> Any:
    """What a detail holds as JSON; nothing where it was cut off."""
    try:
        found = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return shape()
    return found if isinstance(found, type(shape())) else shape()
