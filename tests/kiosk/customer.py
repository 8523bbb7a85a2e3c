"""A customer on the ways of a whole visit: documents, several services, appointments, paper, opinions; and staff."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lobby.queue.commands import Book
from lobby.queue.services import Setup
from tests.builders import MIA, Clock
from tests.kiosk.builders import KioskBranch, example_setup
from tests.kiosk.touch import Screen, Touch

PIN = "271828"


class Customer(Touch):
    """A touch that knows the pages of a visit by what they ask."""

    def __init__(self, screen: Screen, url: str, width: int = 1080, height: int = 1920) -> None:
        super().__init__(screen, url, width, height)
        self.language = "en"

    def speaks(self, language: str) -> None:
        """Change the language in the bar, where it is another one."""
        self.language = language
        if self.attribute("lang") != language:
            self.tap(f'[data-name="language-{language}"]')

    def begins(self, page: str = "services") -> None:
        self.tap(f'[data-language="{self.language}"]')
        self.settled(page)

    def chooses(self, service: str, then: str = "ready") -> None:
        self.tap(f'[data-service="{service}"]')
        self.settled(then)

    def needs(self, *services: str) -> None:
        """Several things, from the services to the page after "Continue"."""
        self.tap("[data-several]")
        self.settled("several")
        for service in services:
            self.tap(f'[data-service="{service}"]')
        self.tap("[data-proceed]")

    def answers(self, documents: str, then: str = "priority") -> None:
        """What is said about the documents: have, without, list."""
        self.tap(f'[data-answer="{documents}"]')
        self.settled(then)

    def declares(self, priority: str = "", then: str = "ticket") -> None:
        self.tap(f'[data-priority="{priority}"]')
        self.settled(then)

    def takes(self, service: str, documents: str = "have") -> str:
        """From the start page to the ticket; the number is what comes back."""
        self.begins()
        self.chooses(service)
        self.answers(documents)
        self.declares()
        return self.text(".number")

    def is_done(self) -> None:
        self.tap(".actions .main")
        self.settled("start")

    def wants_to_check_in(self) -> None:
        self.tap("[data-appointment]")
        self.settled("check-in")

    def types(self, code: str) -> None:
        """A code or PIN, on the keys of the glass, which stay where they are meanwhile."""
        keys = {sign: self.page.locator(f'[data-sign="{sign}"]').bounding_box() for sign in set(code)}
        for sign in code:
            key = keys[sign]
            self.page.touchscreen.tap(key["x"] + key["width"] / 2, key["y"] + key["height"] / 2)

    def checks_in(self, code: str, then: str = "ticket") -> None:
        self.wants_to_check_in()
        self.types(code)
        self.tap("[data-enter]")
        self.settled("priority")
        self.declares(then=then)

    def scans(self, text: str) -> None:
        """What a scanner that types sends within some milliseconds, whatever has the focus."""
        with self.meanwhile_no_time_goes_by():
            self.page.evaluate(
                """text => { for (const key of [...text, "Enter"]) document.activeElement.dispatchEvent(
                     new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) }""",
                text,
            )

    def knows_the_keys(self) -> None:
        """*0* on the keypad."""
        with self.meanwhile_no_time_goes_by():
            for key in "*0*":
                self.key(key)
        self.settled("pin")

    def signs_in(self, pin: str = PIN) -> None:
        self.knows_the_keys()
        self.types(pin)
        self.tap("[data-enter]")

    def to_staff(self) -> None:
        self.signs_in()
        self.settled("staff")


def kiosk_branch(folder: Path, clock: Clock, setup: Setup | None = None, **options: Any) -> KioskBranch:
    """The example branch whose kiosk offers everything that it can, unless `options` say otherwise."""
    folder.mkdir()
    offered = {"documents_first": True, "feedback": True} | options
    setup = setup or example_setup()
    kiosk = msgspec.structs.replace(setup.kiosk, **offered)
    branch = KioskBranch(folder, msgspec.structs.replace(setup, kiosk=kiosk), clock)
    branch.open_counter()
    return branch


def with_many_services(setup: Setup) -> Setup:
    """Eleven services in the two groups, and one that belongs to none."""
    services = dict(setup.services)
    for prefix, code, group in (
        ("Q", "transfers", "everyday"),
        ("R", "deposits", "everyday"),
        ("S", "pensions", "advice"),
        ("T", "insurance", "advice"),
        ("V", "mortgages", "advice"),
        ("W", "safes", ""),
    ):
        more = msgspec.structs.replace(services["cards"], code=code, prefix=prefix, group=group)
        services[code] = msgspec.structs.replace(more, names={"en": code.title()})
    return msgspec.structs.replace(setup, services=services)


def book(branch: KioskBranch, code: str, minutes: float = 0, service: str = "accounts", language: str = "ru") -> None:
    """An appointment so many minutes from now."""
    slot = branch.clock() + round(minutes * 60_000)
    branch.desk.submit(Book(service, slot, code, language), key=f"book-{code}", actor=MIA)
