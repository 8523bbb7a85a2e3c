"""Every state of the kiosk's page, by name, and how a customer gets there. Tests of the whole page walk through all."""

from __future__ import annotations

from collections.abc import Callable

from tests.kiosk.builders import KioskBranch
from tests.kiosk.touch import Touch

State = Callable[[Touch, KioskBranch, str], None]
"""From the start page into the state, in the language given."""


def start(touch: Touch, branch: KioskBranch, language: str) -> None:
    """The start page is in the branch's own language; the bar changes it."""
    if language != "en":
        touch.tap(f'[data-name="language-{language}"]')


def services(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)


def documents(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)
    touch.tap('.actions .button:has([data-icon="document"])')
    touch.settled("documents")


def priority(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)
    touch.tap('[data-service="cash"]')
    touch.settled("priority")


def sending(touch: Touch, branch: KioskBranch, language: str) -> None:
    """The branch answers no tap: the connection is slow."""
    touch.page.route("**/kiosk/tickets", lambda route: route.abort())
    priority(touch, branch, language)
    touch.tap('[data-priority=""]')
    touch.settled("sending")


def refused(touch: Touch, branch: KioskBranch, language: str) -> None:
    """Whoever asked is told why not."""
    refusal = '{"status": 409, "title": "ServiceClosed", "detail": "This service is closed now."}'
    touch.page.route(
        "**/kiosk/tickets",
        lambda route: route.fulfill(
            status=409, body=refusal, content_type="application/problem+json", headers={"Content-Language": "en"}
        ),
    )
    priority(touch, branch, language)
    touch.tap('[data-priority=""]')
    touch.settled("refused")


def not_paired(touch: Touch, branch: KioskBranch, language: str) -> None:
    start(touch, branch, language)
    branch.kiosk.signed_in = False
    touch.after(5)
    touch.settled("refused")


def ticket(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)
    touch.take("accounts")


def ticket_without_paper(touch: Touch, branch: KioskBranch, language: str) -> None:
    branch.kiosk.state = "held"
    touch.to_services(language)
    touch.take("business")
    touch.page.wait_for_selector(".fallback:not([hidden])")


def lost(touch: Touch, branch: KioskBranch, language: str) -> None:
    """The services while the branch server does not answer."""
    touch.to_services(language)
    touch.page.route("**/kiosk/offer", lambda route: route.abort())
    touch.after(5)
    touch.page.wait_for_selector(".lost:not([hidden])")


def help(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)
    touch.tap('[data-name="help"]')
    touch.page.wait_for_selector("#help")


def still_there(touch: Touch, branch: KioskBranch, language: str) -> None:
    touch.to_services(language)
    touch.after(61)
    touch.page.wait_for_selector("#still-there")


STATES: dict[str, State] = {
    state.__name__: state
    for state in (
        start,
        services,
        documents,
        priority,
        sending,
        refused,
        not_paired,
        ticket,
        ticket_without_paper,
        lost,
        help,
        still_there,
    )
}
