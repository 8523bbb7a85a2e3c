"""The care room's pages and the report of complaints, over HTTP and in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from display_server.care import pages
from lobby.care import commands as cc
from lobby.care.interactions import Kind
from lobby.errors import WrongComplaintState
from lobby.queue import commands as c
from lobby.words import words
from tests.builders import KIOSK, MIA, moment
from tests.display_server.care_house import WORDS, CareHouse
from tests.display_server.staged import PATIENCE_MS
from tests.end_to_end.branch_process import until
from tests.kiosk.accessibility import axe_violations

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REPORT = "/api/v1/branches/main-street/reports/complaints"


@pytest.fixture(scope="module")
def office(memory_folder: Path) -> Iterator[CareHouse]:
    """The branch of the module; whatever a test needs to change it takes for itself."""
    folder = memory_folder / "care-pages"
    office = CareHouse(folder)
    yield office
    office.close()


@pytest.fixture(scope="module")
def known(office: CareHouse) -> dict[str, str]:
    """References of what lies in the care room from the beginning."""
    return office.fill()


Get = Callable[..., TestResponse]


@pytest.fixture
def get(office: CareHouse, known: dict[str, str]) -> Get:
    def get(path: str, name: str = "mia", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {office.token(name)}", "Accept": "text/html"} if name else {}
        return office.house.client().get(path, headers=sent | headers)

    return get


def order(html: str) -> list[str]:
    return re.findall(r'id="case-([CF]-\w+)"', html)


def steps(html: str) -> list[str]:
    return re.findall(r'id="form-(\w+)"', html)


# -- who sees what


def test_the_due_list_begins_with_what_is_over_and_says_each_clock_in_words(get: Get, known: dict[str, str]) -> None:
    html = get("/care?show=open").text
    cases = order(html)
    assert cases.index(known["over"]) < cases.index(known["soon"]) < cases.index(known["promise"])
    assert cases.index(known["promise"]) < cases.index(known["fresh"])
    assert known["closed"] not in cases
    for said in ("Our promise: overdue", "Our promise: soon", "The law: in time", "Fees and interest"):
        assert said in html


def test_the_list_shows_one_s_own_or_what_is_closed_or_all(get: Get, known: dict[str, str]) -> None:
    mine = order(get("/care", "ann").text)
    assert known["promise"] in mine  # it is hers
    assert known["soon"] in mine  # it is nobody's, so everybody's
    assert known["over"] not in mine  # it went to the manager when its time was over
    assert set(order(get("/care?show=closed").text)) == {known["closed"], known["closed too"]}
    assert {known["closed"], known["over"], known["promise"]} <= set(order(get("/care?show=all").text))


def test_a_long_list_comes_a_page_at_a_time(get: Get, known: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = order(get("/care?show=all").text)
    assert 'id="more"' not in get("/care?show=all").text
    monkeypatch.setattr(pages, "PAGE", 2)
    found, path = [], "/care?show=all"
    while path:
        html = get(path).text
        found.append(order(html))
        more = re.search(r'id="more" href="([^"]+)"', html)
        path = more[1].replace("&amp;", "&") if more else ""
    assert [len(page) for page in found[:-1]] == [2] * (len(found) - 1)
    assert [case for page in found for case in page] == whole
    assert get("/care?first=-1").status_code == 422


def test_a_wrong_filter_shows_what_is_open(get: Get) -> None:
    assert order(get("/care?show=<script>").text) == order(get("/care?show=open").text)


def test_a_complaint_s_page_has_its_words_its_story_and_the_steps_of_its_state(get: Get, known: dict[str, str]) -> None:
    html = get(f"/care/complaints/{known['over']}").text
    assert WORDS in html
    assert "020 7946 0018" in html
    assert steps(html) == ["acknowledge", "assign", "note"]
    closed = get(f"/care/complaints/{known['closed']}").text
    assert steps(closed) == ["solved", "reopen", "note"]
    for said in ("We are sorry.", "One more counter from eleven to two", "Too few people at the counters"):
        assert said in closed


def test_the_story_says_to_whom_it_was_given_and_whose_time_is_over(
    get: Get, office: CareHouse, known: dict[str, str]
) -> None:
    assert "Time is over: <bdi>Our promise</bdi>" in get(f"/care/complaints/{known['over']}").text
    reference = office.take(actor=KIOSK)
    office.do(cc.AssignComplaint(reference, "bob"), MIA)
    assert "Given to a colleague: <bdi>bob</bdi>" in get(f"/care/complaints/{reference}").text


def test_a_teller_is_offered_no_step_that_only_others_may_decide(
    get: Get, office: CareHouse, known: dict[str, str]
) -> None:
    reference = office.take(category="other")
    office.do(cc.AcknowledgeComplaint(reference, "in_person"))
    assert steps(get(f"/care/complaints/{reference}", "ann").text) == ["note"]
    assert steps(get(f"/care/complaints/{reference}").text) == ["assess", "assign", "note"]


def test_an_auditor_sees_clocks_and_reads_nobody_s_words(get: Get, known: dict[str, str]) -> None:
    for path in ("/care?show=open", f"/care/complaints/{known['over']}", f"/care/follow-ups/{known['promise']}"):
        html = get(path, "aud").text
        assert "overdue" in html or "Promised" in html
        for private in (WORDS, "020 7946 0018", "Mr Brown"):
            assert private not in html
        assert steps(html) == []


@pytest.mark.parametrize("path", ["/care/answers", "/care/records"])
@pytest.mark.parametrize("name", ["ann", "aud"])
def test_what_only_leaders_decide_is_refused_to_others(get: Get, path: str, name: str) -> None:
    assert get(path, name).status_code == 403
    assert f'href="{path}"' not in get("/care", name).text


def test_whoever_is_nobody_is_sent_to_sign_in_and_comes_back(get: Get) -> None:
    answer = get("/care/answers", "")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/care/answers")


def test_a_reference_that_nobody_has_is_a_page_that_says_so(get: Get) -> None:
    answer = get("/care/complaints/C-0000000")
    assert answer.status_code == 404
    assert "C-0000000" in answer.text


def test_words_erased_are_said_to_be_erased(get: Get, office: CareHouse, known: dict[str, str]) -> None:
    reference = office.take("Please forget me.", KIOSK)
    person = office.server.desk.state.care.complaint(reference).person
    assert "Please forget me." in get(f"/care/complaints/{reference}").text
    office.server.people.erase({person})
    html = get(f"/care/complaints/{reference}").text
    assert "Please forget me." not in html
    assert "It was erased." in html


def test_what_a_customer_wrote_is_never_read_as_markup(get: Get, office: CareHouse, known: dict[str, str]) -> None:
    reference = office.take("<script>alert(1)</script><b>bold</b>", KIOSK)
    for path in ("/care?show=open", f"/care/complaints/{reference}"):
        html = get(path).text
        assert "&lt;script&gt;alert(1)" in html
        assert "<b>bold" not in html


@pytest.mark.parametrize("path", ["/care", "/care/answers", "/care/comments", "/care/records", "/care/analysis"])
def test_no_page_has_a_script_or_style_of_its_own(get: Get, path: str) -> None:
    answer = get(path)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text
    assert re.findall(r"<script(?! type=\"application/json\"| type=\"module\" src=)[^>]*>", answer.text) == []


def test_answers_found_wrong_and_mistakes_in_the_files_are_listed(get: Get) -> None:
    html = get("/care/answers").text
    assert "The fee is 3, not 2." in html
    assert "cash/old-fees.en.md" in html
    assert "valid_until" in html


def test_what_customers_wrote_is_read_by_those_who_lead_the_bad_ones_first(get: Get) -> None:
    html = get("/care/comments").text
    bad, good = html.index("&lt;b&gt;nobody&lt;/b&gt;"), html.index("شكرا لكم")
    assert bad < html.index("All others") < good
    assert all(said in html for said in (">Bad<", "The wait was long", ">Very good<", "A001"))
    assert html.count('data-post="settle-comment"') == 1
    seen = get("/care/comments", "aud").text
    assert "looked up" not in seen
    assert "Your role may not read it." in seen
    assert "settle-comment" not in seen
    assert get("/care/comments", "ann").status_code == 403


def test_the_sample_of_records_stands_beside_the_standard(get: Get) -> None:
    html = get("/care/records").text
    assert "Paid in, asked about the fee table." in html
    assert html.count("Said what happens next") == 2  # a record of ann's, one of bob's


def test_a_record_is_read_in_the_reader_s_language(get: Get, office: CareHouse) -> None:
    office.serve(
        counter=1,
        kind=Kind.DATA_UPDATE,
        fields={"changed": "address"},
        private={"new": "4 High Street", "verified": "id_document"},
    )
    html = get("/care/records?language=ru").text
    mine = words("ru")
    for said in ("customer data changed", "What changed", "address"):
        assert mine(said) != said
        assert mine(said) in html
    for hidden in ("data_update", "changed", "High Street"):
        assert f">{hidden}<" not in html


def test_the_pages_lead_to_each_other(get: Get) -> None:
    assert 'href="/care"' in get("/").text
    assert 'href="/care"' in get("/", "ann").text
    assert 'href="/care"' in get("/manager").text
    assert 'href="/care"' in get("/report").text
    assert "/care/complaints/" in get("/care?language=ar").text
    assert re.search(r'href="/care/complaints/C-\w+\?language=ar"', get("/care?language=ar&show=open").text)


# -- the report


def test_the_report_of_complaints_comes_as_json_sheet_and_page(get: Get) -> None:
    told = get(f"{REPORT}?from=2024-03-01&to=2024-03-31").json
    assert told is not None
    assert told["received"] >= 5
    assert told["definitions"]["over"]["definition"]
    sheet = get(f"{REPORT}?from=2024-03-01&to=2024-03-31&format=csv")
    assert (sheet.mimetype, sheet.text.splitlines()[0]) == ("text/csv", "scope,key,name,value,unit,definition")
    page = get(f"{REPORT}?from=2024-03-01&to=2024-03-31&format=html")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "What they are about" in page.text


@pytest.mark.parametrize(
    "asked", ["from=soon", "from=2024-03-05&to=2024-03-01", "from=2022-12-01&to=2024-03-01", "format=pdf"]
)
def test_a_report_that_cannot_be_made_is_refused_in_words(get: Get, asked: str) -> None:
    answer = get(f"{REPORT}?{asked}", Accept="application/json")
    assert answer.status_code == 422
    assert json.loads(answer.text)["detail"]


def test_a_teller_gets_no_report(get: Get) -> None:
    assert get(REPORT, "ann").status_code == 403
    assert get("/care/analysis", "ann").status_code == 403


def test_the_day_s_report_counts_the_same_complaints(get: Get) -> None:
    day = get("/api/v1/branches/main-street/reports/day?day=2024-03-15").json
    report = get(f"{REPORT}?from=2024-03-15&to=2024-03-15").json
    assert day is not None
    assert report is not None
    counts = day["overall"]["complaints"]
    assert counts["complaints_received"] == report["received"] >= 1
    assert counts["complaints_promise_kept"] == report["promise_kept"]


def test_the_report_is_in_the_document_of_the_api(get: Get) -> None:
    told = get("/api/v1/openapi.json").json
    assert told is not None
    parameters = told["paths"]["/branches/{branch}/reports/complaints"]["get"]["parameters"]
    assert [one["name"] for one in parameters] == ["branch", "from", "to", "format", "language"]
    assert "promise_kept" in told["components"]["schemas"]["ComplaintFigures"]["properties"]


# -- in a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium, started once for the module."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; the pages were not tried in a browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, office: CareHouse, known: dict[str, str]) -> Iterator[Open]:
    """Open a page as a member of staff; what goes wrong in it (script, policy) fails the test at its end. Only axe asks
    whether it may evaluate strings."""
    wrong: list[str] = []
    contexts = []

    def open_page(path: str, name: str = "mia", width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options)
        context.add_cookies([{"name": "lobby", "value": office.token(name), "url": office.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.extend([said.text] if forbidden(said.text) else []))
        page.goto(office.url + path)
        page.wait_for_selector("body:not(.is-unsure)")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def forbidden(said: str) -> bool:
    return "Content Security Policy" in said and "unsafe-eval" not in said


browser = pytest.mark.browser


@browser
def test_a_complaint_is_led_to_its_end_on_its_page(open_page: Open, office: CareHouse) -> None:
    reference = office.take(KIOSK.name, KIOSK, category="fees")
    page = open_page(f"/care/complaints/{reference}")

    def step(verb: str, **fields: str) -> None:
        page.click(f"#open-{verb}")
        for name, value in fields.items():
            field = page.locator(f"#form-{verb} [name={name}]")
            (field.fill if name == "note" else field.select_option)(value)
        page.click(f"#form-{verb} [type=submit]")

    step("acknowledge", how="phone")
    page.wait_for_selector("#step-assess")
    step("assess", severity="3", priority="2", matter="payments")
    page.wait_for_selector("#step-investigate")
    step("investigate", note="Charged twice on 4 March")
    page.wait_for_selector("#story >> text=Charged twice on 4 March")
    step("answer", decision="upheld", how="letter", note="The fee comes back")
    page.wait_for_selector("#step-close")
    step("close", cause="system", note="The form asks once now")
    page.wait_for_selector("#stands .chip >> text=closed")
    page.wait_for_selector("#saved >> text=Saved.")
    found = office.server.desk.state.care.complaint(reference)
    assert (found.severity, found.priority, found.matter, found.complex) == (3, 2, "payments", False)
    assert (found.decision, found.cause, found.owner) == ("upheld", "system", "mia")


@browser
def test_a_form_that_lacks_something_is_not_sent(open_page: Open, office: CareHouse) -> None:
    reference = office.take(actor=KIOSK)
    page = open_page(f"/care/complaints/{reference}")
    page.click("#open-note")
    page.click("#form-note [type=submit]")
    assert page.evaluate("document.activeElement.id") == "note-note"
    assert len(office.server.desk.state.care.complaint(reference).story) == 1


@browser
def test_a_refusal_is_said_in_words_and_nothing_typed_is_lost(open_page: Open, office: CareHouse) -> None:
    reference = office.take(actor=KIOSK)
    page = open_page(f"/care/complaints/{reference}")
    page.click("#open-acknowledge")
    page.select_option("#how", "phone")
    page.fill("#note-acknowledge", "I told her on the phone")
    office.do(cc.AcknowledgeComplaint(reference, "letter"))
    page.wait_for_selector("#stands .chip >> text=acknowledged")  # what others did is shown beside the open form
    page.wait_for_selector("#step-assess")
    page.click("#form-acknowledge [type=submit]")
    page.wait_for_selector("#form-acknowledge .error:not([hidden])")
    said = page.inner_text("#form-acknowledge .error")
    assert said == str(WrongComplaintState(complaint=reference, state="acknowledged"))
    assert page.input_value("#note-acknowledge") == "I told her on the phone"


@browser
def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_nothing_happens_twice(
    open_page: Open, office: CareHouse
) -> None:
    reference = office.take(actor=KIOSK)
    page = open_page(f"/care/complaints/{reference}")
    lost = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/note", lose)
    page.click("#open-note")
    page.fill("#note-note", "She calls back on Friday")
    page.click("#form-note [type=submit]")
    page.wait_for_selector("#form-note .error:not([hidden])")
    assert "still here" in page.inner_text("#form-note .error")
    page.unroute("**/note")
    page.click("#form-note [type=submit]")
    page.wait_for_selector("#story >> text=She calls back on Friday")
    page.wait_for_selector("#form-note:not(.is-written)", state="attached")
    assert lost == [200]
    assert [entry.what for entry in office.server.desk.state.care.complaint(reference).story] == [
        "ComplaintReceived",
        "ComplaintNoted",
    ]


@browser
@pytest.mark.parametrize("name", ["mia", "ann"])
def test_a_new_complaint_appears_by_itself(open_page: Open, office: CareHouse, name: str) -> None:
    page = open_page("/care?show=open", name)
    reference = office.take("The queue was long", KIOSK)
    page.wait_for_selector(f"#case-{reference}")
    office.do(cc.AcknowledgeComplaint(reference, "phone"), MIA)
    page.wait_for_selector(f"#case-{reference} .chip >> text=acknowledged")


@browser
def test_a_day_and_hour_are_those_of_the_branch_wherever_the_browser_is(open_page: Open, office: CareHouse) -> None:
    reference = office.promise("Call about the card", within_h=5)
    page = open_page(f"/care/follow-ups/{reference}", timezone_id="Asia/Tokyo")
    page.click("#open-move")
    page.fill("#due", "2024-04-02T16:30")  # after the clocks went forward in London
    page.select_option("#owner", "bob")
    page.click("#form-move [type=submit]")
    page.wait_for_selector("#stands >> text=Apr 2, 16:30")
    moved = office.server.desk.state.care.follow_up(reference)
    assert (moved.due, moved.owner) == (moment("2024-04-02 16:30"), "bob")
    page.click("#open-keep")
    page.click("#form-keep [type=submit]")
    page.wait_for_selector("#stands .chip >> text=kept")
    assert page.locator("#steps form").count() == 0


@browser
def test_a_report_on_an_answer_is_settled(open_page: Open, office: CareHouse) -> None:
    answer = office.do(cc.ReportArticle("missing", "", "en", "What about joint accounts?"))
    report = next(reversed(office.server.desk.state.care.article_reports))
    assert answer.seq
    page = open_page("/care/answers")
    page.fill(f"#note-{report}", "Written today")
    page.click(f"#settle-{report} [type=submit]")
    page.wait_for_selector(f"#work-{report}", state="detached")
    assert office.server.desk.state.care.article_reports[report].settled_at is not None


@browser
def test_a_bad_answer_is_seen_to_and_stays_with_what_was_done(open_page: Open, office: CareHouse) -> None:
    office.do(c.GiveFeedback(2, "en", note="The door is heavy."), KIOSK)
    seq = office.server.desk.seq
    page = open_page("/care/comments")
    page.fill(f"#note-{seq}", "A door opener is ordered")
    page.click(f"#settle-{seq} [type=submit]")
    page.wait_for_selector(f"#others #work-{seq} >> text=Seen to by mia")
    assert "A door opener is ordered" in page.inner_text(f"#work-{seq}")
    assert page.locator(f"#waiting #work-{seq}").count() == 0


@browser
def test_a_review_goes_to_the_teller_line_by_line(open_page: Open, office: CareHouse) -> None:
    care = office.server.desk.state.care
    record = next(one for one in care.records.values() if one.teller == "bob")
    page = open_page("/care/records")
    page.check(f"#review-{record.seq} [name=met][value='0']")
    page.check(f"#review-{record.seq} [name=met][value='2']")
    page.fill(f"#note-{record.seq}", "Well greeted")
    page.click(f"#review-{record.seq} [type=submit]")
    page.wait_for_selector(f"#work-{record.seq} >> text=2 of 3")
    review = office.server.desk.state.care.reviews[record.seq]
    assert (review.met, review.lines, review.by) == ((0, 2), 3, "mia")
    assert "Well greeted" not in page.inner_text(f"#work-{record.seq}")


@browser
def test_a_review_half_written_stays_while_another_is_kept(open_page: Open, office: CareHouse) -> None:
    office.serve(note="Paid out")
    office.serve(note="Paid in again")
    page = open_page("/care/records")
    until(lambda: page.locator("[id^=review-]").count() >= 2, "both are there")
    first, second = page.eval_on_selector_all("[id^=review-]", "all => all.map(({id}) => id.split('-')[1])")[:2]
    page.fill(f"#note-{second}", "Half a sentence")
    page.fill(f"#note-{first}", "Thank you")
    page.click(f"#review-{first} [type=submit]")
    page.wait_for_selector(f"#work-{first} .done")
    assert page.input_value(f"#note-{second}") == "Half a sentence"


@browser
def test_the_manager_s_page_counts_what_is_on_the_clock(open_page: Open, office: CareHouse) -> None:
    page = open_page("/manager")
    tile = page.locator("[data-tile=complaints]")
    open_now = int(tile.locator("[data-figure]").inner_text())
    assert "Overdue: 1" in tile.locator("[data-note]").inner_text()
    assert page.locator("[data-tile=complaints].is-late").count() == 1
    office.take(actor=KIOSK)
    until(lambda: int(tile.locator("[data-figure]").inner_text()) == open_now + 1, "the tile counts the new one")
    tile.locator("a").click()
    page.wait_for_selector(".page-care")


PATHS = {
    "due": "/care?show=all",
    "complaint": "/care/complaints/{over}",
    "promise": "/care/follow-ups/{promise}",
    "answers": "/care/answers",
    "comments": "/care/comments",
    "records": "/care/records",
    "analysis": "/care/analysis",
    "manager": "/manager",
    "audit": "/audit",
}


STILL = "document.getAnimations().every(({ playState }) => playState !== 'running')"


@browser
@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(("width", "height", "language"), [(1280, 900, "en"), (390, 844, "ar")])
def test_axe_finds_nothing(
    open_page: Open, known: dict[str, str], name: str, width: int, height: int, language: str
) -> None:
    who = "aud" if name == "audit" else "mia"
    page = open_page(in_language(PATHS[name].format(**known), language), who, width, height)
    if name == "complaint":
        page.click("#open-acknowledge")
    if name == "manager":
        page.wait_for_selector("#services tr")
    until(lambda: page.evaluate(STILL), "nothing moves")
    page.evaluate("globalThis.untouchedTimeout = setTimeout")
    assert axe_violations(page) == []


@browser
@pytest.mark.parametrize(
    ("width", "height", "language"),
    [(1280, 900, "en"), (1030, 800, "ru"), (820, 1180, "ru"), (390, 844, "ar"), (390, 844, "zh"), (320, 640, "en")],
)
def test_the_pages_fit_in_every_language(
    open_page: Open, office: CareHouse, known: dict[str, str], width: int, height: int, language: str
) -> None:
    page = open_page(in_language("/care", language), "mia", width, height)
    for path in PATHS.values():
        page.goto(office.url + in_language(path.format(**known), language))
        if path == "/manager":
            page.wait_for_selector("#services tr")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}language={language}"
