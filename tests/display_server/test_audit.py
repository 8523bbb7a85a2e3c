"""The audit trail over HTTP: nobody sees a customer's words, and nobody steers the branch, without a line in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from display_server.gate.permissions import COMMANDS
from display_server.trail.notes import ACTS, STEERING, begin
from lobby.act_kinds import KINDS
from lobby.care import commands as cc
from lobby.care.interactions import Record
from lobby.door import Answer
from lobby.errors import StorageAway, StorageFull
from lobby.problems import refusals
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.records.acts import Act, Acts, Wanted
from lobby.records.outcomes import Entry, entries
from tests.builders import ANN, KIOSK, MIA, Clock
from tests.end_to_end.house import House, a_house

MARK = "Quillfeather"
"""Stands in every private word of the branch, and nowhere else."""

HOUSE = Path(__file__).parents[2]
PACKAGES = ("lobby", "display_server", "kiosk", "hardware", "teller_console")

GIVE_WORDS = {
    "care_api.complaint",
    "care_api.follow_up",
    "care_api.due",
    "care_api.my_day",
    "care_api.reviews",
    "care_api.article_reports",
    "care_api.comments",
    "care_pages.due",
    "care_pages.complaint",
    "care_pages.follow_up",
    "care_pages.comments",
    "care_pages.records",
    "care_pages.answers",
    "people_api.export_person",
}
"""The addresses that show words at all; the walk finds exactly these."""


class Filled:
    """A branch in which everything that can be said of a person was said."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.house: House = a_house(folder, self.clock)
        keys = count()

        def do(command: c.Command, actor: Actor = ANN) -> Answer:
            return self.house.server.desk.submit(command, key=f"fill-{next(keys)}", actor=actor)

        said = f"{MARK} says so"
        do(c.OpenCounter(1))
        do(c.Issue("cash"), KIOSK)
        do(c.CallNext(1))
        do(c.Start(1))
        do(c.Finish(1, note=said, record=Record(outcome="done", note=said)))
        taken = do(cc.TakeComplaint(said, MARK, f"{MARK}@example.org", language="en"))
        promised = do(cc.PromiseFollowUp(said, name=MARK, contact=f"{MARK}@example.org", within_h=2))
        assert taken.complaint
        assert promised.follow_up
        self.complaint, self.follow_up = taken.complaint.reference, promised.follow_up.reference
        do(cc.NoteOnComplaint(self.complaint, said))
        do(c.GiveFeedback(1, ticket="A001", note=said), KIOSK)
        do(cc.Praise(said, ticket="A001"), KIOSK)
        do(cc.ReportArticle("wrong", "fees", "en", said))
        do(c.Book("cash", self.clock() + 86_400_000, note=MARK))
        self.clock.forward(minutes=1)
        self.house.member("sue", "supervisor")

    def acts(self, **wanted: Any) -> list[Act]:
        """The newest first."""
        return self.house.server.acts.newest(Wanted(**wanted), 1000)

    def entries(self, **wanted: Any) -> list[Entry]:
        """The same, each with what became of it."""
        return entries(self.house.server.acts, Wanted(**wanted), 1000)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Endpoint and address of everything that can be read."""
        values = {
            "branch": "main-street",
            "ticket": "A001",
            "complaint": self.complaint,
            "follow_up": self.follow_up,
            "what": "complaints",
            "language": "en",
            "article": "fees",
        }
        for rule in self.house.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                at = values | {"reference": self.follow_up if "follow" in rule.rule else self.complaint}
                path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: at.get(part[1], "1"), rule.rule)  # noqa: B023
                yield rule.endpoint, path


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    filled = Filled(tmp_path_factory.mktemp("audit") / "branch")
    yield filled
    filled.house.server.close()


def headers(branch: Filled, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {branch.house.token(role)}", "Accept": "text/html"}


@pytest.mark.parametrize("role", ["administrator", "teller", "auditor", "kiosk"])
def test_no_address_shows_a_customers_words_without_a_line_in_the_trail(branch: Filled, role: str) -> None:
    shown = set()
    for endpoint, path in branch.addresses():
        branch.clock.forward(minutes=11)
        before = len(branch.acts())
        with branch.house.client().get(path, headers=headers(branch, role), query_string={"everyone": "1"}) as answer:
            if MARK.encode() not in answer.data:
                continue
        shown.add(endpoint)
        new = branch.acts()[: len(branch.acts()) - before]
        assert [(act.actor, act.role) for act in new][:1] == [(role, role)], path
        assert int(new[0].detail["texts"]) > 0, path
        assert MARK not in str(new), "the trail names no customer"
    of_role = {"administrator": GIVE_WORDS - {"care_api.my_day"}, "auditor": set(), "kiosk": set()}
    assert shown == of_role.get(role, shown)
    assert role != "teller" or {"care_api.complaint", "care_pages.complaint"} <= shown < GIVE_WORDS


def test_ones_own_day_and_the_sample_of_records_are_in_the_trail_too(branch: Filled) -> None:
    server = branch.house.server
    branch.clock.forward(minutes=11)
    assert MARK in str(server.care(server.id, ANN).my_day())
    assert branch.acts()[0].kind == "own-day-read"
    assert MARK in str(server.care(server.id, MIA).reviews())
    assert (branch.acts()[0].kind, branch.acts()[0].actor) == ("records-listed", "mia")


def test_who_looks_again_shortly_after_has_looked_once_and_later_twice(branch: Filled) -> None:
    def looks() -> int:
        branch.house.get(f"/complaints/{branch.complaint}", "supervisor")
        return len(branch.acts(kind="complaint-read", person="supervisor"))

    branch.clock.forward(minutes=11)
    first = looks()
    assert first == looks()
    branch.clock.forward(minutes=11)
    assert looks() == first + 1


def test_what_cannot_be_noted_is_not_shown(branch: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: Any, **more: Any) -> int:
        raise StorageFull()

    branch.clock.forward(minutes=11)
    monkeypatch.setattr(Acts, "note", full)
    answer = branch.house.get(f"/complaints/{branch.complaint}", "manager")
    assert (answer.status_code, MARK in answer.text) == (503, False)
    refused = branch.house.post("/close-day", {})
    assert refused.status_code == 503
    assert branch.house.server.desk.state.tickets, "the day is not closed"


BODIES: dict[str, Any] = {
    "close-service": {"service": "cards"},
    "open-service": {"service": "cards"},
    "skills": {"services": ["cash"]},
    "reassign": {"service": "cards", "reason": "Mr Quillfeather asks for it"},
    "notices": {"texts": {"en": "The lift is out of order."}},
    "take-notice-down": {"notice": "1"},
    "reopen-day": {"until": 0},
}


def test_every_command_that_steers_the_branch_is_in_the_trail_with_who_and_what(branch: Filled) -> None:
    assert all(not command.private for command in STEERING)
    for verb in sorted(endpoint.removeprefix("api.") for endpoint, kind in ACTS.items() if kind in STEERING.values()):
        where = {"reassign": "/tickets/A001/reassign", "skills": "/counters/1/skills"}.get(verb, f"/{verb}")
        branch.house.post(where, BODIES.get(verb, {}), "administrator")
        became, last = branch.acts()[:2]
        assert (last.detail["outcome"], became.detail["line"]) == ("asked", str(last.seq)), "each line says what it is"
        assert (last.kind, last.actor, last.role) == (ACTS[f"api.{verb}"], "administrator", "administrator")
    assert branch.entries(kind="service-closed")[-1].detail == {"service": "cards"}
    moved = branch.entries(kind="ticket-reassigned")[-1]
    assert (moved.about, moved.detail) == ("A001", {"was_service": "cash", "service": "cards"}), "in nobody's own words"
    skills = branch.entries(kind="skills-set")[0]
    assert (skills.about, skills.detail) == ("1", {"was_services": "[]", "services": '["cash"]'})
    assert {one.outcome for one in branch.entries(kind="service-opened")} <= {"done", "refused"}


@pytest.mark.parametrize(
    ("path", "kind", "detail"),
    [
        (
            "/reports/period?kind=week&actor=x&at=1&about=y",
            "report-exported",
            {"asked_kind": "week"},
        ),
        ("/exports/complaints.csv?from=2024-03-05", "data-exported", {"from": "2024-03-05"}),
        ("/reports/day?format=csv", "report-exported", {"format": "csv"}),
        ("/events?after=2", "journal-read", {}),
    ],
)
def test_whoever_takes_tables_reports_or_the_journal_away_is_in_the_trail(
    branch: Filled, path: str, kind: str, detail: dict[str, str]
) -> None:
    branch.clock.forward(minutes=11)
    assert branch.house.get(path, "manager").status_code == 200
    entry = branch.entries()[0]
    assert (entry.kind, entry.actor, entry.detail, entry.outcome) == (kind, "manager", detail, "done")
    many = len(branch.acts())
    branch.house.get(path, "manager")
    assert len(branch.acts()) == many, "a program that asks every second does not fill the trail"


@pytest.mark.parametrize("body", [{"actor": "x", "at": 1, "role": "y", "kind": "z", "self": 1}, [], "{", "\xff"])
def test_a_body_that_says_other_things_is_refused_and_puts_none_of_it_into_the_trail(branch: Filled, body: Any) -> None:
    answer = branch.house.post("/quiet-voice", body)
    assert answer.status_code in (400, 422)
    refused, asked = branch.acts()[:2]
    assert (asked.kind, asked.detail) == ("voice-quieted", {"outcome": "asked"})
    assert refused.detail.keys() == {"outcome", "line"}


def test_what_was_asked_for_and_refused_is_said_to_have_been_refused(branch: Filled) -> None:
    assert branch.house.post("/tickets/zzz/reassign", {"service": "cards"}, "administrator").status_code == 404
    refused, asked = branch.acts()[:2]
    assert [one.kind for one in (refused, asked)] == ["ticket-reassigned"] * 2
    assert (refused.about, refused.detail) == ("zzz", {"outcome": "refused UnknownTicket", "line": str(asked.seq)})
    branch.clock.forward(minutes=11)
    for _ in range(2):
        assert branch.house.get("/exports/complaints.csv?from=monday", "manager").status_code >= 400
        assert branch.acts()[0].detail["line"] == str(branch.acts()[1].seq), "no look was had that a later one repeats"
        assert branch.entries()[0].outcome == "refused"


def test_what_the_database_broke_off_is_not_said_to_have_been_refused(
    branch: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*given: Any, **more: Any) -> Answer:
        raise StorageAway()

    monkeypatch.setattr(branch.house.server.desk, "submit", away)
    assert branch.house.post("/quiet-voice", {}, "administrator").status_code == 503
    assert (branch.entries()[0].kind, branch.entries()[0].outcome) == ("voice-quieted", "unknown")


def test_of_one_person_only_the_own_outcomes_are_looked_through(branch: Filled) -> None:
    acts, now = branch.house.server.acts, branch.clock()
    for name in ("adam", "bea", "adam"):
        line = acts.note("notice-posted", actor=name, role="manager", at=now, outcome="asked")
        acts.note("notice-posted", actor=name, role="manager", at=now, outcome="done", line=str(line))
    found = acts.newest(Wanted(person="adam"), 10, outcomes=False)
    assert [one.actor for one in acts.outcomes_of(found).values()] == ["adam", "adam"]


def test_an_act_and_what_became_of_it_are_one_entry_also_where_nobody_lived_to_say_it(branch: Filled) -> None:
    acts, now = branch.house.server.acts, branch.clock()

    def line(kind: str, **detail: str) -> int:
        return acts.note(kind, actor="eve", role="manager", at=now, **detail)

    line("day-closed")  # as older versions wrote what was done
    old = line("day-reopened")
    line("day-reopened", outcome="refused DayNotClosed", line=str(old))
    asked = line("notice-posted", outcome="asked", texts='{"en": "a \\"line\\":\\"1\\" in it"}')
    broken = line("service-closed", outcome="asked")
    line("service-closed", outcome="fault", line=str(broken))
    told = [(one.kind, one.outcome, one.why) for one in branch.entries(person="eve")]
    assert told == [
        ("service-closed", "unknown", ""),
        ("notice-posted", "unknown", ""),
        ("day-reopened", "refused", "DayNotClosed"),
        ("day-closed", "", ""),
    ]
    line("notice-posted", outcome="done", line=str(asked))
    assert branch.entries(person="eve")[1].outcome == "done"
    html = page(branch, "/audit?person=eve").text
    assert html.count("audit-unknown") == html.count("audit-refused") == html.count("audit-done") == 1
    assert refusals()["DayNotClosed"].message in html
    assert acts.verify()


def test_who_is_refused_leaves_no_line_of_having_done_it(branch: Filled) -> None:
    branch.clock.forward(minutes=11)
    many = len(branch.acts())
    assert branch.house.get("/events", "teller").status_code == 403
    assert branch.house.post("/close-day", {}, "teller").status_code == 403
    assert branch.house.post("/close-day", "[", "").status_code == 401
    assert len(branch.acts()) == many


NOTE_THEMSELVES = {
    "api.sign_in",
    "api.sign_out",
    "api.new_password",
    "signing_in.sign_in",
    "signing_in.sign_out",
    "signing_in.new_password",
    "signing_in.end_other_sessions",
    "console_codes.make",
    "pairing.pair",
    "pairing.make_code",
    "pairing.end",
    "people_api.erase_person",
    "people_pages.erase",
    "people_pages.find",
}
"""Addresses whose act depends on what comes of them: they write it themselves."""

OF_CUSTOMERS = {"complaint_pages", "opinion_pages", "phone_pages"}
OF_SLIPS = {f"kiosk.staff_{what}" for what in ("drop", "release", "paper_changed", "test_print", "sign_out")}


def test_every_address_that_changes_something_is_in_the_trail_or_in_the_journal(branch: Filled) -> None:
    rules = branch.house.app.url_map.iter_rules()
    changing = {rule.endpoint for rule in rules if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}}
    in_the_journal = {
        one
        for one in changing
        if one in COMMANDS or one.split(".")[0] in OF_CUSTOMERS or (one.startswith("kiosk.") and "staff" not in one)
    }
    assert changing - in_the_journal - ACTS.keys() - OF_SLIPS == NOTE_THEMSELVES


def test_that_a_kiosks_pin_was_typed_is_in_the_trail_and_the_pin_is_not(branch: Filled) -> None:
    answer = branch.house.client().post(
        "/kiosk/staff/sign-in", json={"pin": "271828"}, headers=headers(branch, "kiosk")
    )
    assert answer.status_code in (401, 403, 409), "there is no PIN yet"
    assert (branch.acts()[1].kind, branch.acts()[1].detail) == ("kiosk-pin-typed", {"outcome": "asked"})
    assert branch.acts()[0].detail["outcome"].startswith("refused ")


def test_what_was_just_said_does_not_come_back_in_the_answer(branch: Filled) -> None:
    for path, body in (
        ("/complaints", {"text": MARK, "name": MARK, "contact": MARK}),
        (f"/complaints/{branch.complaint}/note", {"note": MARK}),
        ("/follow-ups", {"note": MARK, "name": MARK, "within_h": 2}),
        ("/feedback", {"rating": 1, "note": MARK}),
        ("/appointments", {"service": "cash", "slot": branch.clock() + 86_400_000, "note": MARK}),
    ):
        answer = branch.house.post(path, body)
        assert (answer.status_code, MARK in answer.text) == (200, False), path


# -- the auditor's page


def page(branch: Filled, path: str, role: str = "auditor") -> Any:
    return branch.house.client().get(path, headers=headers(branch, role))


def test_the_auditors_page_shows_who_did_what_by_person_kind_reference_and_day(branch: Filled) -> None:
    branch.house.get(f"/complaints/{branch.complaint}", "manager")
    html = page(branch, f"/audit?about={branch.complaint}").text
    assert "Read a complaint" in html
    assert f'<bdi dir="ltr">{branch.complaint}</bdi>' in html
    for asked, there in (
        ("person=manager&kind=complaint-read", True),
        ("person=nobody", False),
        ("from=2030-01-01", False),
        ("to=2000-01-01", False),
        ("kind=day-closed&about=C-1", False),
    ):
        assert ("<tbody>" in page(branch, f"/audit?{asked}").text) is there, asked


@pytest.mark.parametrize(("name", "day"), [("about", "2024-03-04"), ("person", "2024-03-05")])
def test_what_the_trail_was_searched_by_is_kept_where_it_knows_it_already(branch: Filled, name: str, day: str) -> None:
    """Whoever searches it for a customer's name does not write it there."""
    page(branch, f"/audit?person=auditor&from={day}")
    assert branch.entries()[0].detail == {"person": "auditor", "from": day}
    assert page(branch, f"/audit?{name}=Quillfeather&from={day}").status_code == 200
    expected = "asked_about" if name == "about" else name
    assert branch.entries()[0].detail == {expected: "unknown", "from": day}


