"""Reports of a chain: from all visits together, and the same figures as those of one branch with all of its days."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from lobby.head_office.office_file import Office
from lobby.head_office.reckoning import ChainReckoning
from lobby.records.chain import GENESIS, link
from lobby.records.journal import Entry
from lobby.records.parcels import Parcel
from lobby.records.received import Received
from lobby.records.store import Store
from lobby.reports.asked import Asked
from lobby.reports.by_scope import class_figures, language_figures, service_figures
from lobby.reports.chain import ChainFigures
from lobby.reports.columns import columns_of
from lobby.reports.day import day_records
from lobby.reports.figures import figures_of_days
from lobby.reports.flow import flow_figures
from lobby.reports.forms.rendering import as_csv, as_html, as_json, as_xlsx
from lobby.reports.judged import Judged
from lobby.reports.merged import light, merged
from lobby.reports.past import past_day
from lobby.reports.visit_columns import visit_figures
from lobby.reports.work import handling, mix, time_figures, visit_handling_mean_s
from lobby.words import words
from tests.builders import a_setup, moment
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive, arrive_rows, rows
from tests.lobby.reports.ten_tickets import ten_tickets

OFFICE = Office({"en": "Northern Bank"}, ("en", "ar"))
NOW = moment("2024-03-07 12:00")
NEXT = "2024-03-06"


def report(store: Store, first: str = DAY, last: str = DAY) -> ChainFigures:
    reckoning = ChainReckoning(store, OFFICE)
    reckoning.bring_up_to_date(lambda _branch: None)
    figures = reckoning.period(Asked("range", date.fromisoformat(first), date.fromisoformat(last)), NOW)
    assert figures is not None
    return figures


def test_a_mean_over_the_chain_is_no_mean_of_means(store: Store, received: Received) -> None:
    arrive(received, a_day_of("quiet", [600]))
    arrive(received, a_day_of("busy", [60] * 9))
    figures = report(store)
    assert [one.visits.wait.wait_mean_s for one in figures.branches] == [60.0, 600.0]
    assert figures.overall.visits.wait.wait_mean_s == 114.0
    assert (figures.overall.visits.issued, figures.overall.days) == (10, 2)
    assert figures.missing == ()


def test_the_chain_reckons_as_one_branch_would_with_all_the_days() -> None:
    rooms = [a_day_of("x", [30, 900]), ten_tickets(), a_day_of("y", [0, 60, 2000], NEXT)]
    days = [past_day(record) for room in rooms for record in day_records(room.branch.setup, room.history)]
    together = Judged(columns_of(days), a_setup(), NOW)
    apart = Judged(merged([light(columns_of([day])) for day in days]), a_setup(), NOW)
    for figures in (
        visit_figures,
        flow_figures,
        handling,
        time_figures,
        mix,
        visit_handling_mean_s,
        service_figures,
        language_figures,
        class_figures,
    ):
        reckon: Callable[[Judged], object] = figures
        assert reckon(apart) == reckon(together)


def test_a_branch_alone_has_the_figures_of_its_own_report(store: Store, received: Received) -> None:
    room = ten_tickets()
    arrive(received, room)
    own = report(store)
    same = figures_of_days(list(day_records(room.branch.setup, room.history)), NOW)
    (branch,) = own.branches
    assert branch.visits == own.overall.visits == same.overall.visits
    assert (branch.flow, branch.mix) == (same.overall.flow, same.overall.mix)
    assert [(one.visits, one.flow) for one in own.services] == [(one.visits, one.flow) for one in same.services]
    assert own.languages == same.languages
    assert own.classes == same.classes


def test_days_of_the_same_date_stand_in_one_line(store: Store, received: Received) -> None:
    arrive(received, a_day_of("harbour", [60, 60]))
    arrive(received, a_day_of("station", [180]))
    arrive(received, a_day_of("market", [60], NEXT))
    figures = report(store, DAY, NEXT)
    assert [(one.key, one.visits.issued, one.visits.wait.wait_mean_s) for one in figures.by_day] == [
        (DAY, 3, 100.0),
        (NEXT, 1, 60.0),
    ]
    assert [one.key for one in figures.branches] == ["harbour", "market", "station"]


def test_a_branch_of_which_nothing_is_known_is_named(store: Store, received: Received) -> None:
    arrive(received, a_day_of("harbour", [60]))
    arrive(received, a_day_of("station", [60], NEXT))
    arrive(received, a_day_of("market", [60], closed=False))
    figures = report(store)
    assert figures.missing == ("market", "station")
    assert "market, station" in as_html(figures, words("en"))


def test_a_branch_of_which_not_everything_has_arrived_is_named(store: Store, received: Received) -> None:
    heard = {"prompt": NOW, "silent": moment(f"{DAY} 18:00"), "late": NOW, "forked": NOW, "went-on": NOON}
    for branch, at in heard.items():
        room = a_day_of(branch, [60])
        arrive(received, room, at)
        if branch == "late":
            received.take(branch, Parcel(0, GENESIS, len(room.history) + 5, at), at)
        if branch == "forked":
            received.take(branch, Parcel(3, bytes(32), len(room.history), at), at)
        if branch == "went-on":
            for wait_s in (30, 60):
                room.clock.now = moment(f"{NEXT} 09:00") + wait_s
                room.issue()
            arrive(received, room, NOON)
    figures = report(store)
    assert figures.late == ("forked", "late", "silent")
    assert "forked, late, silent" in as_html(figures, words("en"))
    assert figures.overall.visits.issued == 5


def test_a_time_whose_rows_gave_way_is_named(store: Store, received: Received) -> None:
    room = a_day_of("harbour", [60, 60])
    made = rows("harbour", room.history)
    arrive(received, room, NOW)
    kept = made[:-1]
    lost = Parcel(len(kept), kept[-1].hash, len(kept), NOW, lost=True)
    assert received.take("harbour", lost, NOW).forked == len(made)
    received.give_way("harbour", NOW)
    assert received.take("harbour", lost, NOW).seq == len(kept)
    arrive(received, a_day_of("station", [60]), NOW)
    assert report(store).replaced == ("harbour",)
    assert "harbour" in as_csv(report(store))
    arrive_rows(received, room.branch.setup, made, NOW)
    assert report(store, DAY).overall.visits.issued == 3


def test_a_branch_that_cannot_be_read_keeps_nobody_from_the_figures(
    store: Store, received: Received, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(received, a_day_of("harbour", [60]))
    made = rows("adverse", a_day_of("adverse", [60]).history)
    last = made[-1]
    body = last.body.replace('"DayClosed"', '"TicketTeleported"')
    hashed = link(made[-2].hash, "adverse", last.seq, last.at, last.actor, body)
    strange = Entry(last.seq, last.at, "TicketTeleported", last.actor, body, hashed)
    arrive_rows(received, a_setup(id="adverse"), [*made[:-1], strange])
    figures = report(store)
    assert figures.overall.visits.issued == 1
    assert figures.missing == ("adverse",)


def test_nothing_known_is_no_report(store: Store) -> None:
    assert ChainReckoning(store, OFFICE).period(Asked("range", date(2024, 3, 5), date(2024, 3, 5)), NOW) is None


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_form_shows_the_same(store: Store, received: Received, language: str) -> None:
    arrive(received, ten_tickets())
    arrive(received, a_day_of("harbour", [60, 60]))
    figures, mine = report(store), words(language)
    told = json.loads(as_json(figures, mine))
    assert told["overall"]["visits"]["issued"] == 12
    assert {one["key"] for one in told["branches"]} == {"test-branch", "harbour"}
    assert "chain,issued" in as_csv(figures)
    assert "branch/harbour,issued" in as_csv(figures)
    page = as_html(figures, mine)
    assert "Northern Bank" in page
    assert f'dir="{mine.direction}"' in page
    assert as_xlsx(figures, mine).startswith(b"PK")
    assert msgspec.json.decode(as_json(figures, mine))["definitions"]["issued"]["definition"]
