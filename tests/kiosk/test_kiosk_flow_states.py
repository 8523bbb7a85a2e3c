"""Every state of the ways of a visit, in every language, look and shape of the screen: what is wrong, cut, hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Clock
from tests.kiosk.accessibility import (
    LOOKS,
    axe_violations,
    cut,
    hidden_without_a_sign,
    look,
    settle,
    small_targets,
)
from tests.kiosk.builders import KioskBranch, Served, example_setup
from tests.kiosk.customer import Customer, kiosk_branch, with_many_services
from tests.kiosk.flow_states import IN_GROUPS, STATES

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar", "zh", "ru")
UPRIGHT, WIDE, SMALL = (1080, 1920), (1920, 1080), (1280, 900)
EXTREMES = ("normal", "largest text, low reach, high contrast")
ALL = STATES | IN_GROUPS


@pytest.fixture
def branch(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    setup = example_setup()
    many = request.node.callspec.params.get("state") in IN_GROUPS
    branch = kiosk_branch(memory_folder / tmp_path.name, clock, with_many_services(setup) if many else setup)
    branch.kiosk.spoken = LANGUAGES  # the bar is at its fullest
    return branch


@pytest.fixture
def customer(chromium: object, served: Served) -> Iterator[Customer]:
    customer = Customer(chromium, served.url)
    yield customer
    customer.close()
    assert customer.faults == []


def reach(state: str, customer: Customer, branch: KioskBranch, language: str) -> None:
    customer.language = language
    ALL[state](customer, branch)


def resize(customer: Customer, size: tuple[int, int]) -> None:
    customer.page.set_viewport_size({"width": size[0], "height": size[1]})
    settle(customer.page)


def goes_on_without_a_sign(customer: Customer) -> bool:
    """A machine that is busy draws the sign some frames later."""
    for _ in range(5):
        if not hidden_without_a_sign(customer.page):
            return False
        settle(customer.page)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ALL)
def test_nothing_is_wrong_cut_or_hidden(customer: Customer, branch: KioskBranch, state: str, language: str) -> None:
    reach(state, customer, branch, language)
    wrong = {}
    for size in (UPRIGHT, WIDE, SMALL):
        resize(customer, size)
        for name in LOOKS if (size, language) == (UPRIGHT, "en") else EXTREMES:
            look(customer.page, name)
            found = cut(customer.page)
            if size == UPRIGHT and name in EXTREMES:  # what axe-core looks at is the same at every size
                found += axe_violations(customer.page)
            if goes_on_without_a_sign(customer):
                found.append("goes on without a sign")
            if found:
                wrong[size, name] = found
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("state", ALL)
def test_with_colours_forced_by_the_system_and_keys_in_use_nothing_is_wrong(
    customer: Customer, branch: KioskBranch, state: str
) -> None:
    customer.page.emulate_media(forced_colors="active")
    reach(state, customer, branch, "en")
    customer.key("ArrowDown")
    resize(customer, UPRIGHT)
    assert axe_violations(customer.page) + cut(customer.page) == []


@pytest.mark.slow
@pytest.mark.parametrize("state", ALL)
def test_every_target_is_20_mm_each_way_on_the_glass(customer: Customer, branch: KioskBranch, state: str) -> None:
    screen = {"inches": 0.0}

    def offer(route: Any) -> None:
        answer = route.fetch().json()
        answer["kiosk"]["screen_inches"] = screen["inches"]
        route.fulfill(json=answer)

    reach(state, customer, branch, "ru")
    customer.page.route("**/kiosk/offer", offer)  # the next offer says the size too
    for size, inches in ((UPRIGHT, 21.5), (UPRIGHT, 32.0), (WIDE, 15.6), (SMALL, 12.1)):
        screen["inches"] = inches
        customer.page.evaluate("inches => import('/kiosk/static/size.js').then(size => size.fitTo(inches))", inches)
        resize(customer, size)
        for name in EXTREMES:
            look(customer.page, name)
            wrong = small_targets(customer.page, inches) + cut(customer.page)
            assert (wrong, goes_on_without_a_sign(customer)) == ([], False), (size, inches, name)


@pytest.mark.parametrize("state", ALL)
def test_low_reach_leaves_nothing_to_press_in_the_upper_half(
    customer: Customer, branch: KioskBranch, state: str
) -> None:
    reach(state, customer, branch, "ru")
    look(customer.page, "low reach")
    tops = customer.page.eval_on_selector_all(
        "button, input", "all => all.filter(b => b.checkVisibility()).map(b => b.getBoundingClientRect().top)"
    )
    assert min(tops) >= UPRIGHT[1] / 2