def test_the_trail_goes_on_on_older_pages(branch: Filled) -> None:
    for n in range(120):
        branch.house.server.acts.note("signed-in", actor=f"many-{n:03}", role="teller", at=branch.clock())
    first = page(branch, "/audit?kind=signed-in").text
    older = re.search(r'id="older" href="([^"]+)"', first)
    assert older
    second = page(branch, older[1].replace("&amp;", "&")).text
    assert "many-119" in first
    assert "many-019" not in first
    assert "many-019" in second
    assert 'id="older"' not in second or "many-020" not in second


def test_the_trail_is_taken_away_as_a_file_and_that_is_in_it(branch: Filled) -> None:
    branch.clock.forward(minutes=11)
    branch.house.server.acts.note("staff-added", actor="=1+1", role="administrator", at=branch.clock(), about="joe")
    answer = page(branch, "/audit/export?format=csv&about=joe")
    assert answer.text.startswith("\ufeffseq,at,actor,role,kind,about,detail,outcome,why,outcome_seq\r\n")
    assert ",'=1+1,administrator,staff-added,joe,{},,,0" in answer.text
    (act,) = page(branch, "/audit/export?format=json&about=joe").json
    assert (act["kind"], act["about"]) == ("staff-added", "joe")
    assert branch.acts()[0].kind == "trail-exported"


