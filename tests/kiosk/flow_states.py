"""The states of the pages of a whole visit, by name, and how one gets there."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.staff import PrinterLine, SlipLine
from lobby.queue.commands import CloseDay
from lobby.queue.services_open import CLOSED_BECAUSE
from lobby.queue.supervision import CloseService
from tests.builders import MIA
from tests.kiosk.builders import KioskBranch
from tests.kiosk.customer import Customer

State = Callable[[Customer, KioskBranch], None]
"""From the start page into the state, in the customer's language."""


def start_with_every_way(customer: Customer, branch: KioskBranch) -> None:
    customer.takes("cards")
    customer.is_done()
    customer.speaks(customer.language)


def start_while_nobody_is_there(customer: Customer, branch: KioskBranch) -> None:
    customer.after(61)
    customer.page.wait_for_selector("html[data-attract]")


def start_of_a_closed_branch(customer: Customer, branch: KioskBranch) -> None:
    branch.desk.submit(CloseDay(), key="close", actor=MIA)
    customer.after(5)
    customer.page.wait_for_selector('.start .state:not([hidden]) [data-icon="clock"]')
    customer.speaks(customer.language)


def services_of_a_closed_branch(customer: Customer, branch: KioskBranch) -> None:
    start_of_a_closed_branch(customer, branch)
    customer.begins()


def services_closed_by_hand(customer: Customer, branch: KioskBranch) -> None:
    """Each for another reason: until a time, until tomorrow, and with no opening that anybody knows."""
    at = branch.clock()
    for reason, (service, until) in zip(
        CLOSED_BECAUSE, {"cash": at + 5_400_000, "cards": None, "loans": at + 90_000_000}.items(), strict=False
    ):
        branch.desk.submit(CloseService(service, reason, until), key=f"close {service}", actor=MIA)  # type: ignore[arg-type]
    customer.begins()
    customer.after(5)
    customer.page.wait_for_selector('[data-service="loans"][aria-disabled="true"]')


def several(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.tap("[data-several]")
    customer.settled("several")
    for service in ("loans", "cash", "business"):
        customer.tap(f'[data-service="{service}"]')


def ready(customer: Customer, branch: KioskBranch) -> None:
    customer.begins()
    customer.chooses("business")


def ready_for_several(customer: Customer, branch: KioskBranch) -> None:
    several(customer, branch)
    customer.tap("[data-proceed]")
    customer.settled("ready")


def list_taken(customer: Customer, branch: KioskBranch) -> None:
    ready(customer, branch)
    customer.answers("list", then="slip")


def list_without_paper(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "held"
    ready_for_several(customer, branch)
    customer.answers("list", then="slip")


def ticket_with_a_copy_to_ask_for(customer: Customer, branch: KioskBranch) -> None:
    ready_for_several(customer, branch)
    customer.answers("have")
    customer.declares()
    customer.page.wait_for_selector("[data-again]:not([hidden])")


def ticket_without_paper(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.state = "unknown"
    ready_for_several(customer, branch)
    customer.answers("without")
    customer.declares()


def last_ticket_once_more(customer: Customer, branch: KioskBranch) -> None:
    start_with_every_way(customer, branch)
    customer.tap("[data-last-ticket]")
    customer.settled("slip")


def check_in(customer: Customer, branch: KioskBranch) -> None:
    customer.speaks(customer.language)
    customer.wants_to_check_in()
    customer.types("K7WM")


def check_in_without_connection(customer: Customer, branch: KioskBranch) -> None:
    branch.kiosk.at_hand = False
    customer.after(5)
    customer.speaks(customer.language)
    customer.wants_to_check_in()
    customer.page.wait_for_selector(".check-in .state:not([hidden])")


def unknown_code(customer: Customer, branch: KioskBranch) -> None:
    customer.speaks(customer.language)
    customer.checks_in("ABCD", then="refused")


def rating(customer: Customer, branch: KioskBranch) -> None:
    customer.speaks(customer.language)
    customer.tap("[data-opinion]")
    customer.settled("rating")


def reasons(customer: Customer, branch: KioskBranch) -> None:
    rating(customer, branch)
    customer.tap('[data-rating="2"]')
    customer.settled("reasons")
    customer.tap('[data-reason="place"]')


def thanks(customer: Customer, branch: KioskBranch) -> None:
    reasons(customer, branch)
    customer.tap("[data-send]")
    customer.settled("thanks")


def wrong_pin(customer: Customer, branch: KioskBranch) -> None:
    customer.signs_in("111112")
    customer.page.wait_for_selector(".pin .state:not([hidden])")
    customer.speaks(customer.language)


def staff(customer: Customer, branch: KioskBranch) -> None:
    branch.staff.printers = (
        PrinterLine("ticket", "trouble", "The cover is open.", "near_end", 12.4),
        PrinterLine("spare", "ready", "", "unknown"),
    )
    branch.staff.slips = (
        SlipLine(3, "A017", "unknown", "The printer stopped answering.", branch.clock()),
        SlipLine(4, "L002", "held", "There is no paper.", branch.clock()),
    )
    customer.to_staff()
    customer.speaks(customer.language)


def staff_is_asked_first(customer: Customer, branch: KioskBranch) -> None:
    staff(customer, branch)
    customer.tap('[data-does="release-3"]')
    customer.settled("confirm")


def screen_check(customer: Customer, branch: KioskBranch) -> None:
    staff(customer, branch)
    customer.tap("[data-screen]")
    customer.settled("screen-check")
    for x, y in ((62, 60), (1020, 55), (540, 960), (60, 1862), (1010, 1860)):
        customer.page.touchscreen.tap(x, y)
    customer.page.wait_for_selector(".glass", state="hidden")


def groups(customer: Customer, branch: KioskBranch) -> None:
    customer.begins("groups")


def several_in_a_group(customer: Customer, branch: KioskBranch) -> None:
    groups(customer, branch)
    customer.tap("[data-several]")
    customer.settled("several-groups")
    customer.tap('[data-group="everyday"]')
    customer.settled("several")
    customer.tap('[data-service="transfers"]')


STATES: dict[str, State] = {
    state.__name__: state
    for state in (
        start_with_every_way,
        start_while_nobody_is_there,
        start_of_a_closed_branch,
        services_of_a_closed_branch,
        services_closed_by_hand,
        several,
        ready,
        ready_for_several,
        list_taken,
        list_without_paper,
        ticket_with_a_copy_to_ask_for,
        ticket_without_paper,
        last_ticket_once_more,
        check_in,
        check_in_without_connection,
        unknown_code,
        rating,
        reasons,
        thanks,
        wrong_pin,
        staff,
        staff_is_asked_first,
        screen_check,
    )
}

IN_GROUPS: dict[str, State] = {state.__name__: state for state in (groups, several_in_a_group)}
"""Those of a branch with many services."""
