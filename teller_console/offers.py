"""What the small screens offer to choose from, each with the key that takes it."""

from __future__ import annotations

from lobby.queue import commands as c
from lobby.queue.reasons import PARKED as PARKED
from lobby.words import Words
from teller_console import phrases
from teller_console.screens.choose import Option, numbered
from teller_console.seen import Seen


def services(seen: Seen, words: Words) -> list[Option[str]]:
    """The branch's services, each by the letter of its tickets."""
    branch = seen.branch
    found = branch.services if branch else ()
    return [Option(one.prefix, phrases.service(branch, one.code, words), one.code) for one in found]


def services_here(seen: Seen, words: Words) -> list[Option[str]]:
    """Those of the services that this counter gives."""
    here = seen.counter.services
    return [one for one in services(seen, words) if not here or one.value in here]


def places(seen: Seen, words: Words) -> list[Option[c.Transfer]]:
    """Where a customer can be sent, as transfers not yet complete: services by the letter of their tickets, other open
    counters by their number, colleagues with the arrows."""
    own = seen.counter
    others = [counter for counter in seen.queue.counters if counter.open and counter.number != own.number]
    return [
        *(Option(one.key, one.said, c.Transfer(own.number, service=one.value)) for one in services(seen, words)),
        *(
            Option(
                str(other.number),
                words("Counter %(counter)s", counter=other.number),
                c.Transfer(own.number, to_counter=other.number),
            )
            for other in others
        ),
        *(
            Option("", words("Colleague %(teller)s", teller=name), c.Transfer(own.number, to_teller=name))
            for name in colleagues(seen)
        ),
    ]


def colleagues(seen: Seen) -> list[str]:
    """Tellers at other open counters."""
    here = seen.counter
    return sorted({other.teller for other in seen.queue.counters if other.open} - {here.teller, ""})


def heirs(seen: Seen, words: Words) -> list[Option[str]]:
    """To whom the counter may be handed over; empty: whoever opens it next."""
    anyone = [(words("whoever opens it next"), "")]
    return numbered([*anyone, *((words("Colleague %(teller)s", teller=name), name) for name in colleagues(seen))])


def languages(seen: Seen, words: Words) -> list[Option[str]]:
    """The languages of the branch's customers."""
    branch = seen.branch
    return numbered([(phrases.language(tag, words), tag) for tag in (branch.languages if branch else ())])
