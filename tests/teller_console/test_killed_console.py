"""A real console on a terminal, a real server, and `kill -9`: nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import pytest

from lobby.queue import commands as c
from lobby.queue.events import InteractionRecorded, TicketCalled
from lobby.queue.ticket import State
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BRANCH, PATIENT, BranchProcess, lobby, until
from tests.teller_console.terminal import Terminal

pytestmark = pytest.mark.slow
PASSWORD = "counting sheep"


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[BranchProcess]:
    """A running branch with the teller maria."""
    made = BranchProcess(tmp_path / "branch")
    made.start()
    first = lobby("staff", "add", "--data", made.folder, "--role", "teller", "--name", "Maria", "maria")
    assert first.returncode == 0, first.stderr
    one_time = first.stdout.split()[-1]
    session = RemoteDesk.sign_in(made.url, "maria", one_time)
    RemoteDesk.change_password(made.url, session.token, one_time, PASSWORD)
    yield made
    made.close()


@pytest.fixture
def desk(branch: BranchProcess) -> Iterator[RemoteDesk]:
    """The branch as a kiosk sees it."""
    made = RemoteDesk(branch.url, branch.token("supervisor", "test"), BRANCH, patience=PATIENT)
    yield made
    made.close()


@pytest.fixture
def console(branch: BranchProcess, tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """Starts consoles of maria's at counter 3, all on one machine."""
    with ExitStack() as ended:

        def start() -> Terminal:
            arguments = ("--server", branch.url, "--user", "maria", "--counter", "3", "--language", "en")
            terminal = Terminal(*arguments, state=tmp_path / "state")
            ended.callback(terminal.close)
            terminal.sees("Sign in", "Password")
            terminal.type(f"{PASSWORD}\r")
            terminal.sees("Queue")
            return terminal

        yield start


def issue(desk: RemoteDesk) -> str:
    answer = desk.submit(c.Issue("cash"), key=secrets.token_hex(8))
    assert answer.ticket is not None
    return answer.ticket.number


def is_in(desk: RemoteDesk, number: str, state: State) -> bool:
    return desk.ticket(number).state is state


def kept(folder: Path) -> str:
    """What stands in the consoles' files, which come and go."""
    said = ""
    for path in (folder / "state").rglob("*.json"):
        with suppress(FileNotFoundError):
            said += path.read_text(encoding="utf-8")
    return said


def test_a_note_is_there_again_after_kill_9_in_the_middle_of_it(
    desk: RemoteDesk, console: Callable[[], Terminal], tmp_path: Path
) -> None:
    number = issue(desk)
    teller = console()
    teller.sees("Queue", number)
    teller.type(" ")
    until(lambda: desk.ticket(number).state is State.CALLED, "the call")
    teller.type("s")
    until(lambda: desk.ticket(number).state is State.SERVING, "the start")
    teller.sees("serving")
    teller.type("f")
    teller.type("wants coins for Frid")
    until(lambda: "wants coins for Frid" in kept(tmp_path), "the note in the file")
    [path] = (tmp_path / "state").rglob("*.json")
    assert path.stat().st_mode & 0o777 == 0o600
    teller.kill()

    teller = console()
    teller.sees("serving", "wants coins for Frid")
    teller.type("f")
    teller.type("ay\r")
    until(lambda: desk.ticket(number).state is State.FINISHED, "the finish")
    until(lambda: kept(tmp_path) == "", "the draft erased, now that the branch has it")


def test_what_was_sent_and_not_answered_is_done_once_after_kill_9(
    branch: BranchProcess, desk: RemoteDesk, console: Callable[[], Terminal], tmp_path: Path
) -> None:
    first, second = issue(desk), issue(desk)
    teller = console()
    teller.sees("Queue", first)
    branch.kill()
    teller.sees("connecting")
    teller.type(" ")
    teller.sees("Not sent yet: next")
    assert "CallNext" in kept(tmp_path)
    teller.kill()
    branch.start()

    teller = console()
    until(lambda: desk.ticket(first).state is State.CALLED, "the call that was meant before")
    teller.sees("called")
    until(lambda: kept(tmp_path) == "", "nothing left to send")
    assert desk.ticket(second).state is State.WAITING


def test_kill_9_between_sending_and_the_answer_sends_nothing_twice(
    branch: BranchProcess, desk: RemoteDesk, console: Callable[[], Terminal], tmp_path: Path
) -> None:
    for _ in range(3):
        number = issue(desk)
        ended = partial(is_in, desk, number, State.FINISHED)
        teller = console()
        teller.sees("Queue", number)
        teller.type(" s")
        until(partial(is_in, desk, number, State.SERVING), "the start")
        teller.sees("serving")
        teller.type("fpaid in\r")
        until(lambda ended=ended: "Finish" in kept(tmp_path) or ended(), "the finish on its way")
        teller.kill()
        teller = console()
        until(ended, "the finish")
        until(lambda: kept(tmp_path) == "", "nothing left to send")
        teller.kill()
    said = [one.event for one in branch.journal().read(0)]
    recorded = [event for event in said if isinstance(event, InteractionRecorded)]
    called = [event for event in said if isinstance(event, TicketCalled)]
    assert len(recorded) == len({event.ticket for event in recorded}) == 3
    assert len(called) == 3


def test_the_console_says_goodbye_by_its_key(console: Callable[[], Terminal]) -> None:
    teller = console()
    teller.sees("Queue")
    assert teller.quit() == 0


def test_a_second_console_of_the_same_teller_keeps_a_file_of_its_own(
    desk: RemoteDesk, console: Callable[[], Terminal], tmp_path: Path
) -> None:
    number = issue(desk)
    first = console()
    first.sees("Queue", number)
    first.type(" s")
    until(lambda: desk.ticket(number).state is State.SERVING, "the start")
    first.sees("serving")
    second = console()
    second.sees("serving")
    first.type("f")
    first.type("of the first")
    second.type("f")
    second.type("of the second")
    until(lambda: "of the first" in kept(tmp_path) and "of the second" in kept(tmp_path), "both notes")
    assert len(list((tmp_path / "state").rglob("*.json"))) == 2
