"""How a figure reads: durations as minutes and seconds, shares as percentages, nothing as a dash.

Values come out of the figures by key, the same for every form of a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

import msgspec
from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, format_percent

from lobby.care.codes import NOT_SAID, called
from lobby.errors import N_
from lobby.languages import locale_of
from lobby.queue.services import named
from lobby.reports.definitions import FIGURES
from lobby.reports.forms.contents import PREDICTORS
from lobby.reports.forms.document import MOMENT, Cell, Value
from lobby.reports.scopes import Scope
from lobby.reports.units import COUNT, LONG_SECONDS, MEAN, PER_HOUR, SCORE, SECONDS, SHARE, Figure

NOTHING = "–"
RIGHT_TO_LEFT = frozenset({"R", "AL"})
"""The classes of letters that run from right to left."""
ROW = {"ltr": "\u2066", "rtl": "\u2067"}
"""What isolates a row of names that runs this way, whatever its first letter."""
ABOUT = frozenset({"scope", "key", "name", "names"})
"""Fields that say what figures are about and are none themselves."""


class Words(Protocol):
    """The words of one language, as `lobby.words` has them."""

    @property
    def language(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def locale(self) -> Locale: ...
    def __call__(self, message: str, **facts: object) -> str: ...


class Plain:
    """English as it stands in the source."""

    language = "en"
    direction = "ltr"
    locale = Locale("en")

    def __call__(self, message: str, **facts: object) -> str:
        return message % facts if facts else message


def values(figures: msgspec.Struct) -> Iterator[tuple[str, Value]]:
    """Every figure of a scope with its key, in the order of the structs."""
    for field in figures.__struct_fields__:
        value = getattr(figures, field)
        if isinstance(value, msgspec.Struct):
            yield from values(value)
        elif field not in ABOUT:
            yield field, value


def shown(key: str, value: Value, words: Words, services: Mapping[str, str]) -> str:
    """The figure `key` as people read it; `services` has the names for a mix."""
    return cell(FIGURES[key], value, words, services).text


def _mix(counts: Mapping[str, int], names: Mapping[str, str], words: Words) -> str:
    said = [f"{names.get(code, code)} {in_unit(COUNT, count, words)}" for code, count in counts.items()]
    return side_by_side(said, words) or NOTHING


def side_by_side(names: Sequence[str], words: Words) -> str:
    """Names in a row. Where one may run the other way, each is isolated and the row runs as the page does (UAX #9)."""
    if words.direction == "ltr" and not any(bidirectional(letter) in RIGHT_TO_LEFT for letter in "".join(names)):
        return ", ".join(names)
    row = ", ".join(f"\u2068{name}\u2069" for name in names)
    return row and f"{ROW[words.direction]}{row}\u2069"


def cell(figure: Figure, value: Value, words: Words, services: Mapping[str, str] | None = None) -> Cell:
    """A figure as a cell; `services` has the names for a mix."""
    names = services or {}
    if isinstance(value, dict):
        return Cell(value, figure.unit, _mix(value, names, words), {code: names.get(code, code) for code in value})
    assert not isinstance(value, str)
    return Cell(value, figure.unit, in_unit(figure.unit, value, words))


def said(text: str) -> Cell:
    """Words as a cell."""
    return Cell(text, "", text)


def in_unit(unit: str, value: float | None, words: Words) -> str:
    """One number as people read it."""
    if value is None:
        return NOTHING
    if unit == SECONDS:
        return duration(value)
    if unit == LONG_SECONDS:
        return long_time(value, words)
    if unit == SHARE:
        return format_percent(round(value, 3), locale=words.locale, decimal_quantization=False)
    assert unit in {COUNT, MEAN, PER_HOUR, SCORE}
    return format_decimal(round(value, 1), locale=words.locale)


def long_time(seconds: float, words: Words) -> str:
    """`5.5 h`, and from two days on `3.2 d`."""
    hours = seconds / 3600
    if hours < 48:
        return words(N_("%(hours)s h"), hours=format_decimal(round(hours, 1), locale=words.locale))
    return words(N_("%(days)s d"), days=format_decimal(round(hours / 24, 1), locale=words.locale))


def duration(seconds: float) -> str:
    """`4:05` minutes and seconds, `1:04:05` from an hour on."""
    whole = round(abs(seconds))
    sign = "−" if seconds < 0 and whole else ""
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}" if hours else f"{sign}{minutes}:{rest:02d}"


def name_of(scope: Scope, words: Words) -> str:
    """What a scope is called in this language; a counter by its number, and its name where it has one."""
    match scope.scope:
        case "counter" | "teller":
            return f"{scope.key} {scope.name}".strip()
        case "language":
            return _language(scope.key, words)
        case "class" if not scope.key:
            return words(N_("No priority"))
        case "day":
            return format_skeleton("yMMMEd", date.fromisoformat(scope.key), locale=words.locale)
        case "place":
            return called("place", scope.key, {}, words)
        case "predictor":
            return words(PREDICTORS[scope.key])
    return named(scope.names, words.language, scope.name) if scope.names else scope.name or scope.key


def _language(code: str, words: Words) -> str:
    try:
        return locale_of(code).get_display_name(words.locale) or code
    except (ValueError, UnknownLocaleError):
        return code or words(NOT_SAID)


def service_names(services: Iterable[Scope], words: Words) -> dict[str, str]:
    return {service.key: name_of(service, words) for service in services}


def day_shown(day: str, words: Words) -> str:
    """The business day, or the first and the last of several, in this language."""
    days = [date.fromisoformat(part) for part in day.split("/")]
    return " – ".join(format_date(one, "full", locale=words.locale) for one in days)


def time_shown(at: int, zone: str, words: Words) -> str:
    """A moment (ms UTC) on the branch's clock, in this language."""
    moment = _local(at, zone)
    return f"{format_skeleton('yMMMd', moment, locale=words.locale)}, {moment:%H:%M}"


def moment_cell(at: int | None, zone: str, words: Words) -> Cell:
    """A moment (ms UTC) as a cell; None: there was none."""
    if at is None:
        return Cell(None, MOMENT, NOTHING)
    return Cell(
        _local(at, zone).replace(tzinfo=None).isoformat(timespec="seconds"), MOMENT, time_shown(at, zone, words)
    )


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
