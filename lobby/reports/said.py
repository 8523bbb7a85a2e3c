"""What customers said, by where they said it, by who served them, and by what they named.

A teller's answers are shown from `ENOUGH_OF_ONE` on.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from lobby.care.feedback import ENOUGH_OF_ONE, was_good
from lobby.queue.past import PastOpinion
from lobby.queue.services import Setup
from lobby.reports.opinions import OpinionFigures, opinion_figures
from lobby.reports.pareto import Part, pareto
from lobby.reports.scopes import Scope

PLACES = ("phone", "kiosk", "counter")


class SaidLine(Scope, frozen=True, kw_only=True):
    """The answers given at one place (`scope` place), or after service by one teller (`scope` teller)."""

    opinions: OpinionFigures


class Said(msgspec.Struct, frozen=True):
    """All that customers said in a period: by place, by teller where there is enough, and the codes of what was good
    and of what could be better, the most frequent first."""

    places: tuple[SaidLine, ...] = ()
    tellers: tuple[SaidLine, ...] = ()
    good: tuple[Part, ...] = ()
    bad: tuple[Part, ...] = ()


def said(opinions: Collection[PastOpinion], setup: Setup) -> Said:
    """What these answers say."""
    by_teller: dict[str, list[PastOpinion]] = {}
    for one in opinions:
        if one.teller:
            by_teller.setdefault(one.teller, []).append(one)
    return Said(
        places=tuple(
            SaidLine(scope="place", key=place, opinions=opinion_figures(found))
            for place in PLACES
            if (found := [one for one in opinions if one.place == place])
        ),
        tellers=tuple(
            SaidLine(scope="teller", key=teller, opinions=opinion_figures(found))
            for teller, found in sorted(by_teller.items())
            if len(found) >= ENOUGH_OF_ONE
        ),
        good=_pareto(opinions, setup, good=True),
        bad=_pareto(opinions, setup, good=False),
    )


def _pareto(opinions: Collection[PastOpinion], setup: Setup, *, good: bool) -> tuple[Part, ...]:
    chosen = (code for one in opinions if was_good(one.rating) == good for code in one.choices)
    return pareto(chosen, setup.feedback.names(good))
