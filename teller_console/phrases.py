"""Short phrases that several panels say: spans of time, states, outcomes, names in the teller's language."""

from __future__ import annotations

from babel.core import Locale

from lobby.care.commands import PromiseFollowUp, TakeComplaint
from lobby.errors import N_
from lobby.queue import commands as c
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

_COMMANDS: dict[type[c.Command], str] = {
    c.CallNext: N_("next"),
    c.CallTicket: N_("call a ticket"),
    c.WaitForNext: N_("next when someone comes"),
    c.StopWaiting: N_("do not wait for the next"),
    c.OfferCounter: N_("hand over"),
    c.KeepCounter: N_("do not hand over"),
    c.Issue: N_("walk-in"),
    c.RecordInteraction: N_("record"),
    TakeComplaint: N_("complaint"),
    PromiseFollowUp: N_("follow-up"),
    c.Recall: N_("recall"),
    c.Start: N_("start"),
    c.Finish: N_("finish"),
    c.Park: N_("park"),
    c.Resume: N_("take up parked"),
    c.Transfer: N_("transfer"),
    c.DeclareNoShow: N_("no-show"),
    c.AddService: N_("add service"),
    c.Cancel: N_("cancel a ticket"),
    c.Return: N_("came back"),
    c.TakeBreak: N_("break"),
    c.EndBreak: N_("back from the break"),
    c.UndoStep: N_("undo"),
    c.OpenCounter: N_("open the counter"),
    c.CloseCounter: N_("close the counter"),
}


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


def command(value: c.Command, words: Words) -> str:
    """What a command is called on the key bar."""
    said = _COMMANDS.get(type(value))
    return words(said) if said else type(value).__name__


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
    found = Locale.parse(words.language).languages.get(tag, tag)
    return str(found)


def own_name(tag: str) -> str:
    """A language in its own words."""
    return (Locale.parse(tag).get_display_name(tag) or tag).capitalize()


def kept_for(ticket: TicketView, counter: CounterView | None, words: Words) -> str:
    """For whom a ticket is kept, when it is."""
    if ticket.for_counter is not None:
        here = counter is not None and ticket.for_counter == counter.number
        return words("kept for you") if here else words("kept for counter %(counter)s", counter=ticket.for_counter)
    if ticket.for_teller:
        here = counter is not None and ticket.for_teller == counter.teller
        return words("kept for you") if here else words("kept for %(teller)s", teller=ticket.for_teller)
    return ""
