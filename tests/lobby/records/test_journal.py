"""The journal: append-only, chained, one writer at a time; its snapshots; and what never enters it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lobby.care import commands as care
from lobby.care import events as about
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.records.chain import GENESIS, BrokenChain, link
from lobby.records.entries import PrivateNote, Receipt, Stale
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, Clock, a_desk, a_setup, words_under

BRANCH = "test-branch"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.in_folder(tmp_path)


@pytest.fixture
def journal(store: Store) -> Journal:
    return Journal(store, BRANCH)


def recorded(seq: int, event: e.Event | None = None, at: int = TUESDAY) -> e.Recorded:
    return e.Recorded(seq, at + seq, "ann", event or e.BreakStarted(seq))


def some(journal: Journal, count: int, after: int = 0) -> list[e.Recorded]:
    made = [recorded(after + n) for n in range(1, count + 1)]
    journal.append(made)
    return made


# -- append and read


def test_what_was_appended_is_read_back_in_order(journal: Journal) -> None:
    made = some(journal, 3)
    assert journal.read() == made
    assert journal.read(1) == made[1:]
    assert journal.read(0, 2) == made[:2]
    assert journal.read(3) == []
    assert journal.read(0, 0) == []
    assert journal.count() == 3
    assert journal.verify() == 3


def test_a_long_journal_is_read_in_portions_without_a_gap(journal: Journal) -> None:
    made = some(journal, 5001) + some(journal, 5000, after=5001)
    assert journal.read() == made
    assert journal.read(4999, 5003) == made[4999:10002]
    assert [entry.seq for entry in journal.entries(10_000)] == [10_001]


def test_the_last_event_before_a_moment_is_found(journal: Journal) -> None:
    some(journal, 9)
    assert [journal.before(TUESDAY + n) for n in (0, 1, 2, 5, 9, 10, 99)] == [0, 0, 1, 4, 8, 9, 9]
    assert Journal(journal._store, "another").before(TUESDAY) == 0


def test_every_kind_of_event_comes_back_as_it_went_in(journal: Journal) -> None:
    id = "2024-03-05-A001"
    made = [
        recorded(n, event)
        for n, event in enumerate(
            [
                e.DayOpened("2024-03-05", 1, 2),
                e.TicketIssued(id, "A001", 1, "cash", "ar", "t", 3, "by-law", 5, 6, ("x",), e.Promise(60, 120)),
                e.TicketCalled(id, 1, "ann", "index", 5, 600, 0.1 + 0.2, "A002", "جدّتي 你好 «»"),
                e.StepUndone(id, 1, "TicketCalled"),
                e.InteractionRecorded(id, 1, "done", "n", "guidance", "cash", ("card",), {"a": "ب"}, ("greet",), "p"),
                about.ComplaintReceived("C-1", "kiosk", "ar", 5, None, True, "n", "cash", id, "fees", "payments"),
                about.CustomerAsked("C-1", False),
                about.FollowUpMoved("F-1", "bob", 6),
                about.RecordReviewed(7, "ann", "cash", (0, 2), 3),
                e.RehearsalStarted(tuple(a_setup().services.values()), tuple(a_setup().counters.values())),
            ],
            1,
        )
    ]
    journal.append(made)
    assert Journal(journal._store, BRANCH).read() == made
    assert journal.verify() == len(made)


def test_two_branches_share_a_store_and_nothing_else(store: Store) -> None:
    one, other = Journal(store, "one"), Journal(store, "other")
    some(one, 2)
    some(other, 3)
    assert (one.count(), other.count()) == (2, 3)
    assert (one.verify(), other.verify()) == (2, 3)
    assert one.receipts(0) == []


def test_anyone_can_check_the_chain_with_the_formula_of_the_manual(journal: Journal) -> None:
    some(journal, 3)
    from hashlib import sha256

    previous = bytes(32)
    for entry in journal.entries():
        line = f"\n{BRANCH}\n{entry.seq}\n{entry.at}\n{entry.actor}\n{entry.body}"
        assert entry.hash == sha256(previous + line.encode()).digest()
        assert link(previous, BRANCH, entry.seq, entry.at, entry.actor, entry.body) == entry.hash
        previous = entry.hash
    assert bytes(32) == GENESIS


def test_the_journal_goes_on_where_it_was_after_a_restart(store: Store) -> None:
    some(Journal(store, BRANCH), 2)
    again = Journal(store, BRANCH)
    some(again, 2, after=2)
    assert again.verify() == 4


# -- one writer at a time


def test_a_gap_is_refused_and_nothing_is_written(journal: Journal) -> None:
    some(journal, 1)
    for seqs in ([3], [1], [2, 4], [2, 2]):
        with pytest.raises(Stale):
            journal.append([recorded(seq) for seq in seqs])
    assert journal.count() == 1


def test_who_comes_second_is_stale_writes_nothing_and_goes_on_after_catching_up(store: Store) -> None:
    first, second = Journal(store, BRANCH), Journal(store, BRANCH)
    some(first, 2)
    receipt = Receipt(1, "key", bytes(32), TUESDAY, b"{}")
    with pytest.raises(Stale):
        second.append([recorded(1)], [receipt], [PrivateNote("ref", "Finish", TUESDAY, "secret")])
    assert second.receipts(0) == []
    assert words_under(People(store, BRANCH), "ref") is None
    assert second.news(0).recorded == [recorded(1), recorded(2)]
    some(second, 1, after=2)
    assert first.verify() == 3
    with pytest.raises(Stale):
        some(first, 1, after=2)
    assert first.count() == 3


# -- append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE seq = 2",
        "UPDATE events SET actor = 'x'",
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM events",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(store: Store, journal: Journal, statement: str) -> None:
    made = some(journal, 3)
    with pytest.raises(DBAPIError, match="append-only"), store.write() as connection:
        connection.execute(text(statement))
    assert journal.read() == made


def forge(folder: Path, *statements: str) -> None:
    """Change the journal behind the trigger's back."""
    with sqlite3.connect(folder / "lobby.db") as connection:
        connection.execute("DROP TRIGGER events_no_update")
        connection.execute("DROP TRIGGER events_no_delete")
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["""UPDATE events SET body = replace(body, '"counter":2', '"counter":3') WHERE seq = 2"""], 2),
        (["UPDATE events SET at = at + 1 WHERE seq = 3"], 3),
        (["UPDATE events SET actor = 'bob' WHERE seq = 1"], 1),
        (["UPDATE events SET kind = 'BreakEnded' WHERE seq = 4"], 4),
        (["UPDATE events SET hash = zeroblob(32) WHERE seq = 4"], 4),
        (["DELETE FROM events WHERE seq = 3"], 3),
        (["DELETE FROM events WHERE seq = 1"], 1),
        (["UPDATE events SET seq = 99 WHERE seq = 2", "UPDATE events SET seq = 2 WHERE seq = 3"], 2),
        (
            [
                "UPDATE events SET seq = 99 WHERE seq = 2",
                "UPDATE events SET seq = 2 WHERE seq = 3",
                "UPDATE events SET seq = 3 WHERE seq = 99",
            ],
            2,
        ),
        (["DELETE FROM events WHERE seq = 2", "UPDATE events SET seq = seq - 1 WHERE seq > 2"], 2),
        (["INSERT INTO events SELECT branch, 6, at, kind, actor, body, hash FROM events WHERE seq = 5"], 6),
    ],
    ids=[
        "body", "time", "actor", "kind", "hash", "row gone", "first row gone", "row overwritten", "rows swapped",
        "row gone and renumbered", "row repeated",
    ],
)  # fmt: skip
def test_a_forged_journal_is_found_out_at_the_first_wrong_row(
    tmp_path: Path, journal: Journal, statements: list[str], broken_at: int
) -> None:
    some(journal, 5)
    assert journal.verify() == 5
    forge(tmp_path, *statements)
    with pytest.raises(BrokenChain) as broken:
        journal.verify()
    assert broken.value.seq == broken_at
    assert str(broken_at) in str(broken.value)


