from __future__ import annotations

from pathlib import Path

import pytest

from hardware import alerts
from hardware.document import Document, Number
from hardware.paper_roll import slip_mm
from hardware.profiles import EIGHTY_MM, TM_T88
from hardware.spool import Spool

SLIP = Document((Number("A001"),), "en")


def print_mm(spool: Spool, ticket: str, mm: float, printer: str = "main") -> None:
    spool.put(ticket, 0, SLIP)
    job = spool.claim(printer)
    assert job is not None
    assert spool.move(job, "printed", paper_mm=mm) is not None


def test_a_slip_takes_its_length_and_the_way_to_the_cutter() -> None:
    assert slip_mm(203, EIGHTY_MM) == pytest.approx(25.4 + 15.0)
    assert slip_mm(180, TM_T88) == pytest.approx(25.4 + 15.0)


def test_what_each_printer_used_is_added_up_and_survives_a_restart(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        print_mm(spool, "t1", 120.0)
        print_mm(spool, "t2", 80.0)
        print_mm(spool, "t3", 500.0, printer="spare")
    with Spool(tmp_path / "spool.db") as spool:
        assert spool.roll("main", 80.0).left_m() == pytest.approx(79.8)
        assert spool.roll("spare", 80.0).left_m() == pytest.approx(79.5)


def test_a_new_roll_starts_anew_for_its_own_printer_only(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        print_mm(spool, "t1", 1000.0)
        print_mm(spool, "t2", 1000.0, printer="spare")
        spool.roll("main", 80.0).changed()
        assert spool.roll("main", 80.0).left_m() == 80.0
        assert spool.roll("spare", 80.0).left_m() == 79.0


def test_less_than_a_tenth_is_an_alert_and_less_than_nothing_is_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        roll = spool.roll("main", 50.0)
        print_mm(spool, "t1", 45_000.0)
        assert list(alerts.of_rolls([roll], 1.0)) == []
        print_mm(spool, "t2", 100.0)
        (alert,) = alerts.of_rolls([roll], 1.0)
        assert (alert.device, alert.kind, alert.subject) == ("main", "roll_low", "")
        assert "5 of 50 m" in alert.detail
        print_mm(spool, "t3", 9_000.0)
        assert roll.left_m() == 0.0


def test_paper_is_counted_once_and_only_for_a_job_that_ended(tmp_path: Path) -> None:
    with Spool(tmp_path / "spool.db") as spool:
        spool.put("t1", 0, SLIP)
        job = spool.claim("main")
        assert job is not None
        assert spool.move(job, "unknown", paper_mm=1000.0) is not None
        assert spool.move(job, "printed", paper_mm=1000.0) is None
        assert spool.roll("main", 80.0).left_m() == 79.0
