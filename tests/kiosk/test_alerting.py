"""Printers' alerts as the branch's: what is told, under which key, and what an earlier start had told already."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from hardware.alerts import Alert, Kind
from kiosk import alerting
from lobby.queue import alerts as branch
from lobby.queue import commands as c
from lobby.queue.alerts import PROBLEMS
from lobby.words import LANGUAGES, words
from tests.builders import KIOSK, Room

OUT = Alert("main", "paper_out", "", 1709629200.25, "the printer is out of paper")
SPOOL = Alert("spool", "spool", "", 1709629200.25, "the disk is full")


def test_an_alert_is_told_with_its_device_problem_and_sentence() -> None:
    unknown = Alert("main", "slip_unknown", "2024-03-05-A001", 1.0, "the cable was pulled")
    assert alerting.command(unknown, True) == c.RaiseAlert(
        "main", "slip_unknown", "2024-03-05-A001", "the cable was pulled"
    )
    assert alerting.command(unknown, False) == c.ResolveAlert("main", "slip_unknown", "2024-03-05-A001")


def test_a_sentence_is_cut_to_what_the_branch_takes() -> None:
    told = alerting.command(replace(OUT, detail="x" * 1000), True)
    assert c.read({"device": told.device, "problem": told.problem, "detail": told.detail}, c.RaiseAlert) == told  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_branch_has_a_sentence_in_each_language_for_whatever_a_printer_may_need(kind: str) -> None:
    said = {words(language)(PROBLEMS[kind]) for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)


def test_each_machines_spool_has_a_name_of_its_own() -> None:
    assert alerting.command(SPOOL, True).device == "spool"
    assert alerting.command(SPOOL, True, "kiosk-2 spool") == c.RaiseAlert("kiosk-2 spool", "spool", "", SPOOL.detail)
    assert alerting.command(OUT, False, "kiosk-2 spool").device == "main"


def test_the_same_alert_has_the_same_key_and_raising_and_resolving_have_two() -> None:
    assert alerting.key(OUT, True) == alerting.key(replace(OUT, detail="in other words"), True)
    assert alerting.key(OUT, True) != alerting.key(OUT, False)


@pytest.mark.parametrize(
    "other",
    [
        replace(OUT, device="spare"),
        replace(OUT, kind="cover_open"),
        replace(OUT, subject="2024-03-05-A001"),
        replace(OUT, since=OUT.since + 0.001),
    ],
)
def test_alerts_that_differ_in_one_thing_have_different_keys(other: Alert) -> None:
    """Else the second would be refused as another request under a used key, and none after it could be told."""
    assert alerting.key(OUT, True) != alerting.key(other, True)


def test_a_key_can_be_sent_whatever_devices_and_tickets_are_called() -> None:
    key = alerting.key(Alert("Drucker Süd " * 9, "slip_unknown", "список " * 20, 1.0, ""), True)
    assert key.isascii()
    assert key.isprintable()
    assert len(key) <= 100


def opened(room: Room, *told: c.RaiseAlert) -> list[branch.Alert]:
    for command in told:
        room.do(command, KIOSK)
    return list(room.branch.alerts.values())


def test_what_was_told_of_these_devices_is_known_again(room: Room) -> None:
    known = opened(room, c.RaiseAlert("main", "paper_out", "", "out"), c.RaiseAlert("spool", "spool", "", "full"))
    found = alerting.still_open(known, ["main"])
    since = room.clock() / 1000
    assert found == [Alert("main", "paper_out", "", since, "out"), Alert("spool", "spool", "", since, "full")]
    assert [alerting.command(alert, False) for alert in found] == [
        c.ResolveAlert("main", "paper_out"),
        c.ResolveAlert("spool", "spool"),
    ]


def test_what_other_machines_told_is_left_to_them(room: Room) -> None:
    known = opened(
        room,
        c.RaiseAlert("kiosk-2 printer 1", "paper_out"),
        c.RaiseAlert("kiosk-2 spool", "spool"),
        c.RaiseAlert("screen", "silent"),
    )
    assert alerting.still_open(known, ["main"]) == []
    ours = alerting.still_open(known, ["kiosk-2 printer 1"], "kiosk-2 spool")
    assert [(one.device, one.kind) for one in ours] == [("kiosk-2 printer 1", "paper_out"), ("spool", "spool")]
