"""The schemas of what is asked and answered, as the structs themselves have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lobby.care.commands import TakeComplaint
from lobby.command_shape import Command
from lobby.queue.commands import CheckIn, Issue, Reprint

Described = dict[str, Any]
"""A part of the document, ready for JSON."""

PRINTED = (Issue, CheckIn, Reprint, TakeComplaint)
"""What ends in a slip, which `print: false` leaves to whoever asks."""


class Schemas:
    """The schemas of these structs, and of all that they hold, by name in `known`."""

    def __init__(self, shown: Iterable[type]) -> None:
        shown = list(shown)
        references, self.known = msgspec.json.schema_components(shown, ref_template="#/components/schemas/{name}")
        self._references = dict(zip(shown, references, strict=True))
        answer = self.known["Answer"]
        sentence = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "why this ticket, in words"}
        self.known["Answer"] = answer | {"properties": answer["properties"] | {"reason": sentence}}

    def ref(self, shown: type) -> Described:
        """Where its schema stands."""
        return dict(self._references[shown])

    def body(self, command: type[Command], in_path: Iterable[str]) -> Described:
        """What is sent to give a command: its own fields, less those that the path carries."""
        schema = dict(self.known[self.ref(command)["$ref"].rpartition("/")[2]])
        hidden = {"command", *in_path}
        schema["properties"] = {name: one for name, one in schema["properties"].items() if name not in hidden}
        if command in PRINTED:
            schema["properties"]["print"] = {"type": "boolean", "default": True}
        schema["required"] = [name for name in schema.get("required", []) if name not in hidden]
        return {"required": bool(schema["required"]), "content": {"application/json": {"schema": schema}}}
