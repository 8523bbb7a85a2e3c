"""Accounts and tokens on the command line: what is refused changes nothing and leaves no line in the trail."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from lobby.command_line.branch import write_example
from lobby.command_line.staff import staff
from lobby.command_line.token import token
from lobby.config import load
from lobby.records.acts import Acts
from lobby.records.staff import Staff
from lobby.records.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("admission") / "branch"
    write_example(folder)
    with closing(Store.in_folder(folder)) as store:
        Staff(store).add("ann", "Ann", "administrator", 0)
        Staff(store).add("bob", "Bob", "teller", 0)
    return folder


def acts(folder: Path) -> list[tuple[str, str]]:
    with closing(Store.in_folder(folder)) as store:
        return [(act.kind, act.about) for act in Acts(store, load(folder).setup.id).read()]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("staff add --role teller --name Bob bob", "The user name bob is taken."),
        ("staff remove nobody", "Nobody has the user name nobody."),
        ("staff reset nobody", "Nobody has the user name nobody."),
        ("staff role nobody teller", "Nobody has the user name nobody."),
        ("staff link nobody subject", "Nobody has the user name nobody."),
        ("staff sign-out nobody", "Nobody has the user name nobody."),
        ("staff remove ann", "ann is the only administrator. Make somebody else one first."),
        ("staff role ann teller", "ann is the only administrator. Make somebody else one first."),
        ("token revoke --id zzz", "no token has the id zzz"),
        ("token revoke --name nothing", "no token has the name nothing"),
        ("token rotate zzz", "no token has the id zzz"),
    ],
)
def test_what_is_refused_leaves_no_line_of_having_been_done(folder: Path, command: str, said: str) -> None:
    before = acts(folder)
    group, *words = command.split()
    done = CliRunner().invoke({"staff": staff, "token": token}[group], [*words, "--data", str(folder)])
    assert done.exit_code == 1
    assert said in str(done.exception) + done.output
    assert acts(folder) == before


def test_a_list_of_tokens_says_what_stands_where(folder: Path) -> None:
    def run(*words: str) -> str:
        return CliRunner().invoke(token, [*words, "--data", str(folder)]).output

    assert run("list") == ""
    run("create", "--role", "kiosk", "--name", "door")
    heading, row = run("list").splitlines()
    assert heading == "id\trole\tname\tsince\tused\tuntil"
    assert row.split("\t")[1:3] == ["kiosk", "door"]


@pytest.mark.parametrize("odd", ["a b", "", "ann\u200b", "tab\tname", "x" * 65])
def test_a_user_name_that_nobody_could_type_is_refused(folder: Path, odd: str) -> None:
    done = CliRunner().invoke(staff, ["add", "--data", str(folder), "--role", "teller", "--name", "Odd", odd])
    assert done.exit_code == 1
    assert "A user name has letters, digits" in str(done.exception)


def test_an_administrator_who_is_not_the_last_may_be_taken_out(folder: Path) -> None:
    def run(*words: str) -> int:
        return CliRunner().invoke(staff, [*words, "--data", str(folder)]).exit_code

    assert run("add", "--role", "administrator", "--name", "Eve", "eve@bank.example") == 0
    assert run("remove", "eve@bank.example") == 0
    assert acts(folder)[-1] == ("staff-disabled", "eve@bank.example")
