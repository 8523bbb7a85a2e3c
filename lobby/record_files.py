"""Templates of interaction records, as a branch writes them: `[records.common]` and `[records.<service>]` in
`branch.toml`, or the files `common.toml` and `<service>.toml` in a folder `records` beside it. See `docs/records.md`.

What `common` has, every service has too; a service's own outcomes stand in place of the common ones, its own fields,
phrases, deliveries and steps before them, and in place of those with the same code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from lobby.branch_file.toml_values import Values
from lobby.care.entries import settled
from lobby.care.interactions import LONGEST_NOTE, Kind
from lobby.care.kind_fields import KIND_FIELDS
from lobby.care.templates import Field, FieldType, Given, Named, Outcome, Phrase, Step, Template
from lobby.errors import BadField

FOLDER, COMMON = "records", "common"
MOST = 9
"""Of each list, so that each has its digit."""

LONGEST_SHORT, LONGEST_PHRASE = 12, 500
_NUMBERS = (FieldType.NUMBER, FieldType.MONEY)
OF_A_PERSON = (FieldType.PHONE, FieldType.EMAIL, FieldType.ACCOUNT)
"""What leads to a person: never in the journal, whatever a file says."""

_FREE = (FieldType.TEXT, FieldType.NUMBER, FieldType.ACCOUNT, FieldType.PHONE)

T = TypeVar("T", bound=Named)


class RecordValues(Values):
    """Reads templates; `mistakes` collects all that is wrong with them."""

    def read_folder(self, folder: Path) -> dict[str, Any]:
        """The tables of a folder's files, by service; `{}` when there is no folder."""
        found: dict[str, Any] = {}
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            except UnicodeDecodeError:
                self.wrong(f"{folder.name}/{path.name}", "is not UTF-8; save the file as UTF-8")
            except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
                self.wrong(f"{folder.name}/{path.name}", str(error))
            except OSError as error:
                self.wrong(f"{folder.name}/{path.name}", f"cannot be read: {error.strerror}")
        return found

    def templates(
        self, data: dict[str, Any], where: str, languages: tuple[str, ...], service_codes: Sequence[str]
    ) -> dict[str, Template]:
        """The template of each service that has one, and that of all the others under "". `where` is the place of
        `data`: `records` for the tables of the branch file, `records/` for a folder's files."""
        read: dict[str, Template] = {}
        for name, table in data.items():
            file = where.endswith("/")
            place = f"{where}{name}.toml" if file else f"{where}.{name}"
            if name != COMMON and name not in service_codes:
                known = ", ".join(service_codes)
                self.wrong(place, f'there is no service "{name}"; write one of {known}, or {COMMON} for all')
            if not isinstance(table, dict):
                self.wrong(place, f"must be a table: [{place}]")
                continue
            common = data.get(COMMON, {}) if name != COMMON else {}
            read[name] = self._template(table, place, languages, _codes(common, "fields"))
        shared = read.pop(COMMON, Template())
        own = {code: _joined(template, shared, code) for code, template in read.items() if code in service_codes}
        return {"": shared, **own}

    def _template(
        self, table: dict[str, Any], where: str, languages: tuple[str, ...], common_fields: list[str]
    ) -> Template:
        self.known(table, where, ("outcomes", "delivered", "fields", "phrases", "checklist"))
        rows = {
            key: self._rows(table, key, where) for key in ("outcomes", "delivered", "fields", "phrases", "checklist")
        }
        outcomes = [self._outcome(row, at, languages) for at, row in rows["outcomes"]]
        fields = [self._field(row, at, languages) for at, row in rows["fields"]]
        known = {field.code for field in fields} | set(common_fields)
        for (at, _), outcome in zip(rows["outcomes"], outcomes, strict=True):
            for code in outcome.asks:
                if code not in known:
                    known_fields = ", ".join(sorted(known)) or "none yet"
                    self.wrong(f"{at}.asks", f'there is no field "{code}"; known are {known_fields}')
        template = Template(
            outcomes=self._apart(outcomes, f"{where}.outcomes", MOST),
            delivered=self._apart(
                [self._named(row, at, languages) for at, row in rows["delivered"]], f"{where}.delivered", MOST
            ),
            fields=self._apart(fields, f"{where}.fields"),
            phrases=tuple(self._phrase(row, at, languages) for at, row in rows["phrases"]),
            checklist=self._apart(
                [self._step(row, at, languages) for at, row in rows["checklist"]], f"{where}.checklist"
            ),
        )
        self._apart([Named(phrase.short) for phrase in template.phrases], f"{where}.phrases", key="short")
        return template

    # -- one row each

    def _rows(self, table: dict[str, Any], key: str, where: str) -> list[tuple[str, dict[str, Any]]]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return [(f"{where}.{key}[{place}]", row) for place, row in enumerate(value)]
        self.wrong(f"{where}.{key}", f"must be a list of tables: [[{key}]]")
        return []

    def _named(self, row: dict[str, Any], where: str, languages: tuple[str, ...]) -> Named:
        self.known(row, where, ("code", "name"))
        return Named(self.code(row, "code", where), self.names(row, where, languages))

    def _outcome(self, row: dict[str, Any], where: str, languages: tuple[str, ...]) -> Outcome:
        self.known(row, where, ("code", "name", "kind", "asks"))
        kind = self._one_of(row, "kind", where, [kind.value for kind in Kind if kind], Kind.PLAIN)
        asks = self.texts(row, "asks", where)
        return Outcome(self.code(row, "code", where), self.names(row, where, languages), Kind(kind), asks)

    def _step(self, row: dict[str, Any], where: str, languages: tuple[str, ...]) -> Step:
        self.known(row, where, ("code", "name", "document"))
        document = self.yes(row, "document", where, False)
        return Step(self.code(row, "code", where), self.names(row, where, languages), document)

    def _phrase(self, row: dict[str, Any], where: str, languages: tuple[str, ...]) -> Phrase:
        self.known(row, where, ("short", "text"))
        short = self.text(row, "short", where)
        if short and (not short.isalnum() or len(short) > LONGEST_SHORT):
            self.wrong(f"{where}.short", f"must be letters and digits without a space, at most {LONGEST_SHORT}")
        value = row.get("text")
        texts = {languages[0]: value} if isinstance(value, str) and languages else value
        if (
            not isinstance(texts, dict)
            or not texts
            or not all(isinstance(t, str) and t.strip() for t in texts.values())
        ):
            self.wrong(f"{where}.text", 'is missing; write "ID checked." or { en = "ID checked.", ru = "..." }')
            return Phrase(short, {})
        self.by_language(texts, f"{where}.text")
        if any(len(text) > LONGEST_PHRASE for text in texts.values()):
            self.wrong(f"{where}.text", f"is too long; at most {LONGEST_PHRASE} letters")
        return Phrase(short, dict(texts))

    def _field(self, row: dict[str, Any], where: str, languages: tuple[str, ...]) -> Field:
        self.known(
            row,
            where,
            (
                "code",
                "name",
                "type",
                "required",
                "private",
                "choices",
                "low",
                "high",
                "longest",
                "pattern",
                "unit",
                "given",
                "default",
                "kinds",
            ),
        )
        kind = FieldType(self._one_of(row, "type", where, list(FieldType), FieldType.TEXT))
        field = Field(
            self.code(row, "code", where),
            self.names(row, where, languages),
            kind,
            required=self.yes(row, "required", where, False),
            private=self.yes(row, "private", where, kind in OF_A_PERSON),
            choices=self._choices(row, kind, where, languages),
            low=self._bound(row, "low", kind, where),
            high=self._bound(row, "high", kind, where),
            longest=self.whole(row, "longest", where, 200, 1, LONGEST_NOTE),
            pattern=self._pattern(row, kind, where),
            unit=self.text(row, "unit", where, ""),
            given=msgspec.convert(self._one_of(row, "given", where, get_args(Given), ""), Given),
            default=self.text(row, "default", where, ""),
            kinds=self._kinds(row, where),
        )
        if kind in OF_A_PERSON and not field.private:
            self.wrong(f"{where}.private", f"must be true for the type {kind}: the journal is kept for ever")
        if field.low is not None and field.high is not None and field.low > field.high:
            self.wrong(f"{where}.high", f"must not be less than low ({field.low:g})")
        if any(field.code == own.code for kind in field.kinds for own in KIND_FIELDS.get(kind, ())):
            self.wrong(f"{where}.code", f'"{field.code}" is there already for this kind; choose another code')
        return self._with_default(field, where)

    def _with_default(self, field: Field, where: str) -> Field:
        if field.default and field.given:
            self.wrong(f"{where}.default", "is not needed where given fills the field in; leave one of them out")
            return field
        try:
            return msgspec.structs.replace(field, default=settled(field.default, field))
        except BadField as refusal:
            self.wrong(f"{where}.default", f"does not fit the field. {refusal}")
        return field

    def _choices(
        self, row: dict[str, Any], kind: FieldType, where: str, languages: tuple[str, ...]
    ) -> tuple[Named, ...]:
        if kind is not FieldType.CHOICE:
            if "choices" in row:
                self.wrong(f"{where}.choices", 'belongs to type = "choice"; change the type or leave it out')
            return ()
        choices = [self._named(item, at, languages) for at, item in self._rows(row, "choices", where)]
        if not choices:
            self.wrong(f"{where}.choices", 'is empty; write [{ code = "a", name = "A" }, ...]')
        return self._apart(choices, f"{where}.choices", MOST)

    def _bound(self, row: dict[str, Any], key: str, kind: FieldType, where: str) -> float | None:
        if key not in row:
            return None
        if kind not in _NUMBERS:
            self.wrong(f"{where}.{key}", "belongs to the types number and money; change the type or leave it out")
            return None
        return self.number(row, key, where, 0.0, -1e15, 1e15)

    def _pattern(self, row: dict[str, Any], kind: FieldType, where: str) -> str:
        pattern = self.text(row, "pattern", where, "")
        if pattern and kind not in _FREE:
            self.wrong(f"{where}.pattern", f"belongs to the types {', '.join(_FREE)}; change the type or leave it out")
            return ""
        try:
            re.compile(pattern)
        except re.error as error:
            self.wrong(f"{where}.pattern", f'is not a regular expression: {error}; write one such as "[0-9]{{4}}"')
            return ""
        return pattern

    def _kinds(self, row: dict[str, Any], where: str) -> tuple[Kind, ...]:
        said = self.texts(row, "kinds", where)
        known = [kind.value for kind in Kind if kind]
        for kind in said:
            if kind not in known:
                self.wrong(f"{where}.kinds", f'"{kind}" is not known; known are {", ".join(known)}')
        return tuple(Kind(kind) for kind in said if kind in known)

    def _one_of(self, row: dict[str, Any], key: str, where: str, known: Sequence[str], default: str) -> str:
        value = self.text(row, key, where, default)
        if value not in known and value != default:
            self.wrong(f"{where}.{key}", f'"{value}" is not known; known are {", ".join(filter(None, known))}')
            return default
        return value

    def _apart(self, rows: list[T], where: str, most: int | None = None, key: str = "code") -> tuple[T, ...]:
        codes = [row.code for row in rows]
        for place, code in enumerate(codes):
            if code and code in codes[:place]:
                self.wrong(f"{where}[{place}].{key}", f'"{code}" is used already; each needs its own')
        if most is not None and len(rows) > most:
            self.wrong(where, f"has {len(rows)}; at most {most}, one for each digit")
        return tuple(rows)


def _codes(table: Any, key: str) -> list[str]:
    rows = table.get(key, []) if isinstance(table, dict) else []
    return [str(row.get("code")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _joined(own: Template, common: Template, service: str) -> Template:
    shorts = {phrase.short for phrase in own.phrases}
    return Template(
        service,
        own.outcomes or common.outcomes,
        _over(own.delivered, common.delivered),
        _over(own.fields, common.fields),
        (*own.phrases, *(phrase for phrase in common.phrases if phrase.short not in shorts)),
        _over(own.checklist, common.checklist),
    )


def _over(own: tuple[T, ...], common: tuple[T, ...]) -> tuple[T, ...]:
    codes = {row.code for row in own}
    return (*own, *(row for row in common if row.code not in codes))
