"""Sentences that several fronts say: refusals, why a ticket was called, how long it will take."""

from __future__ import annotations

from lobby.errors import LobbyError, TooManyAttempts, TooManyRequests
from lobby.queue import calling
from lobby.queue.events import Promise, Why
from lobby.queue.reasons import WALK_IN
from lobby.words.catalogue import Words


def refusal(error: LobbyError, words: Words) -> str:
    """The refusal as a person reads it."""
    seconds = error.facts.get("seconds")
    if isinstance(error, TooManyAttempts) and isinstance(seconds, int):
        if isinstance(error, TooManyRequests):
            return words.plural(
                "Too many requests. Please wait %(count)s second.",
                "Too many requests. Please wait %(count)s seconds.",
                seconds,
            )
        return words.plural(
            "Too many attempts. Please wait %(count)s second.",
            "Too many attempts. Please wait %(count)s seconds.",
            seconds,
        )
    facts = {key: words(str(fact)) if key in error.spoken else fact for key, fact in error.facts.items()}
    return words(error.message) % facts


def reason(why: Why, words: Words) -> str:
    """One line that says why this ticket was called."""
    minutes, target = round(why.waited_s / 60), round(why.target_s / 60)
    if why.rule == calling.STATUTORY:
        said = words("Priority by law: next after the service in progress.")
    elif why.rule == calling.AGE_CAP:
        said = words("Waited %(minutes)s min, longer than anyone should: oldest first.", minutes=minutes)
    elif why.rule == calling.BY_HAND:
        own = words("walk-in") if why.reason == WALK_IN else why.reason
        said = words("Called out of order (%(reason)s).", reason=own) if own else words("Called out of order.")
    elif why.rule == calling.RESERVE:
        said = words(
            "Waited %(minutes)s of %(target)s min: this counter takes such customers first.",
            minutes=minutes,
            target=target,
        )
    elif why.rule == calling.RATIO:
        said = words(
            "Waited %(minutes)s of %(target)s min: after several of one class in a row it was the turn of others.",
            minutes=minutes,
            target=target,
        )
    else:
        said = words(
            "Waited %(minutes)s of %(target)s min: furthest along against its target.", minutes=minutes, target=target
        )
    if not why.runner_up:
        return said
    if why.rule == calling.BY_HAND:
        return said + " " + words("%(number)s was due.", number=why.runner_up)
    return said + " " + words("Next: %(number)s.", number=why.runner_up)


def wait_range(promise: Promise | None, words: Words) -> str:
    """The wait as a range of minutes; that it is not known yet, when no counter is open for it; that it is a first
    guess, while the branch has seen little."""
    if promise is None:
        return words("The wait is not known yet.")
    low, high = promise.low_s // 60, promise.high_s // 60
    if not low:
        return words("Up to %(high)s minutes", high=high)
    if promise.about:
        return words("About %(low)s–%(high)s minutes", low=low, high=high)
    return words("Wait: %(low)s–%(high)s minutes", low=low, high=high)
