"""The week in kind sentences: what one did, set beside nothing but one's own weeks before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lobby.care.clocks import Standing
from lobby.care.my_day import WEEK, MyDay, OwnDay
from lobby.errors import N_
from lobby.words import Words
from teller_console.screens.my_day_lines import STEADY, span

QUESTIONS = (
    N_("Which conversation went well, and what made it so?"),
    N_("What cost you time that was not the customer's doing? Your manager would like to know."),
    N_("What would you like to know better? The answers are on the key /."),
)


def sentences(day: MyDay, words: Words) -> Iterable[str]:
    """The last days at work, with today, and the days before them."""
    days = [*day.days, day.today]
    week, before = days[-WEEK:], days[:-WEEK]
    served = sum(one.served for one in week)
    if not served:
        yield words("Your week begins here: nothing to look back on yet.")
        return
    yield words.plural(
        "You were there for %(count)s customer in your last days at work.",
        "You were there for %(count)s customers in your last days at work.",
        served,
    )
    yield from _handling(week, before, words)
    yield from _voices(day, words)
    yield from _promises(day, words)


def _handling(week: Sequence[OwnDay], before: Sequence[OwnDay], words: Words) -> Iterable[str]:
    now_s, before_s = _mean_s(week), _mean_s(before)
    if now_s is None:
        return
    if before_s is None:
        yield words("You took %(time)s for each of them.", time=span(now_s))
    elif abs(now_s - before_s) <= before_s * STEADY:
        yield words("You took %(time)s for each of them, as steadily as before.", time=span(now_s))
    elif now_s < before_s:
        yield words(
            "You took %(time)s for each of them, less than the %(before)s before. What made it easier?",
            time=span(now_s),
            before=span(before_s),
        )
    else:
        yield words(
            "You took %(time)s for each of them, more than the %(before)s before. Some weeks bring harder questions.",
            time=span(now_s),
            before=span(before_s),
        )


def _voices(day: MyDay, words: Words) -> Iterable[str]:
    if day.praise:
        yield words.plural(
            "%(count)s customer left a kind word for you. Read it again on your day.",
            "%(count)s customers left a kind word for you. Read them again on your day.",
            len(day.praise),
        )
    remarks = sum(1 for one in day.reviews if one.remark)
    if remarks:
        yield words.plural(
            "A supervisor left you %(count)s remark; talk about it if it helps.",
            "A supervisor left you %(count)s remarks; talk about them if it helps.",
            remarks,
        )


def _promises(day: MyDay, words: Words) -> Iterable[str]:
    late = sum(1 for one in day.due if one.clock.standing is Standing.OVER)
    if late:
        yield words.plural(
            "%(count)s promise is past its day. A short call now is worth more than a perfect one later.",
            "%(count)s promises are past their day. A short call now is worth more than a perfect one later.",
            late,
        )
    elif day.due:
        yield words.plural(
            "%(count)s promise is open, and in time.", "%(count)s promises are open, and in time.", len(day.due)
        )
    else:
        yield words("Every promise you made is kept.")


def _mean_s(days: Iterable[OwnDay]) -> float | None:
    """Handling time of a customer over these days, seconds."""
    known = [(one.served, one.handled_mean_s) for one in days if one.handled_mean_s is not None]
    served = sum(count for count, _ in known)
    return sum(count * mean for count, mean in known) / served if served else None
