"""The answer to a customer's question in words: one line for the ticket, one for each call, one for each overtake."""

from __future__ import annotations

import msgspec

from lobby.queue.calling import AGE_CAP, BY_HAND, RATIO, RESERVE, STATUTORY
from lobby.queue.events import Why
from lobby.queue.reasons import WALK_IN
from lobby.queue.ticket import STATE_NAMES, State
from lobby.reports.overtakes import ELSEWHERE, Overtake
from lobby.reports.why import CallMade, WhyTicket
from lobby.words.catalogue import Words
from lobby.words.sentences import reason

_replace = msgspec.structs.replace


def ticket_line(why: WhyTicket, words: Words) -> str:
    """Why it was called when it was; of one that was not called, its state. Then how many went before it."""
    if why.calls:
        said = call_line(why.calls[-1], words)
    elif why.state is State.WAITING:
        said = words("Not called yet.")
    else:
        said = words("Never called: it is %(state)s.", state=words(STATE_NAMES[why.state]))
    if why.held_at is not None and why.held_until is not None:
        said += " " + words(
            "For %(minutes)s min it was not called, because the customer had asked for a few minutes.",
            minutes=max(1, round((why.held_until - why.held_at) / 60_000)),
        )
    if not why.overtaken:
        return said + " " + words("Nobody who came later was called before.")
    return (
        said
        + " "
        + words.plural(
            "%(count)s customer who came later was called before.",
            "%(count)s customers who came later were called before.",
            len(why.overtaken),
        )
    )


def call_line(call: CallMade, words: Words) -> str:
    """Why this ticket and no other."""
    return reason(Why(call.rule, call.waited_s, call.target_s, call.index, call.runner_up, call.reason), words)


def overtake_line(one: Overtake, words: Words) -> str:
    """Why the other was called first."""
    number, counter = one.by_number, one.counter
    minutes, target = round(one.by_waited_s / 60), round(one.by_target_s / 60)
    if one.rule == STATUTORY:
        return words("%(number)s goes before others by law.", number=number)
    if one.rule == AGE_CAP:
        return words(
            "%(number)s had waited %(minutes)s min, longer than anyone should.", number=number, minutes=minutes
        )
    if one.rule == RESERVE:
        return words("Counter %(counter)s takes customers such as %(number)s first.", counter=counter, number=number)
    if one.rule == RATIO:
        return words("After several of one class in a row it was the turn of %(number)s.", number=number)
    if one.rule == BY_HAND:
        own = words("walk-in") if one.reason == WALK_IN else one.reason
        if not own:
            return words("%(number)s was called out of order.", number=number)
        return words("%(number)s was called out of order (%(reason)s).", number=number, reason=own)
    if one.rule == ELSEWHERE:
        return words(
            "%(number)s was called to counter %(counter)s, which this ticket does not wait for.",
            number=number,
            counter=counter,
        )
    if one.by_credit_s:
        return words(
            "%(number)s had waited %(minutes)s of %(target)s min and has a head start by its class.",
            number=number,
            minutes=minutes,
            target=target,
        )
    return words(
        "%(number)s had waited %(minutes)s of %(target)s min: further along against its target.",
        number=number,
        minutes=minutes,
        target=target,
    )


def in_words(why: WhyTicket, words: Words) -> WhyTicket:
    """The whole answer, with each `line` said."""
    calls = tuple(_replace(call, line=call_line(call, words), note="") for call in why.calls)
    overtaken = tuple(_replace(one, line=overtake_line(one, words), note="") for one in why.overtaken)
    return _replace(why, calls=calls, overtaken=overtaken, line=ticket_line(why, words))
