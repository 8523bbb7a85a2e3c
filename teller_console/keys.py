"""The keys, the same in every language: what each does, when it makes sense, and a sentence that explains it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding, BindingType

from lobby.errors import N_
from teller_console.layouts import everywhere
from teller_console.picture import Doing


class Group(StrEnum):
    """What belongs together on the page of keys."""

    ROUND = N_("The everyday round")
    VISIT = N_("More for this customer")
    CARE = N_("Answers, promises, complaints")
    OTHERS = N_("Other customers")
    COUNTER = N_("You and your counter")


class Key(NamedTuple):
    """A verb's key: the key, the action, what the bar shows, the sentence, and the states in which it makes sense
    (none: always)."""

    key: str
    action: str
    said: str
    sentence: str
    group: Group
    during: frozenset[Doing] = frozenset()


def _in(*states: Doing) -> frozenset[Doing]:
    return frozenset(states)


_AT_COUNTER = _in(Doing.CALLED, Doing.SERVING)
_AWAY = _in(Doing.FREE, Doing.BREAK, Doing.CLOSED)

KEYS = (
    Key(
        "space",
        "next",
        N_("next"),
        N_("Call the next customer; the rule and its reason are shown."),
        Group.ROUND,
        _in(Doing.FREE),
    ),
    Key(
        "e",
        "next_when",
        N_("next when someone comes"),
        N_("Call the next customer now, or by itself as soon as someone comes; again: not after all."),
        Group.ROUND,
        _in(Doing.FREE),
    ),
    Key("r", "recall", N_("recall"), N_("Call the same customer again."), Group.ROUND, _in(Doing.CALLED)),
    Key("s", "start", N_("start"), N_("The customer is here: service starts."), Group.ROUND, _in(Doing.CALLED)),
    Key(
        "f",
        "finish",
        N_("finish"),
        N_("Choose an outcome, add a note if you like, Enter."),
        Group.ROUND,
        _in(Doing.SERVING),
    ),
    Key(
        "n",
        "no_show",
        N_("no-show"),
        N_("Nobody came, after the recalls and the time that the branch has set."),
        Group.ROUND,
        _in(Doing.CALLED),
    ),
    Key("u", "undo", N_("undo"), N_("Take back the last step, for a short time."), Group.ROUND),
    Key(
        "p",
        "park",
        N_("park"),
        N_("The customer fetches or fills in something; your counter is free meanwhile."),
        Group.VISIT,
        _in(Doing.SERVING),
    ),
    Key("k", "resume", N_("take up parked"), N_("Go on with a parked customer."), Group.VISIT, _in(Doing.FREE)),
    Key(
        "t",
        "transfer",
        N_("transfer"),
        N_("To another service, counter or colleague; the arrival time is kept."),
        Group.VISIT,
        _AT_COUNTER,
    ),
    Key(
        "a",
        "add_service",
        N_("add service"),
        N_("The customer needs another service, on the same ticket."),
        Group.VISIT,
        _in(Doing.SERVING),
    ),
    Key(
        "slash",
        "answers",
        N_("answers"),
        N_("What is written about the service at hand; letters search it all."),
        Group.CARE,
    ),
    Key("g", "standard", N_("good service"), N_("The standard of this service, a short checklist."), Group.CARE),
    Key(
        "c",
        "complaint",
        N_("complaint"),
        N_("Take a complaint down; it gets a reference and a clock."),
        Group.CARE,
    ),
    Key("v", "promise", N_("promise"), N_("Promise something until a day, such as a call by Friday."), Group.CARE),
    Key("d", "due", N_("due"), N_("Complaints and promises, the most urgent first."), Group.CARE),
    Key("y", "my_day", N_("my day"), N_("Your own day, praise and promises; nobody is compared."), Group.CARE),
    Key(
        "i",
        "walk_in",
        N_("walk-in"),
        N_("Somebody without a ticket stands here: gets a number and is called at once."),
        Group.OTHERS,
        _in(Doing.FREE),
    ),
    Key(
        "x",
        "call_ticket",
        N_("call a ticket"),
        N_("Call somebody out of order; a reason is kept."),
        Group.OTHERS,
        _in(Doing.FREE),
    ),
    Key(
        "w",
        "returned",
        N_("came back"),
        N_("Somebody who missed the call came back and has the old place again, once."),
        Group.OTHERS,
    ),
    Key("z", "cancel_ticket", N_("cancel a ticket"), N_("A waiting or parked customer has left."), Group.OTHERS),
    Key(
        "b",
        "break",
        N_("break"),
        N_("Take a break, or come back from it."),
        Group.COUNTER,
        _in(Doing.FREE, Doing.BREAK),
    ),
    Key(
        "h",
        "hand_over",
        N_("hand over"),
        N_("A colleague takes the counter over as it is, customer and all; again: not after all."),
        Group.COUNTER,
        _in(Doing.FREE, Doing.CALLED, Doing.SERVING, Doing.BREAK),
    ),
    Key("o", "close", N_("close, sign out"), N_("Close or change the counter, sign out."), Group.COUNTER, _AWAY),
    Key("l", "language", N_("language"), N_("Language of this console."), Group.COUNTER),
    Key("m", "more", N_("more"), N_("Everything, by typing a few letters of its name."), Group.COUNTER),
    Key("question_mark", "help", N_("keys"), N_("This list."), Group.COUNTER),
)

SHOWN = {"space": "Space", "question_mark": "?", "slash": "/"}


def shown(key: str) -> str:
    """The key as the teller reads it on the keyboard."""
    return SHOWN.get(key, key.upper())


def bindings() -> list[BindingType]:
    return [Binding(",".join(everywhere(key.key)), key.action, key.said, show=False) for key in KEYS]


def makes_sense(key: Key, what: Doing) -> bool:
    return not key.during or what in key.during
