"""What one teller at one branch has typed and not finished, and asked for and not been answered.

It is kept over a lost line, a lost session, a killed console, and erased when the branch has it; what another day has
left is shown once, and erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec

from lobby import shapes
from lobby.queue.commands import Command
from teller_console.drafts import Draft, Drafts
from teller_console.outbox import Intention, Outbox


class Keeper(Protocol):
    """Where a memory is kept; a `StateFile`."""

    failed: bool

    def read(self) -> bytes: ...

    def keep(self, content: bytes) -> None: ...

    def settle(self) -> None: ...

    def close(self) -> None: ...


class Unsent(msgspec.Struct, frozen=True):
    """An intention as it is written down."""

    command: dict[str, Any]
    key: str


class Kept(msgspec.Struct, frozen=True):
    """What is written down; `day` is the business day of it (2026-11-23)."""

    day: str = ""
    drafts: dict[str, Draft] = {}
    typed: dict[str, str] = {}
    unsent: tuple[Unsent, ...] = ()


class Leftover(msgspec.Struct, frozen=True):
    """What another day has left: texts, each with the ticket, complaint or promise that it belongs to (empty: none of
    them), and commands that were never sent."""

    day: str
    texts: tuple[tuple[str, str], ...]
    commands: tuple[Command, ...]


class Memory:
    """Without a `keeper` it lives as long as the process; `lost` says that it should have had one."""

    def __init__(self, keeper: Keeper | None = None, *, lost: bool = False) -> None:
        self.outbox = Outbox(self.keep, self.settle)
        self.drafts = Drafts()
        self._keeper = keeper
        self._lost = lost
        self._day = ""
        self._last = b""
        if keeper is not None:
            self._last = keeper.read()
            self._take_up(self._last)

    @property
    def failed(self) -> bool:
        """What is typed cannot be written down just now."""
        return self._lost or (self._keeper is not None and self._keeper.failed)

    def keep(self) -> None:
        """Have it written down, where something changed. Returns at once."""
        content = self._content()
        if self._keeper is not None and content != self._last:
            self._last = content
            self._keeper.keep(content)

    def settle(self) -> None:
        """Wait until all that was kept is on the disk."""
        if self._keeper is not None:
            self._keeper.settle()

    def begin(self, day: str) -> Leftover | None:
        """This is the business day; what another one has left is given once, and forgotten here."""
        before, self._day = self._day, day
        left = None
        if before not in ("", day):
            texts = tuple(self.drafts.texts())
            if texts or self.outbox:
                left = Leftover(before, texts, tuple(self.outbox.commands))
            self.drafts.forget()
            self.outbox.forget()
        self.keep()
        return left

    def close(self) -> None:
        self.keep()
        if self._keeper is not None:
            self._keeper.close()

    def _content(self) -> bytes:
        drafts = self.drafts.unfinished()
        typed = {place: text for place, text in self.drafts.typed.items() if text}
        unsent = tuple(Unsent(msgspec.to_builtins(one.command), one.key) for one in self.outbox.intentions)
        if not (drafts or typed or unsent):
            return b""
        return msgspec.json.encode(Kept(self._day, drafts, typed, unsent))

    def _take_up(self, content: bytes) -> None:
        try:
            kept = shapes.decode(content or b"{}", Kept)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # another version's: nothing in it can be trusted
        self._day = kept.day
        self.drafts.take_up(kept.drafts, kept.typed)
        self.outbox.take_up(intention for unsent in kept.unsent for intention in _intention(unsent))


def _intention(unsent: Unsent) -> Iterator[Intention]:
    """Nothing where this version knows no such command."""
    kinds = {kind.__struct_config__.tag: kind for kind in _kinds(Command)}
    kind = kinds.get(unsent.command.get("command"))
    if kind is not None:
        try:
            yield Intention(shapes.convert(unsent.command, kind), unsent.key)
        except msgspec.ValidationError:
            return


def _kinds(root: type[Command]) -> Iterator[type[Command]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


def name_of(server: str, branch: str, user: str) -> str:
    """The name of the file for a teller at a branch: says neither who nor where."""
    return hashlib.sha256(json.dumps([server, branch, user]).encode()).hexdigest()[:24]


def remember(folder: Path | None, server: str, branch: str, user: str) -> Memory:
    """The memory of a teller at a branch, in a file of this folder; in this process alone where there is no folder, or
    it cannot be written."""
    if folder is None:
        return Memory()
    from teller_console.state_file import StateFile

    try:
        return Memory(StateFile(folder, name_of(server, branch, user)))
    except OSError:
        return Memory(lost=True)
