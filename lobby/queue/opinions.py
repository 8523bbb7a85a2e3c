"""What customers said of the day: one answer for each visit, and those of people who only say it on the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.care.casebook import Rated
from lobby.care.comments import Comment
from lobby.queue import events as e

if TYPE_CHECKING:  # the branch holds what was said
    from lobby.queue.branch import Branch


class Opinion(msgspec.Struct, frozen=True):
    """How it went, from 1 (bad) to 5 (good), said at `at` (ms UTC). `ticket`, `service` and `teller` are empty where
    they are not known; `worded`: there are words beside it, in the erasable store."""

    at: int
    rating: int
    place: str
    language: str
    service: str = ""
    choices: tuple[str, ...] = ()
    teller: str = ""
    ticket: str = ""
    worded: bool = False


def on_given(branch: Branch, event: e.FeedbackGiven, at: int) -> None:
    """Keep it; a visit has said all that it will."""
    branch.opinions[branch.seq + 1] = Opinion(
        at=at,
        rating=event.rating,
        place=event.place,
        language=event.language,
        service=event.service,
        choices=event.choices,
        teller=event.teller,
        ticket=event.ticket,
        worded=bool(event.note),
    )
    if event.note:
        branch.care.comments[branch.seq + 1] = Comment(
            seq=branch.seq + 1,
            at=at,
            rating=event.rating,
            place=event.place,
            language=event.language,
            service=event.service,
            choices=event.choices,
            ticket=event.ticket,
            note=event.note,
        )
    if event.ticket:
        branch.answered[event.ticket] = event.rating
    if event.teller:
        branch.care.rated = (*branch.care.rated, Rated(at, event.teller, event.rating))
