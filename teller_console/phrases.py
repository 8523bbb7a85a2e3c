"""Short phrases that several panels say: spans of time, states, outcomes, names in the teller's language."""

from __future__ import annotations

from lobby.errors import N_
from lobby.languages import is_language, locale_of
from lobby.queue.events import Promise
from lobby.queue.services import named
from lobby.views import BranchView, CounterView, TicketView
from lobby.words import Words
from teller_console.picture import Doing, service_of

_DOING = {
    Doing.CLOSED: N_("closed"),
    Doing.FREE: N_("free"),
    Doing.CALLED: N_("called"),
    Doing.SERVING: N_("serving"),
}

_CODES = {
    "done": N_("done"),
    "referred": N_("referred"),
    "not_possible": N_("not possible"),
    "lunch": N_("lunch"),
    "rest": N_("rest"),
    "meeting": N_("meeting"),
    "other": N_("other"),
    "fetches_a_document": N_("fetches a document"),
    "fills_in_a_form": N_("fills in a form"),
    "walk_in": N_("without a ticket"),
    "waits_for_an_approval": N_("waits for an approval"),
}
"""The console's own codes and those of the example branch file. A bank's own come as it wrote them."""


def minutes(seconds: int, words: Words) -> str:
    return words("%(minutes)s min", minutes=round(seconds / 60))


def running(since: int, now: int) -> str:
    """A timer: `4:12`, `1:04:12`."""
    total = max(0, now - since) // 1000
    hours, rest = divmod(total, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def promised(promise: Promise | None, words: Words) -> str:
    """The promised range of minutes, `8-14`; empty when nothing was promised."""
    return f"{promise.low_s // 60}-{promise.high_s // 60}" if promise else ""


def code(value: str, words: Words) -> str:
    """An outcome or a break reason of the branch file."""
    return words(_CODES[value]) if value in _CODES else value.replace("_", " ")


def state(counter: CounterView, what: Doing, words: Words) -> str:
    if what is Doing.BREAK:
        reason = code(counter.break_reason, words)
        return words("break (%(reason)s)", reason=reason) if reason else words("break")
    return words(_DOING[what])


def service(branch: BranchView | None, wanted: str, words: Words) -> str:
    """A service's name in the teller's language."""
    found = service_of(branch, wanted)
    return named(found.names, words.language, wanted) if found else wanted


def language(tag: str, words: Words) -> str:
    """A customer's language, in the teller's."""
    return (is_language(tag) and locale_of(tag).get_display_name(words.locale)) or tag


def own_name(tag: str) -> str:
    """A language in its own words."""
    return (locale_of(tag).get_display_name() or tag).capitalize()


def back_in(ticket: TicketView, now: int, words: Words, *, short: bool = False) -> str:
    """When a customer who asked for a few minutes is to be there again; `short`: where there is little room."""
    left = -(-max(0, (ticket.held_until or 0) - now) // 60_000)
    return minutes(left * 60, words) if short else words("back in %(minutes)s min", minutes=left)


def kept_for(ticket: TicketView, counter: CounterView | None, words: Words) -> str:
    """For whom a ticket is kept, when it is."""
    if ticket.for_counter is not None:
        here = counter is not None and ticket.for_counter == counter.number
        return words("kept for you") if here else words("kept for counter %(counter)s", counter=ticket.for_counter)
    if ticket.for_teller:
        here = counter is not None and ticket.for_teller == counter.teller
        return words("kept for you") if here else words("kept for %(teller)s", teller=ticket.for_teller)
    return ""
