"""Every state of the page, in every look and shape of the screen: what axe-core and a ruler find.

A state is looked at in Russian, whose words are the longest, and in Arabic, which runs from right to left; `FULLEST`,
the states in which most stands on the page, also in English and in Chinese, which breaks its lines anywhere.
All that is measured in a state is measured in one visit, while the page's time stands still; the bar changes the
language. What is wrong is listed with the language, the shape and the look in which it is. What does not depend on the
words is measured in Russian alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.builders import Clock
from tests.kiosk import flow_states, states
from tests.kiosk.accessibility import (
    LOOKS,
    axe_violations,
    cut,
    hidden_without_a_sign,
    look,
    lowest_start,
    settle,
    small_targets,
)
from tests.kiosk.builders import KioskBranch, Served, example_setup
from tests.kiosk.customer import Customer, kiosk_branch, with_many_services
from tests.kiosk.touch import Screen, Touch

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar", "zh", "ru")
"""Russian last: what is measured in it alone changes how the page is used."""
UPRIGHT, WIDE, SMALL = (1080, 1920), (1920, 1080), (1280, 900)
EXTREMES = ("normal", "largest text, low reach, high contrast")
GLASS = ((UPRIGHT, 21.5), (UPRIGHT, 32.0), (WIDE, 15.6), (SMALL, 12.1))

SHORT = {f"short {name}": reach for name, reach in states.STATES.items()}
"""On the shortest way to a number; the others are those of a branch that offers every way."""
STATES = (*SHORT, *flow_states.STATES, *flow_states.IN_GROUPS)
FULLEST = (
    "short services",
    "short documents",
    "short priority",
    "short help",
    "start_with_every_way",
    "services_closed_by_hand",
    "ready_for_several",
    "ticket_with_a_copy_to_ask_for",
    "check_in",
    "reasons",
    "staff",
    "several_in_a_group",
)
KEEP_THEIR_WORDS = ("short help", "short still_there", "unknown_code", "screen_check")
"""A part of these stays in the language in which it came, as what lies over a page: each has visits of its own."""


def visits() -> Iterator[tuple[str, tuple[str, ...]]]:
    """A state, and the languages in which one visit looks at it."""
    for state in STATES:
        languages = LANGUAGES if state in FULLEST else ("ar", "ru")
        if state in KEEP_THEIR_WORDS:
            yield from ((state, (language,)) for language in languages)
        else:
            yield state, languages


@pytest.fixture
def branch(request: pytest.FixtureRequest, memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    """A branch that has the state of the test, and speaks, so that the bar is at its fullest."""
    state = request.node.callspec.params["state"] if hasattr(request.node, "callspec") else ""
    folder = memory_folder / tmp_path.name
    if state in flow_states.IN_GROUPS:
        branch = kiosk_branch(folder, clock, with_many_services(example_setup()))
    elif state in flow_states.STATES:
        branch = kiosk_branch(folder, clock)
    else:
        branch = kiosk_branch(folder, clock, documents_first=False, feedback=False)
    branch.kiosk.spoken = LANGUAGES
    return branch


def reach(state: str, customer: Customer, branch: KioskBranch, language: str) -> None:
    customer.language = language
    if state in SHORT:
        SHORT[state](customer, branch, language)
    else:
        (flow_states.STATES | flow_states.IN_GROUPS)[state](customer, branch)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "languages"), [*visits()], ids=lambda value: value if value in STATES else "+".join(value)
)
def test_nothing_is_wrong_cut_hidden_or_too_small(
    customer: Customer, branch: KioskBranch, state: str, languages: tuple[str, ...]
) -> None:
    reach(state, customer, branch, languages[-1])
    customer.stop_time()
    wrong = []
    for language in languages:
        speak(customer, language)
        wrong += [f"{language}: {fault}" for fault in in_each_shape_and_look(customer, language)]
        if language == "ru":
            wrong += on_glass_of_known_size(customer)
            wrong += with_colours_forced_and_keys_in_use(customer)
    assert wrong == []


def speak(customer: Customer, language: str) -> None:
    """Change the language in the bar, where it is another one, also while the start page greets those who pass by."""
    if customer.attribute("lang") != language:
        customer.page.eval_on_selector(f'[data-name="language-{language}"]', "button => button.click()")


def resize(customer: Customer, size: tuple[int, int]) -> None:
    """What is wanted of the page is set next, by `look`, which lets it settle."""
    customer.page.set_viewport_size({"width": size[0], "height": size[1]})


def named(where: object, faults: list[str]) -> list[str]:
    return [f"{where}: {fault}" for fault in faults]


def in_each_shape_and_look(customer: Customer, language: str) -> Iterator[str]:
    text: dict[str, dict[str, float]] = {}
    for size in (UPRIGHT, WIDE, SMALL):
        resize(customer, size)
        for name in LOOKS if (size, language) == (UPRIGHT, "ru") else EXTREMES:
            look(customer.page, name)
            yield from named((size, name), cut(customer.page))
            if size == UPRIGHT and name in EXTREMES:  # what axe-core looks at is the same at every size
                yield from named((size, name), axe_violations(customer.page))
            if hidden_without_a_sign(customer.page):
                yield f"{(size, name)}: goes on without a sign"
            if size == UPRIGHT and name in ("normal", "largest text"):
                text[name] = sizes(customer)
            if name == "low reach" and lowest_start(customer.page) < 0.5:
                yield "low reach: something to press is in the upper half"
    if language == "ru":
        yield from text_that_does_not_double(text["normal"], text["largest text"])


def text_that_does_not_double(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """WCAG 1.4.4. Titles, greetings and figures are large already, and grow by as much as leaves room for the rest."""
    assert after.keys() == before.keys()
    return [f"not doubled: {text}" for text in before if after[text] < 1.99 * before[text]]


def sizes(customer: Customer) -> dict[str, float]:
    """The size of each text that can be seen, in CSS px, by what it says."""
    found: dict[str, float] = customer.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("body *")]
             .filter(e => e.checkVisibility())
             .filter(e => !e.closest(".title, .number, .level, .greetings, .for-ears, .seconds, time, .more"))
             .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
             .map(e => [e.innerText + e.className, parseFloat(getComputedStyle(e).fontSize)]))"""
    )
    assert found
    return found


