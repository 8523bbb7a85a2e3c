"""`media/playlist.toml`: what is shown in the lobby, for how long, and when. Pure.

[[items]]
file = "savings.webp"
seconds = 20
hours = "09:00-12:00, 14:00-17:00"
days = ["mon", "wed"]
from = 2026-12-01
until = 2026-12-24
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from lobby.branch_file.toml_values import Mistake, Values
from lobby.queue.services import WEEKDAYS, Span

FILE = "playlist.toml"
PICTURE_S = 15.0
"""How long a picture is shown unless the playlist says otherwise. A video is shown to its end."""

SHORTEST_S, LONGEST_S = 1.0, 3600.0
"""Seconds; what changes faster flickers."""


class Item(msgspec.Struct, frozen=True):
    """One thing to show. `seconds` 0: a picture's usual time, a video's own; `hours` and `days` empty: always;
    `first` and `last` are days (ISO), empty where there is no such end; `sound`: a video is heard."""

    file: str
    seconds: float = 0.0
    hours: tuple[Span, ...] = ()
    days: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    sound: bool = False

    def is_on(self, local: datetime) -> bool:
        """Whether it is shown at a local time."""
        minute, today = local.hour * 60 + local.minute, local.date().isoformat()
        return (
            (not self.hours or any(span.start <= minute < span.end for span in self.hours))
            and (not self.days or WEEKDAYS[local.weekday()] in self.days)
            and (not self.first or self.first <= today)
            and (not self.last or today <= self.last)
        )


class BadPlaylist(Exception):
    """A file that is no TOML: nothing in it can be used."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


class Playlist(msgspec.Struct, frozen=True):
    """The items that are right, in order, and what is wrong with the others."""

    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...] = ()


def everything(files: Iterable[str]) -> Playlist:
    """What is shown without a playlist: each file, by name."""
    return Playlist(tuple(Item(file) for file in sorted(files)))


def read_playlist(text: str) -> Playlist:
    """The playlist that a text holds; an item with a mistake is left out.

    Raises:
        BadPlaylist: it is no TOML.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadPlaylist(Mistake("TOML", str(error))) from None
    reader = _Reader()
    reader.known(data, "", ("items",))
    items = []
    for index, table in enumerate(reader.tables(data, "items")):
        before = len(reader.mistakes)
        item = reader.item(table, f"items[{index}]")
        if len(reader.mistakes) == before:
            items.append(item)
    return Playlist(tuple(items), tuple(reader.mistakes))


class _Reader(Values):
    def item(self, table: dict[str, Any], where: str) -> Item:
        self.known(table, where, ("file", "seconds", "hours", "days", "from", "until", "sound"))
        file = self.text(table, "file", where)
        if file and not re.fullmatch(r"[^/\\.][^/\\]*", file):
            self.wrong(f"{where}.file", f'"{file}" is not the name of a file in the folder')
        days = self.texts(table, "days", where)
        for day in days:
            if day not in WEEKDAYS:
                self.wrong(f"{where}.days", f'"{day}" is not a day; known are {", ".join(WEEKDAYS)}')
        first, last = self.day(table, "from", where), self.day(table, "until", where)
        if first and last and last < first:
            self.wrong(f"{where}.until", f"{last} must not come before {first}")
        return Item(
            file,
            self.number(table, "seconds", where, 0.0, SHORTEST_S, LONGEST_S) if "seconds" in table else 0.0,
            self.spans(table["hours"], f"{where}.hours") if "hours" in table else (),
            days,
            first,
            last,
            self.yes(table, "sound", where, False),
        )

    def day(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if value is None:
            return ""
        if not isinstance(value, date) or isinstance(value, datetime):
            self.wrong(f"{where}.{key}", "must be a day without quotes, such as 2026-01-31")
            return ""
        return value.isoformat()