def test_an_empty_journal_is_unbroken(journal: Journal) -> None:
    assert journal.verify() == 0


# -- receipts


def test_receipts_are_kept_with_their_commit_and_forgotten_by_age(journal: Journal) -> None:
    old = Receipt(1, "ann/1", b"1" * 32, TUESDAY, '{"seq":1,"note":"é"}'.encode())
    new = Receipt(2, "ann/2", b"2" * 32, TUESDAY + 10, b"{}")
    journal.append([recorded(1), recorded(2)], [old, new])
    assert journal.receipts(TUESDAY) == [old, new]
    assert journal.receipts(TUESDAY + 1) == [new]
    journal.forget_receipts(TUESDAY + 10)
    assert journal.receipts(0) == [new]


# -- snapshots


def busy(desk: Desk) -> None:
    """A little of everything, so that a snapshot has to carry it."""

    def do(command: c.Command, actor: object = ANN) -> None:
        do.n += 1  # type: ignore[attr-defined]
        desk.submit(command, key=f"busy-{desk.seq}-{do.n}", actor=actor)  # type: ignore[arg-type, attr-defined]

    do.n = 0  # type: ignore[attr-defined]
    for service, more in [("cash", {"then": ("loans",)}), ("loans", {"appointment": TUESDAY + 60_000}), ("cards", {})]:
        do(c.Issue(service, priority="premium", **more), KIOSK)
    do(c.OpenCounter(1))
    do(c.CallNext(1))
    do(c.Start(1))
    do(c.Park(1, "papers"))
    do(c.CallNext(1))
    do(c.Start(1))
    do(c.Finish(1, "done", "a private word"))
    do(c.OpenCounter(3), MIA)
    do(c.TakeBreak(3, "lunch"), MIA)
    do(care.ReviewRecord(next(iter(desk.state.care.records)), note="a private word"), MIA)
    do(care.TakeComplaint("a private word", contact="a private word", ticket="A001"), KIOSK)
    complaint = next(iter(desk.state.care.complaints))
    for step in (
        care.AcknowledgeComplaint(complaint, "phone"),
        care.AssessComplaint(complaint, "fees", 3, 2, "payments"),
        care.AnswerComplaint(complaint, "partly", "letter", "a private word"),
        care.CloseComplaint(complaint, "mistake", "a private word"),
    ):
        do(step)
    do(care.PromiseFollowUp("a private word", within_h=9, owner="bob"))
    do(care.Praise("a private word", "bob"))
    do(care.ReportArticle("wrong", "card-lost", "ru"))
    do(c.GiveFeedback(5, ticket="A001", note="a private word"), KIOSK)
    do(c.OpenCounter(2), BOB)
    do(c.WaitForNext(2), BOB)
    do(c.OfferCounter(1, "bob"))


