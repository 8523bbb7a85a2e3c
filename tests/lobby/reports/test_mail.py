"""`lobby report --mail`: a report goes out once, whatever happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import EmailMessage
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from time import time_ns
from typing import cast

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from lobby.command_line.report import report
from lobby.config import load
from lobby.outbound.mailed import FILE, Mailed
from lobby.queue import commands as c
from tests.builders import ANN, KIOSK, MIA, Clock, a_desk, moment
from tests.lobby.outbound.fake_smtp import Mailbox, a_mail_server

DAY = "2024-03-05"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with a_mail_server() as box:
        yield box


@pytest.fixture
def branch(tmp_path: Path, box: Mailbox) -> Path:
    """A data folder with a day that is over, whose reports go to Mia and Bob."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    mail = f'server = "127.0.0.1:{box.port}"\nfrom = "lobby@bank.example"\nto = ["mia@x", "bob@x"]\nstarttls = false\n'
    (tmp_path / "branch.toml").write_text(f"{example}\n[mail]\n{mail}", encoding="utf-8")
    clock = Clock(moment(f"{DAY} 09:00"))
    desk = a_desk(tmp_path, clock=clock, setup=load(tmp_path).setup)
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.Issue("cash"), key="2", actor=KIOSK)
    clock.forward(minutes=3)
    desk.submit(c.CallNext(1), key="3", actor=ANN)
    desk.submit(c.CloseDay(), key="4", actor=MIA)
    return tmp_path


def mailed(branch: Path, *options: str) -> Result:
    return CliRunner().invoke(report, ["--data", str(branch), "--mail", *options])


def test_the_mail_has_the_figures_the_page_and_the_workbook(branch: Path, box: Mailbox) -> None:
    result = mailed(branch)
    assert (result.exit_code, result.stdout) == (0, f"day/{DAY} mailed to mia@x, bob@x\n")
    (letter,) = box.mails()
    assert letter["Subject"] == "Main Street: Tuesday, March 5, 2024"
    assert letter["Content-Language"] == "en"
    text, page, book = (cast(EmailMessage, part) for part in letter.iter_parts())
    assert "Mean wait: " in text.get_content()
    assert page.get_filename() == f"main-street-day-{DAY}.html"
    assert "<!doctype html>" in page.get_content()
    assert load_workbook(BytesIO(book.get_content())).sheetnames[0] == "Overview"


def test_a_report_is_mailed_once(branch: Path, box: Mailbox) -> None:
    assert mailed(branch).exit_code == 0
    again = mailed(branch)
    assert (again.exit_code, again.stdout) == (0, f"day/{DAY} was mailed before\n")
    assert len(box.got) == 1
    assert mailed(branch, "--again").exit_code == 0
    assert len(box.got) == 2
    assert box.mails()[0]["Message-ID"] == box.mails()[1]["Message-ID"]


def test_only_who_was_refused_is_tried_again(branch: Path, box: Mailbox) -> None:
    box.refuse["RCPT TO:<bob@"] = "450 mailbox full"
    result = mailed(branch)
    assert (result.exit_code, result.stderr) == (1, "Error: not mailed to bob@x (answered 450 mailbox full)\n")
    box.refuse.clear()
    assert mailed(branch).exit_code == 0
    assert [to for to, _ in box.got] == [["mia@x"], ["bob@x"]]


def test_a_server_that_is_away_is_a_failure_and_tried_again(branch: Path, box: Mailbox) -> None:
    box.break_at = "EHLO"
    failed = mailed(branch)
    assert failed.exit_code == 1
    assert failed.stderr.startswith("Error: not mailed to mia@x, bob@x (")
    box.break_at = ""
    assert mailed(branch).exit_code == 0
    assert len(box.got) == 1


def test_a_mail_that_may_have_gone_out_is_not_sent_again_by_itself(branch: Path, box: Mailbox) -> None:
    box.break_at = "."
    assert "may have been mailed or not to mia@x, bob@x" in mailed(branch).stderr
    box.break_at = ""
    unsure = mailed(branch)
    assert unsure.exit_code == 1
    assert "--again" in unsure.stderr
    assert box.got == []
    assert mailed(branch, "--again").exit_code == 0


def test_nothing_is_sent_of_which_nothing_can_be_kept(branch: Path, box: Mailbox) -> None:
    (branch / FILE).mkdir()
    result = mailed(branch)
    assert result.exit_code == 1
    assert "cannot be kept" in result.stderr
    assert box.got == []


def test_a_week_in_which_nothing_happened_is_no_failure(branch: Path, box: Mailbox) -> None:
    result = mailed(branch, "--week")
    assert result.exit_code == 0
    assert result.stdout.endswith("nothing was mailed\n")
    assert box.got == []


def test_a_week_and_a_month_are_reports_of_their_own(branch: Path, box: Mailbox) -> None:
    for option in (("--week", DAY), ("--month", "2024-03"), ("--from", DAY, "--to", DAY)):
        assert mailed(branch, *option).exit_code == 0
    assert len(box.got) == 3
    assert mailed(branch, "--week", "2024-03-10").stdout == "week/2024-03-04 was mailed before\n"


def test_a_day_that_goes_on_is_not_mailed(branch: Path, box: Mailbox) -> None:
    desk = a_desk(branch, clock=lambda: time_ns() // 1_000_000, setup=load(branch).setup)
    desk.submit(c.Issue("cash"), key="9", actor=KIOSK)
    today = desk.state.day
    assert mailed(branch).stdout == f"day/{DAY} mailed to mia@x, bob@x\n"
    result = mailed(branch, "--day", today)
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: day/{today} is not over; its report is mailed when it is\n",
    )
    assert len(box.got) == 1


def test_without_a_mail_server_in_the_branch_file_it_says_so(branch: Path) -> None:
    file = branch / "branch.toml"
    file.write_text(file.read_text(encoding="utf-8").partition("\n[mail]")[0], encoding="utf-8")
    result = mailed(branch)
    assert result.exit_code == 1
    assert "there is no [mail]" in result.stderr


def test_a_server_without_tls_is_told_no_password(branch: Path, box: Mailbox) -> None:
    secret = branch / "secret"
    secret.write_text("a long secret\n")
    secret.chmod(0o600)
    file = branch / "branch.toml"
    text = file.read_text(encoding="utf-8").replace("starttls = false", 'user = "lobby"\npassword_file = "secret"')
    file.write_text(text, encoding="utf-8")
    assert "STARTTLS" in mailed(branch).stderr  # this server has none, and is told no password
    assert not [command for command in box.said if command.startswith("AUTH")]


@pytest.mark.parametrize("options", [["--format", "html"], ["--output", "day.html"], ["--complaints"]])
def test_what_is_mailed_is_not_chosen(branch: Path, options: list[str]) -> None:
    assert mailed(branch, *options).exit_code == 2


def test_a_line_that_a_power_cut_has_torn_counts_for_nothing(tmp_path: Path) -> None:
    with Mailed(tmp_path) as kept:
        kept.note("day/1", ["mia@x"], "sent", 1)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"report":"day/2","to":"mia')
    with Mailed(tmp_path) as kept:
        assert (kept.state("day/1", "mia@x"), kept.state("day/2", "mia@x")) == ("sent", None)
        kept.note("day/2", ["mia@x"], "begun", 2)
    with Mailed(tmp_path) as kept:
        assert kept.state("day/2", "mia@x") == "begun"
    assert json.loads((tmp_path / FILE).read_bytes().splitlines()[0])["state"] == "sent"
