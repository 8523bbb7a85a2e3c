"""`lobby person`: the words of one customer go, everybody else's and every figure stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from lobby.care import commands as care
from lobby.care.interactions import Record
from lobby.command_line.branch import write_example
from lobby.command_line.person import person
from lobby.config import load
from lobby.desk import Desk
from lobby.errors import StorageBusy, StorageFull
from lobby.queue import commands as c
from lobby.records.acts import Acts, Wanted
from lobby.records.journal import Journal
from lobby.records.outcomes import entries
from lobby.records.people import People
from lobby.records.store import Store
from tests.builders import ANN, KIOSK, MIA, TUESDAY, Clock, words_under


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_example(tmp_path / "branch")
    return tmp_path / "branch"


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    setup = load(folder).setup
    with closing(Store.in_folder(folder)) as store:
        yield Desk(setup, Journal(store, setup.id), clock=Clock())


def said(folder: Path, desk: Desk) -> list[str]:
    """All private words that are still there."""
    with closing(Store.in_folder(folder)) as store:
        people = People(store, desk.setup.id)
        references = {getattr(r.event, name, "") for r in desk.events() for name in ("note", "person", "private")}
        found = (words_under(people, one) for one in references if isinstance(one, str) and one)
        return sorted(text for text in found if text is not None)


def test_a_complaint_its_notes_and_its_promises_go_and_another_stays(folder: Path, desk: Desk) -> None:
    keys = iter(range(100))

    def do(command: c.Command, actor: object = ANN) -> str:
        answer = desk.submit(command, key=str(next(keys)), actor=actor)  # type: ignore[arg-type]
        return answer.complaint.reference if answer.complaint else ""

    mine, other = do(care.TakeComplaint("Rude", "Lee")), do(care.TakeComplaint("Slow", "Wu"))
    do(care.NoteOnComplaint(mine, "Lee rang"))
    do(care.PromiseFollowUp("Call Lee", within_h=2, complaint=mine))
    assert len(said(folder, desk)) == 4
    done = CliRunner().invoke(person, ["erase", "--data", str(folder), mine.lower()])
    assert (done.exit_code, done.output) == (0, f"3 private texts of {mine} erased\n")
    (left,) = said(folder, desk)
    assert "Slow" in left
    assert desk.state.care.complaint(mine).state == "received"
    assert other in desk.state.care.complaints


def test_the_words_of_a_visit_go_by_the_tickets_id(folder: Path, desk: Desk) -> None:
    for key, (command, actor) in enumerate(
        [
            (c.Issue("cash"), KIOSK),
            (c.OpenCounter(1), ANN),
            (c.CallNext(1), ANN),
            (c.Start(1), ANN),
            (c.Finish(1, record=Record(outcome="answered", note="For Lee")), ANN),
            (care.Praise("Ann helped Lee", ticket="A001"), MIA),
        ]
    ):
        desk.submit(command, key=str(key), actor=actor)
    assert (
        CliRunner()
        .invoke(person, ["erase", "--data", str(folder), "2024-03-05-A001"])
        .output.startswith("1 private text of")
    )
    assert said(folder, desk) == ["Ann helped Lee"], "praise belongs to Ann"


def test_what_nobody_knows_is_said_and_nothing_goes(folder: Path, desk: Desk) -> None:
    desk.submit(care.TakeComplaint("Rude"), key="1", actor=ANN)
    done = CliRunner().invoke(person, ["erase", "--data", str(folder), "C-2222222"])
    assert done.exit_code == 1
    assert "nothing in the journal is called C-2222222" in done.output
    assert len(said(folder, desk)) == 1


def test_what_a_visit_said_of_itself_and_what_was_written_about_that_go_with_its_ticket(
    folder: Path, desk: Desk
) -> None:
    ticket = desk.submit(c.Issue("cash"), key="1", actor=KIOSK).ticket
    assert ticket is not None
    desk.submit(c.Cancel(ticket.id), key="2", actor=ANN)
    desk.submit(c.GiveFeedback(1, ticket=ticket.id, note="Too slow, Lee"), key="3", actor=KIOSK)
    desk.submit(c.GiveFeedback(1, note="Rain"), key="4", actor=KIOSK)
    seq = min(desk.state.care.comments)
    desk.submit(care.SettleComment(seq, "Lee rang"), key="5", actor=MIA)
    done = CliRunner().invoke(person, ["erase", "--data", str(folder), ticket.id])
    assert (done.exit_code, said(folder, desk)) == (0, ["Rain"])


def test_what_the_database_broke_off_is_unknown_in_the_trail_for_the_words_may_be_gone(
    folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(store: Store) -> None:
        raise StorageBusy()

    desk.submit(care.TakeComplaint("Rude", "Lee"), key="1", actor=ANN)
    (reference,) = desk.state.care.complaints
    with monkeypatch.context() as somebody_reads:
        somebody_reads.setattr(Store, "scrub", busy)
        assert CliRunner().invoke(person, ["erase", "--data", str(folder), reference]).exit_code == 1
    assert said(folder, desk) == []
    with closing(Store.in_folder(folder)) as store:
        (entry,) = entries(Acts(store, desk.setup.id), Wanted(kind="person-erased"), 10)
    assert (entry.outcome, entry.why) == ("unknown", "")


def test_what_was_erased_is_said_to_be_also_where_the_trail_cannot_be_written_afterwards(
    folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_by_now(acts: Acts, kind: str, /, **detail: str) -> int:
        if "line" in detail:
            raise StorageFull()
        return note(acts, kind, **detail)  # type: ignore[arg-type]

    note = Acts.note
    desk.submit(care.TakeComplaint("Rude", "Lee"), key="1", actor=ANN)
    (reference,) = desk.state.care.complaints
    monkeypatch.setattr(Acts, "note", full_by_now)
    done = CliRunner().invoke(person, ["erase", "--data", str(folder), reference])
    assert (done.exit_code, done.output) == (0, f"1 private text of {reference} erased\n")


def test_words_that_belong_to_nobodys_visit_are_erased_by_the_number_of_their_event(folder: Path, desk: Desk) -> None:
    for key, note in (("1", "Rain"), ("2", "I am Lee")):
        desk.submit(c.GiveFeedback(1, note=note), key=key, actor=KIOSK)
    seq = max(desk.state.care.comments)
    desk.submit(care.SettleComment(seq, "Lee rang"), key="3", actor=MIA)
    done = CliRunner().invoke(person, ["erase", "--data", str(folder), str(seq)])
    assert (done.exit_code, said(folder, desk)) == (0, ["Rain"])


def run(folder: Path, *options: str) -> str:
    done = CliRunner().invoke(person, [options[0], "--data", str(folder), *options[1:]])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_customer_gets_all_that_is_kept_about_them_and_nothing_about_colleagues(folder: Path, desk: Desk) -> None:
    booked = desk.submit(c.Book("cash", TUESDAY + 600_000, code="LEE2345", note="For Lee"), key="1", actor=ANN)
    ticket = desk.submit(c.CheckIn("LEE2345"), key="2", actor=KIOSK).ticket
    taken = desk.submit(care.TakeComplaint("Rude", "Lee", "lee@example.org", ticket="A001"), key="3", actor=ANN)
    assert booked.appointment
    assert ticket
    assert taken.complaint
    desk.submit(care.AcknowledgeComplaint(taken.complaint.reference, "Rang Lee"), key="4", actor=MIA)
    desk.submit(care.TakeComplaint("Slow", "Wu"), key="5", actor=ANN)
    for reference in (ticket.id, ticket.id.lower(), "lee2345"):
        told = json.loads(run(folder, "export", reference))
        entries = told["entries"]
        assert [one["what"] for one in entries] == [
            "appointment booked",
            "ticket issued",
            "complaint received",
            "complaint acknowledged",
        ]
        assert entries[0]["words"] == {"note": "For Lee"}
        assert entries[0]["slot"].startswith("2024-03-05T09:10:00")
        assert entries[2]["words"] == {"text": "Rude", "name": "Lee", "contact": "lee@example.org"}
        said = json.dumps(told)
        for never in ("Wu", "ann", "mia", desk.state.tickets[ticket.id].token):
            assert f'"{never}"' not in said
    about = json.loads(run(folder, "export", taken.complaint.reference))["entries"]
    assert [one["what"] for one in about] == ["complaint received", "complaint acknowledged"]


def test_what_was_erased_is_said_to_be_erased_and_giving_out_and_erasing_are_in_the_trail(
    folder: Path, desk: Desk
) -> None:
    taken = desk.submit(care.TakeComplaint("Rude", "Lee"), key="1", actor=ANN).complaint
    assert taken
    run(folder, "export", taken.reference.lower())
    run(folder, "erase", taken.reference.lower())
    assert json.loads(run(folder, "export", taken.reference))["entries"][0]["words"] == "erased"
    with closing(Store.in_folder(folder)) as store:
        told = entries(Acts(store, desk.setup.id), Wanted(), 10)[::-1]
        acts = [(act.kind, act.about, act.role, act.detail, act.outcome) for act in told]
    assert [one for one in acts if "person" in one[0]] == [
        ("person-exported", taken.reference, "operator", {"texts": "1"}, ""),
        ("person-erased", taken.reference, "operator", {"texts": "1"}, "done"),
        ("person-exported", taken.reference, "operator", {"texts": "1"}, ""),
    ]


def test_the_account_goes_into_a_file_that_nobody_else_reads(folder: Path, desk: Desk, tmp_path: Path) -> None:
    taken = desk.submit(care.TakeComplaint("Rude", "Lee"), key="1", actor=ANN).complaint
    assert taken
    assert run(folder, "export", "--output", str(tmp_path / "lee.json"), taken.reference) == ""
    assert (tmp_path / "lee.json").stat().st_mode & 0o077 == 0
    (tmp_path / "lee.json").chmod(0o644)
    run(folder, "export", "--output", str(tmp_path / "lee.json"), taken.reference)
    assert (tmp_path / "lee.json").stat().st_mode & 0o077 == 0, "nor where there was one that others could read"
    assert json.loads((tmp_path / "lee.json").read_bytes())["reference"] == taken.reference


def test_a_name_is_found_with_its_references_and_the_trail_does_not_keep_it(folder: Path, desk: Desk) -> None:
    first = desk.submit(care.TakeComplaint("Rude", "Élodie Lee"), key="1", actor=ANN).complaint
    desk.submit(care.TakeComplaint("Slow", "Wu"), key="2", actor=ANN)
    desk.submit(c.GiveFeedback(1, note="I am élodie"), key="3", actor=KIOSK)
    assert first
    found = run(folder, "find", "ÉLODIE").splitlines()
    assert found[0].startswith(f"{first.reference}\t2024-03-05 09:00\t")
    assert found[1].split("\t")[0].isdigit()
    assert len(found) == 2
    assert "complaint received" in found[0]
    assert run(folder, "find", "nobody") == "nothing that is kept holds this\n"
    with closing(Store.in_folder(folder)) as store:
        (act, _) = Acts(store, desk.setup.id).read()
    assert (act.kind, "lodie" in str(act).lower()) == ("person-searched", False)
