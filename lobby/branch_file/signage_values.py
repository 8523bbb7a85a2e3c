"""`[look]`, `[[screens]]`, `[voice]` and `[[signs]]` of the branch file. See `lobby.config`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lobby.branch_file.toml_values import Values
from lobby.queue.services import DIRECTIONS, CounterPlace
from lobby.signage import CUSTOMER, ROTATE, LedSign, Look, LoudHours, Screen, Signage, Voice

LOGO_BYTES = 200_000
SignCheck = Callable[[str], Iterable[tuple[str, str]]]
"""Whoever knows signs says what is wrong with an address: (key, what is wrong and what to write)."""


class SignageValues(Values):
    """Reads what hangs in the lobby, against the services, counters and languages that there are."""

    def signage(
        self,
        data: dict[str, Any],
        folder: Path,
        languages: tuple[str, ...],
        services: list[str],
        counters: list[CounterPlace],
        sign_check: SignCheck,
    ) -> Signage:
        numbers = [counter.number for counter in counters]
        screens = tuple(
            self._screen(table, index, languages, services, numbers)
            for index, table in enumerate(self.tables(data, "screens"))
        )
        signs = tuple(
            self._sign(table, index, numbers, sign_check) for index, table in enumerate(self.tables(data, "signs"))
        )
        return Signage(
            look=self._look(self.table(data, "look"), folder),
            screens=screens,
            voice=self._voice(self.table(data, "voice")),
            signs=signs,
        )

    def _look(self, table: dict[str, Any], folder: Path) -> Look:
        where, default = "look", Look()
        self.known(table, where, ("brand", "logo", "theme", "radius_px"))
        brand = self.text(table, "brand", where, "")
        if brand and not re.fullmatch(r"#[0-9A-Fa-f]{6}", brand):
            self.wrong(f"{where}.brand", f'"{brand}" is not a colour; write one such as "#0b4a45"')
            brand = ""
        return Look(
            brand=brand.lower(),
            logo=self._logo(table, where, folder),
            theme="dark" if self._one_of(table, "theme", where, ("light", "dark"), "light") == "dark" else "light",
            radius_px=self.whole(table, "radius_px", where, default.radius_px, 0, 40),
        )

    def _logo(self, table: dict[str, Any], where: str, folder: Path) -> str:
        name = self.text(table, "logo", where, "")
        if not name:
            return ""
        if not re.fullmatch(r"[A-Za-z0-9_.-]+\.(svg|png)", name):
            self.wrong(
                f"{where}.logo", f'"{name}" is not the name of an SVG or PNG file beside {folder.name}/branch.toml'
            )
            return ""
        path = folder / name
        if not path.is_file():
            self.wrong(f"{where}.logo", f'there is no file "{name}" beside the branch file')
        elif path.stat().st_size > LOGO_BYTES:
            self.wrong(f"{where}.logo", f'"{name}" is larger than {LOGO_BYTES // 1000} kB; make it smaller')
        return name

    def _screen(
        self, table: dict[str, Any], index: int, languages: tuple[str, ...], services: list[str], counters: list[int]
    ) -> Screen:
        where, default = f"screens[{index}]", Screen("")
        self.known(table, where, Screen.__struct_fields__)
        layout = self._one_of(table, "layout", where, ("calls", "sign", "voice"), default.layout)
        language = self._one_of(table, "language", where, (ROTATE, CUSTOMER, *languages), default.language)
        shown = self._counters(table, "counters", where, counters)
        if layout == "sign" and len(shown) != 1:
            self.wrong(f"{where}.counters", "a sign hangs over one counter; write one number, such as [3]")
        if layout == "voice" and not table.get("room"):
            self.wrong(f"{where}.room", 'a voice speaks in a room; write its name, such as "hall"')
        for code in self.texts(table, "services", where):
            if code not in services:
                self.wrong(f"{where}.services", f'there is no service "{code}"')
        beside = self.texts(table, "beside", where)
        for one in beside:
            if one not in ("media", "information"):
                self.wrong(f"{where}.beside", f'"{one}" cannot stand there; known are media, information')
        return Screen(
            name=self.code(table, "name", where),
            layout=layout,  # type: ignore[arg-type]  # one of them, as was asked above
            services=self.texts(table, "services", where),
            counters=shown,
            language=language,
            theme=self._one_of(table, "theme", where, ("light", "dark"), ""),  # type: ignore[arg-type]  # as above
            beside=beside,  # type: ignore[arg-type]  # as above
            inches=self.number(table, "inches", where, default.inches, 5, 200),
            distance_m=self.number(table, "distance_m", where, default.distance_m, 0.5, 50),
            room=self.code(table, "room", where) if "room" in table else "",
            directions=self._directions(table, where, counters),
        )

    def _counters(self, table: dict[str, Any], key: str, where: str, known: list[int]) -> tuple[int, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(type(number) is int for number in value):
            self.wrong(f"{where}.{key}", "must be a list of counters, such as [1, 2]")
            return ()
        for number in value:
            if number not in known:
                self.wrong(f"{where}.{key}", f"there is no counter {number}")
        return tuple(value)

    def _directions(self, table: dict[str, Any], where: str, known: list[int]) -> dict[int, str]:
        value, found = self.table(table, "directions", f"{where}."), {}
        for key, direction in value.items():
            if not (key.isascii() and key.isdecimal() and int(key) in known):
                self.wrong(f"{where}.directions.{key}", f"there is no counter {key}")
            elif direction not in DIRECTIONS:
                self.wrong(f"{where}.directions.{key}", f"must be one of {', '.join(DIRECTIONS)}")
            else:
                found[int(key)] = direction
        return found

    def _voice(self, table: dict[str, Any]) -> Voice:
        where, default = "voice", Voice()
        self.known(table, where, ("volume", "hours", "stale_s"))
        hours = []
        for key, volume in self.table(table, "hours", f"{where}.").items():
            place = f"{where}.hours.{key}"
            if type(volume) is not int or not 0 <= volume <= 100:
                self.wrong(place, "must be a volume from 0 to 100")
                continue
            hours += [LoudHours(span, volume) for span in self.spans(key, place)]
        return Voice(
            volume=self.whole(table, "volume", where, default.volume, 0, 100),
            hours=tuple(hours),
            stale_s=self.number(table, "stale_s", where, default.stale_s, 5, 600),
        )

    def _sign(self, table: dict[str, Any], index: int, counters: list[int], check: SignCheck) -> LedSign:
        where = f"signs[{index}]"
        self.known(table, where, LedSign.__struct_fields__)
        counter = self.whole(table, "counter", where, None, 1, 9999)
        if counter not in counters:
            self.wrong(f"{where}.counter", f"there is no counter {counter}")
        address = self.text(table, "address", where)
        for key, what in check(address) if address else ():
            self.wrong(f"{where}.{key}", what)
        return LedSign(counter, address)

    def _one_of(self, table: dict[str, Any], key: str, where: str, known: tuple[str, ...], default: str) -> str:
        value = table.get(key, default)
        if value != default and value not in known:
            self.wrong(f"{where}.{key}", f"must be one of {', '.join(known)}")
            return default
        return str(value)