def test_starting_from_a_snapshot_gives_the_same_branch_as_folding_everything(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    busy(desk)
    desk.close()
    desk.submit(c.Issue("cash"), key="after", actor=KIOSK)
    journal = Journal(Store.in_folder(tmp_path), BRANCH)
    snapshot = journal.snapshots.newest()
    assert snapshot is not None
    assert snapshot.seq == desk.seq - 1
    folded = Branch(a_setup())
    for item in journal.read():
        folded.apply(item)
    assert journal.replay(a_setup()) == folded == desk.state


def test_a_snapshot_carries_the_whole_casebook(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    busy(desk)
    clock.forward(hours=24)
    desk.submit(c.Issue("cash"), key="next day", actor=KIOSK)
    desk.close()
    snapshot = desk.journal.snapshots.newest()
    assert snapshot is not None
    book = snapshot.care
    assert all(getattr(book, name) for name in book.__struct_fields__)
    assert book == desk.state.care
    complaint, asked = next(iter(book.complaints.values())), next(iter(book.follow_ups.values()))
    again = a_desk(tmp_path, clock=clock)
    answer = again.submit(care.SayWhetherSolved(complaint.reference.lower(), False), key="solved", actor=ANN)
    assert answer.complaint
    assert answer.complaint.state == "reopened"
    assert not again.state.care.follow_up(asked.reference).is_open
    assert again.state == again.journal.replay(a_setup())


def test_a_snapshot_brings_the_rehearsal_services_and_takes_the_rest_from_the_branch_file(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    tea = msgspec.structs.replace(a_setup().services["cash"], code="tea", prefix="T")
    desk.submit(c.StartRehearsal((tea,)), key="1", actor=MIA)
    desk.submit(c.Issue("tea"), key="2", actor=KIOSK)
    desk.close()
    renamed = a_setup(names={"en": "Renamed"})
    again = a_desk(tmp_path, setup=renamed)
    assert again.state.setup.names == {"en": "Renamed"}
    assert set(again.state.setup.services) == {"cash", "cards", "loans", "tea"}
    assert again.state.rehearsal


BAD_SNAPSHOTS: dict[str, tuple[str, object]] = {
    "unknown format": ("UPDATE snapshots SET format = ?", "0-from-another-time"),
    "not JSON": ("UPDATE snapshots SET body = ?", b"\x00\xff not a snapshot"),
    "cut short": ("UPDATE snapshots SET body = substr(body, 1, ?)", 100),
    "empty": ("UPDATE snapshots SET body = ?", b""),
    "another shape": ("UPDATE snapshots SET body = ?", b'{"seq": "many"}'),
    "another journal's": ("UPDATE snapshots SET hash = ?", bytes(32)),
    "ahead of the journal": ("UPDATE snapshots SET seq = ?", 9999),
}


@pytest.mark.parametrize("kind", BAD_SNAPSHOTS)
def test_a_snapshot_that_cannot_be_trusted_is_left_aside(tmp_path: Path, kind: str) -> None:
    desk = a_desk(tmp_path)
    busy(desk)
    desk.close()
    statement, value = BAD_SNAPSHOTS[kind]
    with sqlite3.connect(tmp_path / "lobby.db") as connection:
        assert connection.execute(statement, (value,)).rowcount == 1
    connection.close()
    journal = Journal(Store.in_folder(tmp_path), BRANCH)
    assert journal.snapshots.newest() is None
    assert journal.replay(a_setup()) == desk.state


def test_a_desk_without_events_closes_without_a_snapshot(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    desk.close()
    assert desk.journal.snapshots.newest() is None


def test_only_the_newest_snapshot_is_kept(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for n in range(2):
        desk.submit(c.Issue("cash"), key=str(n), actor=KIOSK)
        desk.close()
    with sqlite3.connect(tmp_path / "lobby.db") as connection:
        assert connection.execute("SELECT seq FROM snapshots").fetchall() == [(desk.seq,)]
    connection.close()


# -- personal data


SECRET = "Mrs Whitcombe rang about her sister"


def everything_written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("lobby.db*")))


def notes(desk: Desk) -> list[Callable[[], object]]:
    return [
        lambda: desk.submit(c.Issue("cash"), key="1", actor=KIOSK),
        lambda: desk.submit(c.OpenCounter(1), key="2", actor=ANN),
        lambda: desk.submit(c.RecordInteraction("A001", "asked", SECRET), key="3", actor=ANN),
        lambda: desk.submit(c.CallNext(1), key="4", actor=ANN),
        lambda: desk.submit(c.Start(1), key="5", actor=ANN),
        lambda: desk.submit(c.Finish(1, "done", SECRET), key="6", actor=ANN),
    ]


def test_a_note_lands_among_the_people_and_nowhere_else(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for step in notes(desk):
        step()
    desk.close()
    with sqlite3.connect(tmp_path / "lobby.db") as connection:
        for table in ("events", "receipts", "snapshots"):
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            assert rows, table
            for value in (value for row in rows for value in row):
                assert SECRET not in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
        kept = connection.execute("SELECT kind, body, reference FROM people").fetchall()
    connection.close()
    assert sorted((kind, body) for kind, body, _ in kept) == [("Finish", SECRET), ("RecordInteraction", SECRET)]
    mentioned = {r.event.note for r in desk.events() if isinstance(r.event, e.InteractionRecorded)}
    assert mentioned == {reference for _, _, reference in kept}


def test_erasing_a_note_leaves_journal_state_and_figures_alone(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for step in notes(desk):
        step()
    store = Store.in_folder(tmp_path)
    people, journal = People(store, BRANCH), Journal(store, BRANCH)
    before = (journal.read(), journal.replay(a_setup()))
    first, second = (r.event.note for r in desk.events() if isinstance(r.event, e.InteractionRecorded))
    assert words_under(people, first) == SECRET
    assert people.erase({first})
    assert people.erase({first}) == 0
    assert words_under(people, first) is None
    assert words_under(people, second) == SECRET
    assert journal.verify() == desk.seq
    assert (journal.read(), journal.replay(a_setup())) == before


def test_an_erased_note_is_gone_from_the_disk_too(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for step in notes(desk):
        step()
    assert SECRET.encode() in everything_written(tmp_path)
    people = People(Store.in_folder(tmp_path), BRANCH)
    for r in desk.events():
        if isinstance(r.event, e.InteractionRecorded):
            people.erase({r.event.note})
    assert SECRET.encode() not in everything_written(tmp_path)


def test_another_branch_reads_and_erases_nothing_of_ours(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for step in notes(desk):
        step()
    reference = next(r.event.note for r in desk.events() if isinstance(r.event, e.InteractionRecorded))
    stranger = People(Store.in_folder(tmp_path), "another")
    assert words_under(stranger, reference) is None
    assert not stranger.erase({reference})
    assert words_under(People(Store.in_folder(tmp_path), BRANCH), reference) == SECRET


def test_a_customers_token_is_in_no_answer_but_that_of_who_prints(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, clock=Clock())
    issued = desk.submit(c.Issue("cash"), key="1", actor=KIOSK)
    desk.submit(c.OpenCounter(1), key="2", actor=ANN)
    called = desk.submit(c.CallNext(1), key="3", actor=ANN)
    printed = desk.door(KIOSK).submit(c.Reprint("A001"), key="4")
    assert issued.ticket
    assert called.ticket
    assert printed.ticket
    assert issued.ticket.token.encode() not in b"".join(one.body.encode() for one in desk.journal.entries())
    assert issued.ticket.token == printed.ticket.token != ""
    assert issued.ticket.token not in json.dumps(msgspec.to_builtins(called))
    door = desk.door(ANN)
    for view in (door.board(), door.queue(), door.branch(), door.ticket("A001")):
        assert issued.ticket.token not in msgspec.json.encode(view).decode()