def with_colours_forced_and_keys_in_use(customer: Customer) -> list[str]:
    """The system's own colours, as some who see little have them."""
    resize(customer, UPRIGHT)
    customer.page.emulate_media(forced_colors="active")
    customer.key("ArrowDown")
    look(customer.page, "normal")
    return named("colours forced", axe_violations(customer.page) + cut(customer.page))


def on_glass_of_known_size(customer: Customer) -> Iterator[str]:
    """Where the diagonal is known, every target is 20 mm each way."""
    for size, inches in GLASS:
        customer.page.evaluate("inches => import('/kiosk/static/size.js').then(size => size.fitTo(inches))", inches)
        resize(customer, size)
        for name in EXTREMES:
            look(customer.page, name)
            where = (size, f"{inches} inches", name)
            yield from named(where, small_targets(customer.page, inches) + cut(customer.page))
            if hidden_without_a_sign(customer.page):
                yield f"{where}: goes on without a sign"


def test_the_page_takes_the_screens_size_from_the_branch(
    screen: Screen, address: Served, memory_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    setup = example_setup()
    setup = msgspec.structs.replace(setup, kiosk=msgspec.structs.replace(setup.kiosk, screen_inches=15.6))
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    address.take_over(KioskBranch(folder, setup, clock).app)
    touch = Touch(screen, address.url, *WIDE)
    try:
        assert small_targets(touch.page, 15.6) == []
        assert small_targets(touch.page, 12.0) != []
    finally:
        touch.close()


# -- the measures themselves


def test_the_measures_find_what_is_wrong(touch: Touch, branch: KioskBranch) -> None:
    touch.to_services()
    touch.page.evaluate(
        """() => { const [first, second] = document.querySelectorAll(".tile");
             first.querySelector(".tile-name").style.color = "#888";
             second.style.blockSize = second.style.minBlockSize = "60px" }"""
    )
    assert any(line.startswith("color-contrast") for line in axe_violations(touch.page))
    assert any(line.startswith("out of its holder") for line in cut(touch.page))
    assert any("Accounts" in line for line in small_targets(touch.page, 21.5))
    touch.page.evaluate("() => { document.querySelector('.groups').style.blockSize = '3000px' }")
    settle(touch.page)
    assert not hidden_without_a_sign(touch.page)
    touch.page.evaluate("() => { document.getElementById('more').style.display = 'none' }")
    assert hidden_without_a_sign(touch.page)
