from __future__ import annotations

from dataclasses import replace

import pytest

from hardware import alerts
from hardware.alerts import Alert, Kind, Sighting, Watch, looked, printed, see
from hardware.print_job import Job, State
from hardware.status import Fault, Paper, PrinterStatus

WELL = PrinterStatus(True, "ok")
OUT = PrinterStatus(False, "out")
SILENT = PrinterStatus(False, error="printer main does not answer", fault="silent")


def after(*sightings: Sighting, watch: Watch | None = None) -> Watch:
    watch = watch or Watch()
    for sighting in sightings:
        watch = see(watch, sighting)
    return watch


def looks(*statuses: PrinterStatus) -> list[Sighting]:
    return [looked("main", status, float(at)) for at, status in enumerate(statuses)]


def kinds(watch: Watch) -> list[Kind]:
    return sorted(kind for _, kind, _ in watch.open)


def test_what_two_looks_in_a_row_say_begins_and_what_two_deny_is_over() -> None:
    assert kinds(after(*looks(OUT))) == []
    assert kinds(after(*looks(OUT, OUT))) == ["paper_out"]
    assert kinds(after(*looks(OUT, OUT, WELL))) == ["paper_out"]
    assert kinds(after(*looks(OUT, OUT, WELL, WELL))) == []


def test_a_sensor_that_flaps_begins_nothing_and_ends_nothing() -> None:
    assert kinds(after(*looks(*[OUT, WELL] * 20))) == []
    begun = after(*looks(OUT, OUT))
    assert kinds(after(*looks(*[WELL, OUT] * 20), watch=begun)) == ["paper_out"]


def test_paper_and_cover_found_by_a_job_begin_at_once_and_the_rest_waits_for_a_second_look() -> None:
    both = PrinterStatus(False, "out", cover_open=True, error="the printer's cutter is jammed", fault="cutter")
    assert kinds(after(looked("main", both, 1.0, by_job=True))) == ["cover_open", "paper_out"]
    assert kinds(after(looked("main", both, 1.0, by_job=True), looked("main", both, 2.0))) == [
        "cover_open",
        "cutter",
        "paper_out",
    ]


def test_a_printed_slip_ends_every_obstacle_at_once_but_says_nothing_of_the_roll() -> None:
    near = PrinterStatus(True, "near_end", error="the printer's head is too hot", fault="error")
    begun = after(*looks(near, near))
    assert kinds(begun) == ["error", "paper_near_end"]
    assert kinds(see(begun, printed("main", 9.0))) == ["paper_near_end"]


def test_silence_proves_nothing_about_the_paper() -> None:
    begun = after(*looks(OUT, OUT, SILENT, SILENT, SILENT))
    assert kinds(begun) == ["paper_out", "silent"]
    assert kinds(after(*looks(WELL, WELL), watch=begun)) == []


def test_paper_that_is_out_leaves_the_warning_before_it_open() -> None:
    near = PrinterStatus(True, "near_end")
    assert kinds(after(*looks(near, near, OUT, OUT, OUT))) == ["paper_near_end", "paper_out"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (PrinterStatus(True, "near_end"), "paper_near_end"),
        (OUT, "paper_out"),
        (PrinterStatus(False, "ok", cover_open=True), "cover_open"),
        (PrinterStatus(False, "ok", error="jammed", fault="cutter"), "cutter"),
        (PrinterStatus(False, "ok", error="hot", fault="error"), "error"),
        (PrinterStatus(False, "ok"), "offline"),
        (SILENT, "silent"),
        (PrinterStatus(False, error="something answers", fault="wrong_device"), "wrong_device"),
        (PrinterStatus(False, error="a package is missing", fault="not_set_up"), "not_set_up"),
    ],
)
def test_each_condition_is_one_alert_with_a_sentence_and_its_beginning(status: PrinterStatus, kind: Kind) -> None:
    watch = after(*looks(status, status))
    (alert,) = watch.open.values()
    assert (alert.device, alert.kind, alert.subject, alert.since) == ("main", kind, "", 1.0)
    assert alert.detail


@pytest.mark.parametrize("paper", ["ok", "near_end", "out", "unknown"])
@pytest.mark.parametrize("cover", [False, True])
@pytest.mark.parametrize("online", [False, True])
@pytest.mark.parametrize("fault", ["", "cutter", "silent"])
def test_whatever_stops_a_printer_is_an_alert(paper: Paper, cover: bool, online: bool, fault: Fault) -> None:
    status = PrinterStatus(online, paper, cover, "a reason" if fault else "", fault)
    assert bool(set(kinds(after(*looks(status, status)))) & alerts.OBSTACLES) == bool(status.obstacle)


def test_printers_are_told_apart() -> None:
    watch = after(*looks(OUT, OUT), looked("spare", WELL, 3.0), looked("spare", WELL, 4.0))
    assert list(watch.open) == [("main", "paper_out", "")]


def job(ticket: str, state: State, printer: str = "main", copy: int = 0) -> Job:
    return Job(1, ticket, copy, b"", state, 0, "the reason", 1.0, 2.0, printer, "")


def test_each_held_or_unknown_slip_is_an_alert_until_staff_decide() -> None:
    jobs = [job("t1", "held", printer=""), job("t2", "unknown"), job("t3", "queued"), job("t4", "printed")]
    begun = alerts.with_all(Watch(), alerts.OF_SLIPS, alerts.of_slips(jobs, "main"))
    assert [alert for alert, _ in alerts.differences(Watch(), begun)] == [
        Alert("main", "slip_held", "t1", 2.0, "the reason"),
        Alert("main", "slip_unknown", "t2", 2.0, "the reason"),
    ]
    over = alerts.with_all(begun, alerts.OF_SLIPS, alerts.of_slips([jobs[0]], "main"))
    assert alerts.differences(begun, over) == [(begun.open["main", "slip_unknown", "t2"], False)]


def test_two_copies_of_one_ticket_are_one_alert_until_both_are_settled() -> None:
    both = [job("t1", "held"), replace(job("t1", "held", copy=1), changed_at=9.0)]
    begun = alerts.with_all(Watch(), alerts.OF_SLIPS, alerts.of_slips(both, "main"))
    assert [alert.since for alert in begun.open.values()] == [2.0]
    one = alerts.with_all(begun, alerts.OF_SLIPS, alerts.of_slips(both[1:], "main"))
    assert alerts.differences(begun, one) == []
    assert alerts.with_all(one, alerts.OF_SLIPS, ()).open == {}


def test_an_open_alert_keeps_its_beginning() -> None:
    first = alerts.with_all(Watch(), ("spool",), alerts.of_spool("the disk is full", 1.0))
    later = alerts.with_all(first, ("spool",), alerts.of_spool("the disk is still full", 2.0))
    assert alerts.differences(first, later) == []
    assert [alert.since for alert in later.open.values()] == [1.0]
    assert alerts.with_all(later, ("spool",), alerts.of_spool("", 3.0)).open == {}


def test_a_printer_that_is_gone_from_the_branch_file_has_no_alerts() -> None:
    begun = after(*looks(OUT, OUT))
    assert alerts.differences(begun, alerts.without_strangers(begun, ["other"])) == [
        (begun.open["main", "paper_out", ""], False)
    ]


def test_an_alert_of_a_kind_that_nobody_knows_any_more_is_over() -> None:
    old = Alert("main", "ribbon", "", 1.0, "the ribbon is worn")  # type: ignore[arg-type]
    assert alerts.without_strangers(Watch({old.key: old}), ["main"]).open == {}