@pytest.mark.parametrize("asked", ["from=yesterday", "before=-1", "before=²", "to=99999-01-01"])
def test_a_wrong_filter_is_refused_in_words(branch: Filled, asked: str) -> None:
    assert page(branch, f"/audit?{asked}").status_code == 422


@pytest.mark.parametrize("role", ["manager", "supervisor", "teller", "kiosk"])
def test_the_trail_is_for_auditors_and_administrators(branch: Filled, role: str) -> None:
    assert "<tbody>" not in page(branch, "/audit", role).text
    assert page(branch, "/audit/export", role).status_code in (302, 403)


# -- one customer's data


def test_a_customers_data_is_given_out_and_erased_by_whoever_answers_for_it(tmp_path: Path) -> None:
    branch = Filled(tmp_path / "branch")
    path = f"/people/{branch.complaint}"
    for role in ("teller", "supervisor", "auditor", "kiosk"):
        assert branch.house.get(path, role).status_code == 403
        assert branch.house.ask("DELETE", path, role).status_code == 403
    assert branch.house.get("/people/C-0000000").status_code == 404
    link = f'href="/api/v1/branches/main-street{path}"'
    offered = {
        one: link in page(branch, f"/care/complaints/{branch.complaint}", one).text for one in ("manager", "teller")
    }
    assert offered == {"manager": True, "teller": False}
    given = branch.house.get(path.lower())
    assert [one["words"]["name"] for one in given.json["entries"] if "name" in one.get("words", {})] == [MARK]
    assert (branch.acts()[0].kind, branch.acts()[0].about) == ("person-exported", branch.complaint)
    assert branch.house.ask("DELETE", path).json == {"erased": 2}
    assert (branch.acts()[0].kind, branch.acts()[0].about) == ("person-erased", branch.complaint)
    assert MARK not in branch.house.get(path).text
    assert branch.house.ask("DELETE", path).json == {"erased": 0}
    branch.house.server.close()


