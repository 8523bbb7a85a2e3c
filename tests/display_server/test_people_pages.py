"""One customer's data on the web: found, shown in numbers, erased after a second thought, with a receipt; and the
auditor's page, over HTTP and in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from lobby.care import commands as cc
from lobby.queue import commands as c
from lobby.records import store
from lobby.records.acts import Wanted
from lobby.records.outcomes import Entry, entries
from tests.builders import KIOSK
from tests.display_server.care_house import CareHouse
from tests.display_server.staged import CHROMIUM, PATIENCE_MS
from tests.end_to_end.branch_process import until
from tests.kiosk.accessibility import axe_violations
from tests.postgres import about_the_file

NAME, PHONE = "Quillfeather", "020 7946 0999"
Ask = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def office(memory_folder: Path) -> Iterator[CareHouse]:
    office = CareHouse(memory_folder / "people-pages")
    office.do(c.OpenCounter(1))
    office.serve(note=f"{NAME} asked for a card.")
    yield office
    office.close()


def complained(office: CareHouse) -> str:
    """A complaint with a note and a promise: three texts, all about the same person."""
    taken = office.do(cc.TakeComplaint("The fee is wrong.", NAME, PHONE, language="en"), KIOSK).complaint
    assert taken is not None
    office.do(cc.NoteOnComplaint(taken.reference, f"{NAME} rang again"))
    office.promise(f"Ring {NAME}", complaint=taken.reference, within_h=2)
    return taken.reference


@pytest.fixture
def ask(office: CareHouse) -> Ask:
    def ask(path: str, name: str = "mia", **form: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {office.token(name)}", "Accept": "text/html"}
        client = office.house.client()
        return client.post(path, headers=sent, data=form) if form else client.get(path, headers=sent)

    return ask


def newest(office: CareHouse, kind: str) -> Entry:
    return entries(office.server.acts, Wanted(kind=kind), 1)[0]


def texts(html: str) -> str:
    found = re.search(r'name="texts" value="(\d+)"', html)
    return found[1] if found else "0"


def test_a_name_or_number_leads_to_references_and_is_nowhere_afterwards(office: CareHouse, ask: Ask) -> None:
    reference = complained(office)
    for wanted in (NAME.lower(), PHONE):
        html = ask("/people", wanted=wanted).text
        assert f'href="/people/{reference}"' in html
        assert newest(office, "person-searched").detail == {"texts": "0"}, "for whom is not kept"
    visit = re.search(r'href="/people/([-\w]+-A001)"', ask("/people", wanted=NAME).text)
    assert visit
    assert ask("/people", wanted=reference.lower()).headers["Location"] == f"/people/{reference}"
    assert "Nothing that is kept holds this." in ask("/people", wanted="Nobody's name").text
    assert ask("/people", wanted="Qu").status_code == 422


def test_what_would_go_is_shown_in_numbers_and_goes_only_when_it_is_still_that(office: CareHouse, ask: Ask) -> None:
    reference = complained(office)
    path = f"/people/{reference}"
    shown = ask(path).text
    assert (texts(shown), "The complaint is open." in shown, NAME in shown) == ("3", True, False)
    assert newest(office, "person-looked-up").about == reference
    many = len(entries(office.server.acts, Wanted(), 1000))
    assert ask("/people/Quillfeather").status_code == 404
    assert len(entries(office.server.acts, Wanted(), 1000)) == many, "what nobody knows may be a name"
    for wrong in ({"texts": "3", "because": "asked"}, {"texts": "3", "sure": "yes"}, {"because": "x", "sure": "yes"}):
        answer = ask(path, **wrong)
        assert (answer.status_code, texts(answer.text)) == (422, "3"), wrong
    assert len(entries(office.server.acts, Wanted(), 1000)) == many + 3, "each shows it again, and is a look"
    office.do(cc.NoteOnComplaint(reference, "One word more"))
    late = ask(path, texts="3", because="asked", sure="yes")
    assert (late.status_code, texts(late.text)) == (422, "4")
    receipt = ask(path, texts="4", because="asked", sure="yes").text
    entry = newest(office, "person-erased")
    assert (entry.about, entry.actor, entry.outcome) == (reference, "mia", "done")
    assert entry.detail == {"texts": "4", "because": "asked"}
    assert f"<dd>{entry.seq}</dd>" in receipt
    assert "The customer asked for it" in receipt
    gone = ask(path).text
    assert (texts(gone), "No words are kept any more." in gone) == ("0", True)
    assert "The customer asked for it" in ask("/audit?kind=person-erased", "aud").text


@about_the_file
def test_what_could_not_be_taken_from_the_disk_for_somebody_read_is_taken_at_the_next_round(
    office: CareHouse, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_the_disk() -> bool:
        return any(b"Wigglesworth" in path.read_bytes() for path in office.server.folder.glob("lobby.db*"))

    monkeypatch.setattr(store, "PATIENCE_S", 0.0)
    taken = office.do(cc.TakeComplaint("Slow", "Wigglesworth"), KIOSK).complaint
    assert taken is not None
    path = f"/people/{taken.reference}"
    with office.server.store.read() as reading:
        assert reading.execute(text("SELECT count(*) FROM people")).scalar()
        assert ask(path, texts="1", because="asked", sure="yes").status_code == 503
        assert texts(ask(path).text) == "0"
    assert newest(office, "person-erased").outcome == "unknown"
    assert on_the_disk()
    office.server.watching.forget_what_is_old()
    assert not on_the_disk()


@pytest.mark.parametrize("name", ["ann", "aud"])
def test_who_does_not_answer_for_personal_data_sees_and_erases_nothing(office: CareHouse, ask: Ask, name: str) -> None:
    reference = complained(office)
    assert ask("/people", name, wanted=NAME).status_code == 403
    assert ask(f"/people/{reference}", name).status_code == 403
    assert ask(f"/people/{reference}", name, texts="3", because="asked", sure="yes").status_code == 403
    assert texts(ask(f"/people/{reference}").text) == "3"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the pages are not tried in a browser")
def test_a_customers_words_are_erased_with_the_keyboard_alone_and_pages_suit_everybody(
    office: CareHouse, chromium: Any
) -> None:
    reference = complained(office)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    context.add_cookies([{"name": "lobby", "value": office.token("mia"), "url": office.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)

    def focused(id: str) -> None:
        """Whether it comes to have the focus; who cannot see the page is led there."""
        until(lambda: page.evaluate("document.activeElement?.id") == id, f"{id} has the focus")

    def suits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        assert axe_violations(page) == []

    page.goto(office.url + "/people")
    focused("wanted")
    suits()
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    page.wait_for_selector("#found")
    focused("found")
    suits()
    page.locator(f'a[href^="/people/{reference}"]').press("Enter")
    page.wait_for_selector("#erase")
    page.focus("[name=because]")
    suits()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    focused("erase")
    page.keyboard.press("Enter")
    page.wait_for_selector("#erased")
    focused("erased")
    suits()
    page.goto(office.url + f"/people/{reference}?language=ar")
    assert page.get_attribute("html", "dir") == "rtl"
    suits()
    context.close()
