"""`lobby webhooks` and `lobby export` on a branch's folder."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lobby.command_line.branch import write_example
from lobby.config import FILE, load
from lobby.outbound.command import webhooks
from lobby.outbound.courier import STOPPED
from lobby.outbound.cursors import Cursor, Cursors
from lobby.outbound.export_command import export
from lobby.outbound.ship_command import ship
from lobby.outbound.signing import new_secret, read_secrets
from lobby.queue import events as e
from lobby.records.entries import PrivateNote
from lobby.records.journal import Journal
from lobby.records.parcels import Standing, answer
from lobby.records.store import Store
from tests.builders import moment
from tests.lobby.outbound.receiver import Receiver, a_receiver, answers


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path, receiver: Receiver) -> Path:
    """The example branch with a webhook and three records, one of them with a note."""
    found = tmp_path / "branch"
    write_example(found)
    (found / "crm.secret").write_text(new_secret())
    with (found / FILE).open("a") as file:
        file.write(
            f'\n[[webhooks]]\nname = "crm"\nurl = "{receiver.url}"\n'
            'events = ["interaction.*"]\nsecret_file = "crm.secret"\n'
        )
    store = Store.in_folder(found)
    journal = Journal(store, load(found).setup.id)
    days = [moment(f"2024-03-{day:02} 12:00", load(found).setup.zone) for day in (5, 6, 7)]
    for seq, at in enumerate(days, 1):
        note = PrivateNote("n1", "RecordInteraction", at, "Ines") if seq == 1 else None
        event = e.InteractionRecorded("x/A001", 1, f"done-{seq}", "n1" if note else "")
        journal.append([e.Recorded(seq, at, "ann", event)], notes=[note] if note else [])
    store.close()
    return found


def test_of_a_journal_with_two_versions_it_is_not_said_that_all_has_arrived(folder: Path, receiver: Receiver) -> None:
    token, file = folder / "token", folder / FILE
    token.write_text("a-token")
    token.chmod(0o600)
    head_office = f'\n[head_office]\nurl = "{receiver.url}"\ntoken_file = "token"\n'
    file.write_text(file.read_text() + head_office)
    receiver.behaviours.append(answers(200, answer(Standing(3, forked=2))))
    done = CliRunner().invoke(ship, ["--data", str(folder)])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "1 of 3 rows have arrived as they are here",
        "Error: the head office holds another version of row 2; see head-office.md",
    ]


def run(command: str, *arguments: str | Path) -> Result:
    group = webhooks if command != "export" else export
    return CliRunner().invoke(group, [*([command] if command != "export" else []), *map(str, arguments)])


def cursors(folder: Path) -> Cursors:
    return Cursors(Store.in_folder(folder), load(folder).setup.id)


def test_a_list_says_where_each_webhook_stands_without_the_path_of_its_address(folder: Path) -> None:
    listed = run("list", "--data", folder)
    assert "key-in-the-path" not in listed.output
    assert "has not begun; it begins when the server starts" in listed.output
    at = moment("2024-03-05 12:00", load(folder).setup.zone)
    cursors(folder).put("crm", Cursor(1, 3, at, at, 120.0, True, "answered 500", at), None)
    lines = run("list", "--data", folder).output.splitlines()
    assert lines[0].startswith("crm\thttp://127.0.0.1:")
    assert lines[1:] == [
        "  after event 1 of 3; 2 events to send",
        "  last delivered 2024-03-05 12:00:00",
        "  failing since 2024-03-05 12:00:00, 3 tries: answered 500",
        "  stopped; `lobby webhooks replay crm --from 2` begins again",
    ]


def test_a_list_counts_an_undo_where_a_record_was_taken_back(folder: Path) -> None:
    store = Store.in_folder(folder)
    journal = Journal(store, load(folder).setup.id)
    at = moment("2024-03-08 12:00")
    undo = e.StepUndone("x/A001", 1, "ServiceFinished")
    happened: list[e.Event] = [
        e.ServiceFinished("x/A001", 1),
        undo,
        e.InteractionRecorded("x/A001", 1, "done"),
        e.ServiceFinished("x/A001", 1, "done", True),
        undo,
        e.StepUndone("x/A001", 1, "ServiceStarted"),
    ]
    journal.append([e.Recorded(seq, at, "ann", event) for seq, event in enumerate(happened, 4)])
    store.close()
    cursors(folder).put("crm", Cursor(3), None)
    assert "after event 3 of 9; 2 events to send" in run("list", "--data", folder).output


def test_a_test_sends_one_signed_message_and_says_how_it_went(folder: Path, receiver: Receiver) -> None:
    assert run("test", "crm", "--data", folder).output == "crm: delivered\n"
    (got,) = receiver.got
    assert got.message["type"] == "lobby.test"
    assert got.signed_with(*read_secrets(folder / "crm.secret"))
    receiver.behaviours = [answers(401)]
    failed = run("test", "crm", "--data", folder)
    assert (failed.exit_code, failed.output) == (1, "Error: crm: answered 401\n")


def test_a_replay_moves_the_cursor_back_and_ends_a_stop(folder: Path) -> None:
    cursors(folder).put("crm", Cursor(3, tries=9, stopped=True, problem=STOPPED), None)
    said = run("replay", "crm", "--from", "2", "--data", folder)
    assert said.output == "crm: 2 events to send; a running server begins within 30 s\n"
    assert cursors(folder).get("crm") == Cursor(1)


def test_a_replay_of_a_webhook_that_never_began_sends_the_history(folder: Path) -> None:
    run("replay", "crm", "--from", "1", "--data", folder)
    assert cursors(folder).get("crm") == Cursor(0)


def test_a_replay_from_nowhere_is_refused(folder: Path) -> None:
    assert "the journal ends with event 3" in run("replay", "crm", "--from", "5", "--data", folder).output
    assert run("replay", "crm", "--from", "0", "--data", folder).exit_code == 2
    unknown = run("replay", "erp", "--from", "1", "--data", folder)
    assert unknown.output == 'Error: there is no webhook "erp" in branch.toml; there are: crm\n'


def test_a_new_secret_is_for_this_user_alone_and_never_replaces_one(tmp_path: Path) -> None:
    path = tmp_path / "new.secret"
    assert run("secret", path).exit_code == 0
    before = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = run("secret", path)
    assert again.output == f"Error: {path} cannot be written: File exists\n"
    assert path.read_text() == before
    assert before.strip() not in again.output


def test_two_webhooks_of_one_name_are_a_mistake_of_the_branch_file(folder: Path) -> None:
    text = (folder / FILE).read_text()
    (folder / FILE).write_text(text + text[text.index("\n[[webhooks]]") :])
    with pytest.raises(Exception, match=r'webhooks\[1\].name: "crm" is used already'):
        load(folder)


def exported(folder: Path, *options: str) -> list[dict[str, str]]:
    text = run("export", "interactions", "--data", folder, *options).stdout_bytes.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_export_is_of_the_business_days_that_are_asked_for(folder: Path) -> None:
    assert [row["outcome"] for row in exported(folder)] == ["done-1", "done-2", "done-3"]
    assert [row["outcome"] for row in exported(folder, "--from", "2024-03-06")] == ["done-2", "done-3"]
    assert [row["outcome"] for row in exported(folder, "--to", "2024-03-06")] == ["done-1", "done-2"]
    assert exported(folder, "--from", "2025-01-01") == []
    assert run("export", "interactions", "--data", folder, "--from", "2024-03-06", "--to", "2024-03-05").exit_code == 2


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_day_at_the_end_of_the_calendar_is_refused_in_one_line(folder: Path, option: str) -> None:
    failed = run("export", "interactions", "--data", folder, option, "9999-12-31")
    assert failed.exit_code == 2
    assert failed.output.splitlines()[-1] == f"Error: Invalid value for {option}: is at the end of the calendar"


def test_an_export_from_the_first_day_of_all_has_everything(folder: Path) -> None:
    assert len(exported(folder, "--from", "0001-01-01")) == 3


def test_notes_are_exported_only_when_they_are_asked_for(folder: Path) -> None:
    assert "note" not in exported(folder)[0]
    assert exported(folder, "--private")[0]["note"] == "Ines"


def test_an_export_goes_into_a_file_as_utf_8_with_its_mark(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert run("export", "feedback", "--data", folder, "--output", path).exit_code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfseq,given_at")
    failed = run("export", "feedback", "--data", folder, "--output", tmp_path / "no" / "out.csv")
    assert failed.exit_code == 1
    assert "cannot be written: No such file or directory" in failed.output


def test_an_export_of_a_branch_that_recorded_nothing_says_so(tmp_path: Path) -> None:
    write_example(tmp_path / "new")
    assert "nothing was recorded" in run("export", "interactions", "--data", tmp_path / "new").output
