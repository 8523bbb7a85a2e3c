"""The check on a customer's slip proves when they came, were called and served."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from lobby.config import load
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.records import journal
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.ticket_check import ticket_check
from lobby.records.ticket_record import ticket_record
from tests.builders import KIOSK, TUESDAY, Clock
from tests.lobby.records.branch_folder import BRANCH, copy_of, forge, live_through_days, rewrite, run

CHECK = re.compile("[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


@pytest.fixture(scope="module")
def lived(memory_folder: Path) -> tuple[Path, list[str]]:
    """The branch, and the checks on its slips."""
    printed = live_through_days(memory_folder / "checked", Clock())
    return memory_folder / "checked", [ticket.check for ticket in printed]


@pytest.fixture
def folder(lived: tuple[Path, list[str]], place: Path) -> Path:
    return copy_of(lived[0], place / "branch")


def test_each_slip_bears_a_check_of_its_own(lived: tuple[Path, list[str]]) -> None:
    checks = lived[1]
    assert all(CHECK.fullmatch(check) for check in checks)
    assert len(set(checks)) == len(checks)


def test_a_retry_a_copy_and_an_answer_after_a_restart_bear_the_same_check(folder: Path) -> None:
    setup, clock, checks = load(folder).setup, Clock(TUESDAY + 5 * 86_400_000), set()
    for _ in range(2):
        with closing(Store.in_folder(folder)) as store:
            desk = Desk(setup, Journal(store, setup.id), clock=clock)
            door = desk.door(KIOSK)
            issued = door.submit(c.Issue("cash"), key="tap").ticket
            copied = door.submit(c.Reprint(issued.id), key="again").ticket  # type: ignore[union-attr]
            checks |= {issued.check, copied.check}  # type: ignore[union-attr]
            shown = door.ticket("A001")
            assert (shown.check, shown.issued_seq) == ("", 0), "who only looks at a ticket sees no check"
    (check,) = checks
    assert CHECK.fullmatch(check)


def test_a_check_is_that_of_the_row_also_when_it_is_not_remembered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "RECENT", 2)
    with closing(Store.in_folder(folder)) as store:
        setup = load(folder).setup
        desk = Desk(setup, Journal(store, setup.id), clock=Clock(TUESDAY + 5 * 86_400_000))
        door = desk.door(KIOSK)
        tickets = [door.submit(c.Issue("cash"), key=f"tap {tap}").ticket for tap in range(5)]
        again = [door.submit(c.Issue("cash"), key=f"tap {tap}").ticket for tap in range(5)]
        hashes = {entry.seq: entry.hash for entry in desk.journal.entries()}
    assert tickets == again
    assert [ticket_check(hashes[one.issued_seq]) for one in tickets if one] == [one.check for one in tickets if one]


def test_issue_call_start_and_end_are_said_and_slip_and_journal_agree(
    lived: tuple[Path, list[str]], folder: Path
) -> None:
    check = lived[1][0]
    answer = run(
        "audit", "ticket", "a001", "--day", "2024-03-05", "--check", check.lower().replace("-", " "), "--data", folder
    )
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines()[:5] == [
        "A001 of 2024-03-05",
        "issued       2024-03-05 09:00:00  (row 3)",
        "called       2024-03-05 09:15:00  counter 1  (row 6)",
        "started      2024-03-05 09:15:00  counter 1  (row 7)",
        "finished     2024-03-05 09:19:00  counter 1  (row 8)",
    ]
    assert f"The check {check} is that of row 3: slip and journal agree." in answer.output
    plain = json.loads(
        run("audit", "ticket", "A001", "--day", "2024-03-05", "--check", check, "--json", "--data", folder).stdout
    )
    assert (plain["agrees"], plain["journal_whole"], len(plain["events"])) == (True, True, 4)


def test_the_latest_day_is_meant_where_none_is_given(folder: Path) -> None:
    assert run("audit", "ticket", "A002", "--data", folder).output.startswith("A002 of 2024-03-07\n")


def test_a_check_of_another_day_or_of_nobody_does_not_agree(lived: tuple[Path, list[str]], folder: Path) -> None:
    for check in (lived[1][3], "0000-0000"):
        answer = run("audit", "ticket", "A001", "--day", "2024-03-05", "--check", check, "--data", folder)
        assert (answer.exit_code, "slip and journal do not agree" in answer.output) == (1, True)
    assert run("audit", "ticket", "A001", "--check", "12-34", "--data", folder).exit_code == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET at = at + 600000 WHERE seq = 3",
        "UPDATE events SET at = at - 600000 WHERE seq = 6",
        "UPDATE events SET body = 'nonsense' WHERE seq = 3",
        "DELETE FROM events WHERE seq = 2",
    ],
    ids=["issue", "call", "spoiled", "before it"],
)
def test_a_slip_proves_nothing_any_more_once_the_journal_was_touched(
    lived: tuple[Path, list[str]], folder: Path, statement: str
) -> None:
    forge(folder, statement)
    answer = run("audit", "ticket", "A001", "--day", "2024-03-05", "--check", lived[1][0], "--data", folder)
    assert answer.exit_code == 1


def test_every_slip_printed_after_a_row_that_was_rewritten_gives_it_away(
    folder: Path, lived: tuple[Path, list[str]]
) -> None:
    checks = dict(zip(["2024-03-05", "2024-03-06", "2024-03-07"], lived[1][::3], strict=True))
    with closing(Store.in_folder(folder)) as store:
        rows = {day: ticket_record(store, BRANCH, "A001", day) for day in checks}
    second = rows["2024-03-06"]
    assert second is not None
    rewrite(folder, second.lines[0].seq - 1)
    with closing(Store.in_folder(folder)) as store:
        assert Journal(store, BRANCH).verify() > 0, "the chain itself is whole"
        found = {day: ticket_record(store, BRANCH, "A001", day, check) for day, check in checks.items()}
    proved = {day: record.proved for day, record in found.items() if record}
    assert proved == {"2024-03-05": True, "2024-03-06": False, "2024-03-07": False}


def test_a_number_that_nobody_had_is_not_known(folder: Path) -> None:
    answer = run("audit", "ticket", "Z999", "--data", folder)
    assert (answer.exit_code, "knows no ticket Z999" in answer.output) == (1, True)


def test_a_slip_of_a_kiosk_that_was_alone_has_no_check_and_that_is_said(folder: Path) -> None:
    clock = Clock(TUESDAY + 5 * 86_400_000)
    with closing(Store.in_folder(folder)) as store:
        setup = load(folder).setup
        door = Desk(setup, Journal(store, setup.id), clock=clock).door(KIOSK)
        (lease, *_) = door.submit(c.LeaseNumbers("cash", "holder", 10), key="lease").leases
        number = setup.services["cash"].number(lease.first)
        clock.forward(minutes=10)
        hand_in = c.HandIn(number, "cash", "holder", "token", clock() - 300_000)
        door.submit(hand_in, key="hand in")
    answer = run("audit", "ticket", number, "--data", folder)
    assert answer.exit_code == 0
    assert "A kiosk issued it without the server" in answer.output
    assert "issued       2024-03-10 " in answer.output
