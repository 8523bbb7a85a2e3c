"""The ten situations of a lesson: who comes, what they say, what is expected and how one sees that it was done.

Customers speak the language of their ticket. Sentences are in the catalogues like all others; what they ask for is
found in the example branch: its services, answers, templates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lobby.care.events import ComplaintReceived, FollowUpPromised
from lobby.care.interactions import Kind
from lobby.errors import N_
from lobby.queue import events as e
from teller_console.training.visit import CALMING_WORDS, Visit


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that should be done. `said` names it when it was done, `advice` says how, next time."""

    said: str
    advice: str
    met: Callable[[Visit], bool]


@dataclass(frozen=True, slots=True)
class Situation:
    """A customer for `service`. `says` are their words, one text for each service of the visit; `hint` is for the
    trainee. `comes`: they walk over when called; `foreign`: they speak another language than the trainee; `power_cut`:
    the branch goes dark while they are served."""

    code: str
    title: str
    service: str
    says: tuple[str, ...]
    hint: str
    expected: tuple[Expected, ...]
    comes: bool = True
    foreign: bool = False
    power_cut: bool = False


# -- what can be seen in a visit


def recorded(visit: Visit) -> bool:
    """Every service that was finished has a record with an outcome."""
    finished = visit.all(e.ServiceFinished)
    outcomes = [one for one in visit.all(e.InteractionRecorded) if one.outcome]
    return bool(finished) and len(outcomes) >= len(finished)


def with_note(visit: Visit) -> bool:
    return any(one.note for one in visit.all(e.InteractionRecorded))


def read(*articles: str) -> Callable[[Visit], bool]:
    """One of these articles was read."""
    return lambda visit: any(one.what in articles for one in visit.look_ups)


def read_in_their_language(visit: Visit) -> bool:
    return any(one.language == visit.language for one in visit.look_ups)


def steps_ticked(visit: Visit) -> bool:
    return any(one.steps for one in visit.all(e.InteractionRecorded))


def outcome(*codes: str) -> Callable[[Visit], bool]:
    return lambda visit: any(one.outcome in codes for one in visit.all(e.InteractionRecorded))


def of_kind(kind: Kind) -> Callable[[Visit], bool]:
    return lambda visit: any(one.interaction == kind for one in visit.all(e.InteractionRecorded))


def two_services(visit: Visit) -> bool:
    return len(visit.all(e.ServiceFinished)) >= 2


def service_added(visit: Visit) -> bool:
    return bool(visit.all(e.ServiceAdded))


def sent_to(service: str) -> Callable[[Visit], bool]:
    return lambda visit: any(one.service == service for one in visit.all(e.TicketTransferred))


def with_reason(visit: Visit) -> bool:
    return any(one.reason or one.note for one in visit.all(e.TicketTransferred))


def called_again(visit: Visit) -> bool:
    return bool(visit.all(e.TicketRecalled))


def declared_missing(visit: Visit) -> bool:
    return bool(visit.all(e.NoShowDeclared)) and not visit.all(e.ServiceStarted)


def complaint_with_category(visit: Visit) -> bool:
    return any(one.category for one in visit.all(ComplaintReceived))


def complaint_with_contact(visit: Visit) -> bool:
    return any(one.contact for one in visit.all(ComplaintReceived))


def promised(visit: Visit) -> bool:
    """For a time to come."""
    return any(isinstance(one.event, FollowUpPromised) and one.event.due > one.at for one in visit.happened)


def finished_once(visit: Visit) -> bool:
    return len(visit.all(e.ServiceFinished)) == 1


RECORDED = Expected(N_("The outcome is recorded."), N_("End a visit with F, the outcome's digit and Enter."), recorded)

