"""What reports count of care: complaints, follow-ups, and bad answers with words that somebody has seen to.

They come from a journal, which knows all of them, or from a branch's casebook, which forgets what is long over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from lobby.care.casebook import KEEP_CLOSED_MS, KEEP_DONE_MS, Casebook
from lobby.care.complaints import Complaint
from lobby.care.events import CareEvent, CommentSettled
from lobby.care.feedback import BAD_UP_TO
from lobby.care.follow_ups import FollowUp
from lobby.queue.events import Recorded

T = TypeVar("T")


class Settled(NamedTuple):
    """A bad answer with words, given at `given_at` and seen to at `at` (ms UTC)."""

    given_at: int
    at: int


class Cases(NamedTuple):
    """All of them; None where they are not known any more."""

    complaints: tuple[Complaint, ...] | None = ()
    follow_ups: tuple[FollowUp, ...] | None = ()
    settled: tuple[Settled, ...] | None = ()

    def within(self, start: int, end: int) -> Cases:
        """Complaints received, follow-ups due and answers given from `start` up to `end` (ms UTC)."""
        complaints, follow_ups, settled = self
        return Cases(
            None if complaints is None else tuple(one for one in complaints if start <= one.received_at < end),
            None if follow_ups is None else tuple(one for one in follow_ups if start <= one.due < end),
            None if settled is None else tuple(one for one in settled if start <= one.given_at < end),
        )

    def since(self, start: int, now: int) -> Cases:
        """Without what a casebook has begun to forget at `now`, where it is asked for from `start` on (both ms UTC)."""
        return Cases(
            None if start < now - KEEP_CLOSED_MS else self.complaints,
            None if start < now - KEEP_DONE_MS else self.follow_ups,
            None if start < now - KEEP_DONE_MS else self.settled,
        )


NO_CASES = Cases()
UNKNOWN = Cases(None, None, None)


def cases_of(recorded: Iterable[Recorded], book: Casebook | None = None) -> Cases:
    """Those in a journal, or in the events of care alone; of a journal that went on from `book`, where there is one."""
    book = book or Casebook()
    settled = list(cases_in(book).settled or ())
    for item in recorded:
        if isinstance(event := item.event, CareEvent):
            book.apply(event, item.at, item.actor)
        if isinstance(event, CommentSettled) and event.rating <= BAD_UP_TO:
            settled.append(Settled(event.given_at, item.at))
    return Cases(tuple(book.complaints.values()), tuple(book.follow_ups.values()), tuple(settled))


def cases_in(book: Casebook) -> Cases:
    """Those that a branch remembers."""
    return Cases(
        tuple(book.complaints.values()),
        tuple(book.follow_ups.values()),
        tuple(
            Settled(one.at, one.settled_at)
            for one in tuple(book.comments.values())
            if one.settled_at is not None and one.rating <= BAD_UP_TO
        ),
    )


def together(parts: Iterable[Cases]) -> Cases:
    """All of these that are known, as one."""
    complaints, follow_ups, settled = zip(*parts, strict=True)
    return Cases(_joined(complaints), _joined(follow_ups), _joined(settled))


def _joined(parts: Sequence[tuple[T, ...] | None]) -> tuple[T, ...] | None:
    known = [part for part in parts if part is not None]
    return tuple(one for part in known for one in part) if known else None
