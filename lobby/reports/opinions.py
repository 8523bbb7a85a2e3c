"""Figures about what customers said of their visits: how many answered, and what.

Whoever was served may answer once on the page of their ticket; the response rate is taken of these alone. At the kiosk
anybody may answer on the way out, whose visit is not known: these answers count in all other figures, and apart from
the first under the place where they were given (`lobby.reports.said`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from lobby.care.feedback import BAD_UP_TO, GOOD_FROM, was_good
from lobby.queue.opinions import Opinion
from lobby.queue.past import PastOpinion
from lobby.queue.ticket import State, Ticket
from lobby.reports.spread import share, wilson


class OpinionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Answers from 1 (bad) to 5 (good); the field names are the keys of `lobby.reports.definitions`. `good_named` and
    `bad_named` are how often each code was chosen of what was good or could be better."""

    ratings: int = 0
    answered: int = 0
    response_rate: float | None = None
    rating_mean: float | None = None
    satisfied: float | None = None
    satisfied_low: float | None = None
    satisfied_high: float | None = None
    rated_5: int = 0
    rated_4: int = 0
    rated_3: int = 0
    rated_2: int = 0
    rated_1: int = 0
    comments: int = 0
    bad_comments: int = 0
    good_named: dict[str, int] = {}
    bad_named: dict[str, int] = {}


def opinion_figures(said: Collection[PastOpinion], served: int | None = None) -> OpinionFigures:
    """The figures of these answers; `served` is how many visits could have given them (None: nobody knows)."""
    ratings = Counter(one.rating for one in said)
    total, answered = ratings.total(), sum(one.visit for one in said)
    satisfied = sum(n for rating, n in ratings.items() if rating >= GOOD_FROM)
    low, high = wilson(satisfied, total)
    return OpinionFigures(
        ratings=total,
        answered=answered,
        response_rate=None if served is None else share(answered, served),
        rating_mean=round(sum(rating * n for rating, n in ratings.items()) / total, 2) if total else None,
        satisfied=share(satisfied, total),
        satisfied_low=low,
        satisfied_high=high,
        rated_5=ratings[5],
        rated_4=ratings[4],
        rated_3=ratings[3],
        rated_2=ratings[2],
        rated_1=ratings[1],
        comments=sum(one.worded for one in said),
        bad_comments=sum(one.worded and one.rating <= BAD_UP_TO for one in said),
        good_named=_named(one for one in said if was_good(one.rating)),
        bad_named=_named(one for one in said if not was_good(one.rating)),
    )


def past_opinion(said: Opinion, ticket: Ticket | None) -> PastOpinion:
    """The answer as it is kept: under the service that its visit was issued for."""
    return PastOpinion(
        rating=said.rating,
        place=said.place,
        language=said.language,
        service=ticket.steps[0].service if ticket is not None else said.service,
        choices=said.choices,
        teller=said.teller,
        worded=said.worded,
        visit=ticket is not None and ticket.state is State.FINISHED,
    )


def _named(said: Iterable[PastOpinion]) -> dict[str, int]:
    """How often each code was chosen, the most frequent first."""
    counted = Counter(code for one in said for code in one.choices)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
