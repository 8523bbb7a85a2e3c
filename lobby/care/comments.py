"""What customers wrote beside their answer to how it went, until somebody who leads has seen to it. Pure.

Words beside a bad answer wait for that; all others are there to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from lobby.care.feedback import BAD_UP_TO


class Comment(msgspec.Struct, frozen=True):
    """Words of a customer, under `note` in the erasable store, beside the answer `rating` from 1 (bad) to 5 (good),
    given at `at` (ms UTC) as the event `seq`. `remark`, also a reference, says what `settled_by` did about it."""

    seq: int
    at: int
    rating: int
    place: str
    language: str
    service: str
    choices: tuple[str, ...]
    ticket: str
    note: str
    settled_at: int | None = None
    settled_by: str = ""
    remark: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody who leads has to see to it."""
        return self.settled_at is None and self.rating <= BAD_UP_TO


class CommentView(msgspec.Struct, frozen=True):
    """A comment to read: `text` and `remark` are empty where the words were erased or may not be read; `waits` for
    somebody who leads to see to it."""

    seq: int
    at: int
    rating: int
    place: str
    language: str
    service: str
    choices: tuple[str, ...]
    ticket: str
    waits: bool
    text: str = ""
    settled_at: int | None = None
    settled_by: str = ""
    remark: str = ""


def comment_views(comments: Iterable[Comment], read: Callable[[str], str]) -> tuple[CommentView, ...]:
    """Those that wait first, the oldest before; then the others, the newest before."""
    found = sorted(comments, key=lambda one: (not one.waits, one.seq if one.waits else -one.seq))
    return tuple(
        CommentView(
            seq=one.seq,
            at=one.at,
            rating=one.rating,
            place=one.place,
            language=one.language,
            service=one.service,
            choices=one.choices,
            ticket=one.ticket,
            waits=one.waits,
            text=read(one.note),
            settled_at=one.settled_at,
            settled_by=one.settled_by,
            remark=read(one.remark),
        )
        for one in found
    )