def test_a_server_erases_what_is_old_and_what_is_open_stays(tmp_path: Path) -> None:
    branch = Filled(tmp_path / "branch")
    branch.clock.forward(hours=24 * 400)
    branch.house.server.watching.forget_what_is_old()
    gone = {act.about: (act.actor, act.role, act.detail["count"]) for act in branch.acts(kind="data-expired")}
    assert gone.keys() == {"records", "feedback", "colleagues", "tokens"}
    assert gone["feedback"] == ("retention", "server", "2")
    assert MARK in branch.house.get(f"/complaints/{branch.complaint}").text
    branch.house.server.close()


# -- the start, and the table of kinds


def test_a_start_says_which_settings_are_others_than_before(tmp_path: Path) -> None:
    house = a_house(tmp_path / "branch", Clock())
    begin(house.server)
    begin(house.server)
    assert [act.kind for act in house.server.acts.read()] == ["server-started", "server-started"]
    file = tmp_path / "branch" / "branch.toml"
    file.write_text(file.read_text(encoding="utf-8") + "\n# another line\n", encoding="utf-8")
    begin(house.server)
    changed, started = list(house.server.acts.read())[2:]
    assert (changed.kind, changed.about, started.kind) == ("settings-changed", "branch.toml", "server-started")
    house.server.close()