SITUATIONS = (
    Situation(
        "large-withdrawal",
        N_("A large withdrawal"),
        "cash",
        (N_("Good morning. I would like to take out 12,000 in cash, today if I can."),),
        N_("/ finds what the bank says about large amounts. F finishes."),
        (
            Expected(
                N_("You read the rules before you answered."),
                N_("Press / and read the answer about large amounts before you promise money."),
                read("large-withdrawal"),
            ),
            RECORDED,
        ),
    ),
    Situation(
        "wrong-documents",
        N_("The wrong documents"),
        "accounts",
        (N_("I want to open an account. I have my passport, but no letter with my address."),),
        N_("F, then + and 3: tick what is there, Enter. Then the digit for missing papers, Enter."),
        (
            Expected(
                N_("You went through the documents step by step."),
                N_("In the record, + and 3 open the checklist: tick what the customer has brought."),
                steps_ticked,
            ),
            Expected(
                N_("It is recorded that papers are missing."),
                N_("Choose the outcome for missing papers: the next colleague will know."),
                outcome("papers_missing", "referred"),
            ),
        ),
    ),
    Situation(
        "two-services",
        N_("Two services in one visit"),
        "cash",
        (
            N_("Please pay in these 300. Oh, and I need a new card too, mine is broken."),
            N_("So, about my new card."),
        ),
        N_("A adds the second service to the same ticket. F finishes the first; Space calls for the second."),
        (
            Expected(
                N_("The second service is on the same ticket."),
                N_("Press A to add a service: nobody has to queue twice."),
                service_added,
            ),
            Expected(
                N_("Both services are done."), N_("Call the same ticket again for its second service."), two_services
            ),
            RECORDED,
        ),
    ),
    Situation(
        "transfer",
        N_("Someone for a colleague"),
        "accounts",
        (N_("I have questions about a loan for a house. The machine gave me this number."),),
        N_("T sends the customer to loans; a short reason helps the colleague."),
        (
            Expected(
                N_("The customer was sent to loans and kept their place."),
                N_("Press T and choose loans: the arrival time is kept."),
                sent_to("loans"),
            ),
            Expected(
                N_("Your colleague knows why."), N_("Give a reason, so that nobody has to ask again."), with_reason
            ),
        ),
    ),
    Situation(
        "no-show",
        N_("Nobody comes"),
        "cards",
        (),
        N_("R calls again. After the branch's time, N declares a no-show."),
        (
            Expected(N_("You called again."), N_("Press R first: perhaps the call was not heard."), called_again),
            Expected(
                N_("The no-show is declared and the counter is free."),
                N_("When the time is over, press N; they may come back once."),
                declared_missing,
            ),
        ),
        comes=False,
    ),
    Situation(
        "angry",
        N_("An angry customer"),
        "cash",
        (N_("An hour! A whole hour to pay one bill, and nobody says a word! What do you do here all day?"),),
        N_("/ and then F3 shows calming words. Write a short note with the outcome."),
        (
            Expected(
                N_("You took a moment for calming words."),
                N_("Press / and F3: one sentence, then a pause."),
                read(CALMING_WORDS),
            ),
            Expected(
                N_("A note says what made the customer angry."),
                N_("Write a short note, facts only: the next colleague will be prepared."),
                with_note,
            ),
            RECORDED,
        ),
    ),
    Situation(
        "complaint",
        N_("A complaint"),
        "cards",
        (N_("You charged me twice for one card. I want to complain. Sam Fox, 020 7946 0018."),),
        N_("C takes the complaint: the customer's words, what it is about, how to reach them."),
        (
            Expected(
                N_("The complaint is taken, with what it is about."),
                N_("Press C, write the customer's own words and choose what it is about."),
                complaint_with_category,
            ),
            Expected(
                N_("The customer can be reached."),
                N_("Ask for a phone number or e-mail, so that the answer can arrive."),
                complaint_with_contact,
            ),
            RECORDED,
        ),
    ),
    Situation(
        "language",
        N_("Another language"),
        "cards",
        (N_("Hello. I have lost my card. What do I have to do?"),),
        N_("/ finds the answer about lost cards; L shows it in the customer's language."),
        (
            Expected(
                N_("You found the answer about lost cards."),
                N_("Press / and read the answer about lost cards."),
                read("lost-card"),
            ),
            Expected(
                N_("You showed it in the customer's language."),
                N_("In an answer, L changes to the customer's language."),
                read_in_their_language,
            ),
            RECORDED,
        ),
        foreign=True,
    ),
    Situation(
        "promise",
        N_("A new address, and a promise"),
        "accounts",
        (
            N_(
                "I have moved: 5 Mill Lane now, not 12 High Street. Here is my passport. And please call me by Friday"
                " about my statement."
            ),
        ),
        N_("F, then + and 4: old and new address. V promises the call. F finishes."),
        (
            Expected(
                N_("The new address is recorded, with the old one and how it was checked."),
                N_("In the record, + and 4 take changed data: old, new, how it was checked."),
                of_kind(Kind.DATA_UPDATE),
            ),
            Expected(
                N_("The call is promised for a day to come."),
                N_("Press V and set the day: it will stand on your due list."),
                promised,
            ),
            RECORDED,
        ),
    ),
    Situation(
        "power-cut",
        N_("The power goes"),
        "cash",
        (N_("I would like to pay in 250 for my daughter, please."),),
        N_("When the line is lost, go on: what you press and type is kept and done once."),
        (
            Expected(
                N_("The visit is finished, once, although the line was lost."),
                N_("Press F and Enter as always; what is not sent yet is sent when the branch is back."),
                finished_once,
            ),
            RECORDED,
        ),
        power_cut=True,
    ),
)
