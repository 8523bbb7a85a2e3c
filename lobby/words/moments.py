"""When something is due, as a teller types it: `tomorrow 10:00`, `fri`, `+3d`, `27.11 9:30`, `2026-11-27`.

Words are those of the teller's language and English: today, tomorrow and the days of the week (CLDR, by way of Babel),
in full or their first letters as far as these mean one day only. Nothing is guessed: what is not understood, or lies in
the past, is None. A library for this (dateparser) brings four more and takes any number for a date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from lobby.care.entries import ascii_digits
from lobby.errors import N_
from lobby.languages import locale_of
from lobby.words.catalogue import Words

END_OF_DAY = time(17, 0)
"""What a day without an hour stands for."""

FARTHEST = timedelta(days=400)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_TODAY, _TOMORROW = N_("today"), N_("tomorrow")


def moment(said: str, now: datetime, words: Words) -> datetime | None:
    """The moment on the clock of `now` (aware); None when it is not understood, past, or more than 400 days away."""
    text = _plain(said)
    found = _span(text, now) or _day_and_hour(text, now, words)
    return found if found and now < found <= now + FARTHEST else None


def _span(text: str, now: datetime) -> datetime | None:
    """`+2h`, `+3d`, `+1w`; days and weeks end with the day, unless an hour is said."""
    found = re.fullmatch(r"\+ ?(\d{1,3}) ?([hdw])(?: (.+))?", text)
    if not found:
        return None
    span = int(found[1]) * _UNITS[found[2]]
    if found[2] == "h":
        later = datetime.fromtimestamp(now.timestamp() + span.total_seconds(), now.tzinfo)
        return None if found[3] else later.replace(second=0, microsecond=0)
    hour = _hour(found[3]) if found[3] else END_OF_DAY
    return _at(now.date() + span, hour, now) if hour else None


def _day_and_hour(text: str, now: datetime, words: Words) -> datetime | None:
    day, _, rest = text.rpartition(" ")
    hour = _hour(rest)
    if hour is None:
        day, hour = text, END_OF_DAY
    elif not day:
        return _at(now.date(), hour, now)
    found = _day(day, now.date(), words)
    if isinstance(found, int):
        ahead = (found - now.weekday()) % 7
        at = _at(now.date() + timedelta(days=ahead), hour, now)
        return at if at > now else _at(now.date() + timedelta(days=ahead + 7), hour, now)
    return _at(found, hour, now) if found and abs(found - now.date()) <= FARTHEST else None


def _hour(text: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text)
    return time(int(found[1]), int(found[2])) if found else None


def _at(day: date, hour: time, now: datetime) -> datetime:
    """That hour in the zone of `now`; an hour that the clocks skip comes out as they show it."""
    there = datetime.combine(day, hour, now.tzinfo)
    return datetime.fromtimestamp(there.timestamp(), now.tzinfo)


def _day(text: str, today: date, words: Words) -> date | int | None:
    """A date, or a day of the week (Monday is 0)."""
    written = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text)
    short = re.fullmatch(r"(\d\d?)[./](\d\d?)[./]?(\d{4})?", text)
    try:
        if written:
            return date(int(written[1]), int(written[2]), int(written[3]))
        if short:
            day = date(int(short[3] or today.year), int(short[2]), int(short[1]))
            return day if short[3] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None
    names = _names(today, words)
    if text in names:
        return names[text]
    meant = {day for name, day in names.items() if len(text) >= 2 and name.startswith(text)}
    return meant.pop() if len(meant) == 1 else None


def _names(today: date, words: Words) -> dict[str, date | int]:
    """The words for days, each with the date or the day of the week that it means."""
    found: dict[str, date | int] = {}
    for language in ("en", words.language):
        for width in ("abbreviated", "wide"):
            days = locale_of(language).days["format"][width]
            found |= {_plain(name).rstrip("."): day for day, name in days.items()}
    for name, day in ((_TODAY, today), (_TOMORROW, today + timedelta(days=1))):
        found |= {_plain(name): day, _plain(words(name)): day}
    return found


def _plain(text: str) -> str:
    """Small letters without marks, ASCII digits, single spaces: غدًا and غدا are one word."""
    letters = unicodedata.normalize("NFD", ascii_digits(text).casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