def source() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in (HOUSE / package).rglob("*.py"):
            yield str(path.relative_to(HOUSE)), path.read_text(encoding="utf-8")


def test_every_kind_of_act_is_in_the_table_and_every_line_of_it_is_used() -> None:
    said = r'(?:\bnote|by_operator|Look|_with_words|_look)\(\s*(?:\w[\w.()\s,]*?,\s*)?"([a-z]+(?:-[a-z]+)+)"'
    used = {kind: path for path, text in source() for kind in re.findall(said, text)}
    assert {kind: path for kind, path in used.items() if kind not in KINDS} == {}
    everywhere = "".join(text for path, text in source() if path != "lobby/act_kinds.py")
    assert [kind for kind in KINDS if f'"{kind}"' not in everywhere] == []
    assert set(ACTS.values()) <= KINDS.keys()


def test_an_unknown_kind_is_refused(branch: Filled) -> None:
    with pytest.raises(ValueError, match="no line"):
        branch.house.server.acts.note("done-something", actor="a", role="b", at=0)


def test_private_words_are_read_in_one_module_alone() -> None:
    reading = re.compile(r"schema\.people\b")
    assert {path for path, text in source() if reading.search(text)} == {
        "lobby/records/people.py",
        "lobby/records/journal.py",  # writes them, with the events that refer to them
        "lobby/records/taken_away.py",  # erases again what was erased since, by reference
    }
