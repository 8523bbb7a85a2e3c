"""How the document describes one operation: what is read, what is done, and what is neither a view nor a command."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from display_server.manager.reports import FORMS
from display_server.openapi.schemas import Described, Schemas
from lobby.access import PERMISSIONS, permission_for
from lobby.command_shape import Command
from lobby.door import Answer

KEY: Described = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}
TIME: Described = {
    "name": "Lobby-Time",
    "in": "header",
    "schema": {"type": "integer"},
    "description": "Rehearsal branches only.",
}
NUMBERS = {"counter"}
"""What is a number where it stands in a path."""


class Operation(Protocol):
    """What can be asked at an address, by one method or several."""

    def shown(self) -> tuple[type, ...]:
        """The structs whose schemas it needs."""
        ...

    def describe(self, path: str, schemas: Schemas) -> Described:
        """Its description by method."""
        ...


@dataclass(frozen=True)
class Read:
    """A view, or `many` of it; without a view, an object that has no schema. It is `figures` with their definitions,
    in each of the forms of reports, or a file of one media type. `asked` are parameters of the query; `summary` is the
    view's own first line unless given."""

    permission: str
    view: type | None = None
    summary: str = ""
    many: bool = False
    figures: bool = False
    file: str = ""
    asked: tuple[Described, ...] = ()

    def shown(self) -> tuple[type, ...]:
        return (self.view,) if self.view else ()

    def describe(self, path: str, schemas: Schemas) -> Described:
        return {
            "get": {
                "summary": self.summary or _first_line(self.view),
                "description": roles(self.permission),
                "parameters": [*in_path(path), *self.asked],
                "responses": self._answer(schemas) | refusals(401, 403, 404, 422),
            }
        }

    def _answer(self, schemas: Schemas) -> Described:
        if self.file:
            return {"200": {"description": "done", "content": {self.file: {"schema": {"type": "string"}}}}}
        schema = schemas.ref(self.view) if self.view else {"type": "object"}
        if self.figures:
            return json_by({"allOf": [schema], "properties": {"definitions": {"type": "object"}}}, 200, *FORMS.values())
        return json_by({"type": "array", "items": schema} if self.many else schema)


@dataclass(frozen=True)
class Give:
    """A command, answered by a view; `also` holds other answers by their status."""

    command: type[Command]
    view: type = Answer
    code: int = 200
    also: Described = field(default_factory=dict)

    def shown(self) -> tuple[type, ...]:
        return (self.command, self.view)

    def describe(self, path: str, schemas: Schemas) -> Described:
        refused = refusals(400, 401, 403, 404, 409, 413, 422, 503)
        return {
            "post": {
                "summary": _first_line(self.command),
                "description": roles(permission_for(self.command)),
                "parameters": [*in_path(path), KEY, TIME],
                "requestBody": schemas.body(self.command, names_in(path)),
                "responses": json_by(schemas.ref(self.view), self.code) | self.also | refused,
            }
        }


@dataclass(frozen=True)
class Act:
    """What is done by no command: its description but for the answer, which is the view's, an object of these
    properties, or nothing."""

    method: str
    said: Described
    refused: tuple[int, ...]
    view: type | None = None
    properties: Described = field(default_factory=dict)
    code: int = 204

    def shown(self) -> tuple[type, ...]:
        return (self.view,) if self.view else ()

    def describe(self, path: str, schemas: Schemas) -> Described:
        if self.view:
            answer = json_by(schemas.ref(self.view), self.code)
        elif self.properties:
            answer = json_by({"type": "object", "properties": self.properties}, self.code)
        else:
            answer = {str(self.code): {"description": "done"}}
        placed = {"parameters": in_path(path)} if names_in(path) else {}
        return {self.method: self.said | placed | {"responses": answer | refusals(*self.refused)}}


def names_in(path: str) -> list[str]:
    """What stands in braces in an address."""
    return re.findall(r"{(\w+)}", path)


def in_path(path: str) -> list[Described]:
    """The parameters that an address carries."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "integer" if name in NUMBERS else "string"}}
        for name in names_in(path)
    ]


def in_query(name: str, schema: Described) -> Described:
    """A parameter of the query."""
    return {"name": name, "in": "query", "schema": schema}


def fields(*names: str) -> Described:
    """A body of these strings, all of them required."""
    schema = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
        "additionalProperties": False,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def roles(permission: str) -> str:
    """Who may, in words."""
    return f"Roles: {', '.join(sorted(PERMISSIONS[permission]))}."


def json_by(schema: Described, code: int = 200, *also: str) -> Described:
    """JSON by this schema, or a file of one of the media types `also`."""
    content: Described = {kind: {} for kind in also} | {"application/json": {"schema": schema}}
    return {str(code): {"description": "done", "content": content}}


def refusals(*codes: int) -> Described:
    """Problem documents with these statuses."""
    return {str(code): {"$ref": "#/components/responses/problem"} for code in codes}


def _first_line(thing: type | None) -> str:
    return (thing.__doc__ or thing.__name__).strip().split("\n", 1)[0] if thing else ""
