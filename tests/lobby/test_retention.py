"""How long words about people are kept: what is old goes, what is needed stays, and no figure changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from lobby.branch_file.retention_values import Retention
from lobby.care import commands as care
from lobby.care.interactions import Record
from lobby.command_line.branch import write_example
from lobby.command_line.retention import retention
from lobby.command_shape import Command
from lobby.config import BadBranchFile, load
from lobby.desk import Desk
from lobby.door import Answer
from lobby.outbound.rows import COLUMNS, as_csv, rows
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.reckoning import Reckoning
from lobby.records.acts import Acts
from lobby.records.case_rows import visit_words
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from lobby.records.tokens import DEVICE, Tokens
from lobby.reports.asked import asked
from lobby.reports.forms.rendering import as_json
from lobby.retention import DAY_MS, KINDS, Due, Sweep, in_use
from lobby.words import words
from tests.builders import ANN, KIOSK, MIA, TUESDAY, Clock

COMMANDS = [command.__name__ for commands in KINDS.values() for command in commands]
ONE_DAY = Retention(complaints=1, promises=1, records=1, feedback=1, appointments=1, colleagues=1, tokens=1)


class Branch:
    """The example branch on a clock, and what is swept in it."""

    def __init__(self, folder: Path) -> None:
        write_example(folder)
        self.folder, self.clock, self._keys = folder, Clock(), count()
        self.setup = load(folder).setup
        self.store = Store.in_folder(folder)
        self.desk = Desk(self.setup, Journal(self.store, self.setup.id), clock=self.clock)

    def do(self, command: c.Command, actor: Actor = ANN) -> Answer:
        return self.desk.submit(command, key=f"k{next(self._keys)}", actor=actor)

    def sweep(self, keep: Retention = ONE_DAY) -> list[Due]:
        held = self.desk.view(lambda branch, _: in_use(branch))
        return Sweep(self.store, self.setup.id, keep).carry_out(held, self.clock())

    def swept(self, keep: Retention = ONE_DAY) -> dict[str, int]:
        return {due.kind: due.count for due in self.sweep(keep)}

    def report(self) -> bytes:
        """Every figure of the day and of its complaints, and every table without private columns, as programs read
        them."""
        reckoning, now = Reckoning(self.store, self.setup), TUESDAY + 30 * DAY_MS
        figures = reckoning.period(asked("day", date(2024, 3, 5)), now)
        assert figures is not None
        complaints = reckoning.complaints("2024-03-05", "2024-03-08", now)
        recorded = Journal(self.store, self.setup.id).read()
        tables = [line for what in COLUMNS for line in as_csv(rows(what, recorded, self.setup, 0, now))]
        return as_json(figures, words("en")) + as_json(complaints, words("en")) + "".join(tables).encode()

    def close(self, reference: str) -> None:
        self.do(care.AcknowledgeComplaint(reference, "phone", "Rang Lee"), MIA)
        self.do(care.AssessComplaint(reference, "wait", 2, 2), MIA)
        self.do(care.AnswerComplaint(reference, "upheld", "letter", "Sorry, Lee"), MIA)
        self.do(care.CloseComplaint(reference, "staffing", "A second counter"), MIA)

    def live_through_a_day(self) -> str:
        """Everything that can be said of a person is said; returns a complaint that stays open."""
        self.do(c.OpenCounter(1))
        for n in range(3):
            self.do(c.Issue("cash"), KIOSK)
            self.clock.forward(minutes=3)
            self.do(c.CallNext(1))
            self.do(c.Start(1))
            self.clock.forward(minutes=4)
            self.do(c.Finish(1, note="Lee", record=Record(outcome="paid_in", note="Lee rang")))
            self.do(c.GiveFeedback(n + 1, ticket=f"A00{n + 1}", note="I am Lee"), KIOSK)
        self.do(care.Praise("Ann helped Lee", ticket="A001"), MIA)
        closed, is_open = (self.do(care.TakeComplaint("Slow", "Lee")).complaint for _ in range(2))
        assert closed
        assert is_open
        self.close(closed.reference)
        promise = self.do(care.PromiseFollowUp("Call Lee", within_h=2)).follow_up
        assert promise
        self.do(care.KeepFollowUp(promise.reference, "Lee knows"))
        self.do(care.ReportArticle("wrong", "fees", "en", "Lee said so"))
        self.do(c.Book("cash", TUESDAY + 3_600_000, note="Lee"))
        self.do(c.Book("cash", TUESDAY + 9 * DAY_MS, note="Wu"))
        return is_open.reference


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    made = Branch(tmp_path / "branch")
    yield made
    made.store.close()


def test_every_command_that_leaves_words_has_a_kind_and_no_two_have_the_same() -> None:
    def below(kind: type[Command]) -> Iterator[type[Command]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    leaves_words = {one for one in below(Command) if (one.private or "record" in one.__struct_fields__)}
    abstract = {care.ComplaintCommand, care.FollowUpCommand}
    known = [one for commands in KINDS.values() for one in commands]
    assert leaves_words - abstract <= set(known)
    assert len(known) == len(set(known))


def test_what_was_kept_long_enough_goes_and_what_is_needed_stays(branch: Branch) -> None:
    reference = branch.live_through_a_day()
    assert branch.swept() == {}
    branch.clock.forward(hours=25)
    branch.do(c.Issue("cash"), KIOSK)
    assert branch.swept() == {
        "complaints": 4,
        "promises": 2,
        "records": 3,
        "feedback": 4,
        "appointments": 1,
        "colleagues": 1,
    }
    assert branch.swept() == {}
    assert branch.desk.state.care.complaint(reference).is_open
    assert [(act.kind, act.about, act.detail) for act in Acts(branch.store, branch.setup.id).read()][:2] == [
        ("data-expired", "complaints", {"count": "4"}),
        ("data-expired", "promises", {"count": "2"}),
    ]
    branch.close(reference)
    branch.clock.forward(hours=23)
    assert branch.swept() == {}, "the words of a case are kept from its end, not from when they were written"
    branch.clock.forward(hours=2)
    assert branch.swept() == {"complaints": 4}


def test_all_that_belongs_to_an_open_complaint_stays_and_the_days_begin_when_it_is_closed(branch: Branch) -> None:
    branch.do(c.OpenCounter(1))
    branch.do(c.Issue("cash"), KIOSK)
    branch.do(c.CallTicket(1, "A001", "Lee is faint"))
    branch.do(c.Start(1))
    branch.do(c.Finish(1, note="Lee says that the money is gone"))
    taken = branch.do(care.TakeComplaint("Gone", "Lee", ticket="A001")).complaint
    assert taken
    branch.close(taken.reference)
    promise = branch.do(care.PromiseFollowUp("Ring Lee", complaint=taken.reference, within_h=2)).follow_up
    assert promise
    branch.do(care.KeepFollowUp(promise.reference, "Lee knows"))
    branch.do(care.ReopenComplaint(taken.reference, "Lee came back"), MIA)
    branch.clock.forward(hours=24 * 500)
    assert branch.swept() == {}, "the record of the visit is needed, and why it was called then"
    branch.do(care.AnswerComplaint(taken.reference, "upheld", "letter", "Sorry again"), MIA)
    branch.do(care.CloseComplaint(taken.reference, "staffing", "A third counter"), MIA)
    branch.clock.forward(hours=23)
    assert branch.swept() == {"records": 2}, "the complaint is over, and the visit long ago"
    branch.clock.forward(hours=2)
    swept = branch.swept()
    assert swept.keys() >= {"complaints", "promises"}
    assert not list(People(branch.store, branch.setup.id).older(set(COMMANDS), branch.clock()))


def test_the_records_of_visits_are_found_for_any_number_of_open_complaints(branch: Branch) -> None:
    branch.do(c.OpenCounter(1))
    branch.do(c.Issue("cash"), KIOSK)
    branch.do(c.CallNext(1))
    branch.do(c.Start(1))
    branch.do(c.Finish(1, note="Lee"))
    visits = {f"2024-03-04-A{number:04}" for number in range(1200)} | {"2024-03-05-A001"}
    assert len(visit_words(branch.store, branch.setup.id, visits)) == 1


def test_no_figure_changes_by_a_byte_when_everybodys_words_are_erased(branch: Branch) -> None:
    reference = branch.live_through_a_day()
    branch.clock.forward(hours=24 * 400)
    branch.close(reference)
    branch.clock.forward(hours=48)
    before, state = branch.report(), branch.desk.state
    everything = Sweep(branch.store, branch.setup.id, ONE_DAY).carry_out(frozenset(), branch.clock())
    assert sum(due.count for due in everything) == 20
    assert branch.report() == before
    journal = Journal(branch.store, branch.setup.id)
    assert journal.replay(branch.setup) == state
    assert journal.verify() == state.seq


def test_nothing_goes_where_the_branch_keeps_everything(branch: Branch) -> None:
    branch.live_through_a_day()
    branch.clock.forward(hours=24 * 4000)
    nothing = Retention(complaints=0, promises=0, records=0, feedback=0, appointments=0, colleagues=0, tokens=0)
    assert branch.swept(nothing) == {}


def test_tokens_that_ended_go_and_those_in_use_stay(branch: Branch) -> None:
    tokens, now = Tokens(branch.store), branch.clock()
    stays = tokens.create(DEVICE, "kiosk", "kiosk", now)
    tokens.create(DEVICE, "short", "kiosk", now, 1000)
    tokens.revoke(tokens.create(DEVICE, "revoked", "kiosk", now), now)
    assert branch.swept() == {}
    branch.clock.forward(hours=25)
    assert branch.swept() == {"tokens": 2}
    assert tokens.holder(stays, branch.clock()) is not None


def test_the_command_says_what_would_go_and_then_erases_it(tmp_path: Path) -> None:
    branch = Branch(tmp_path / "branch")
    branch.live_through_a_day()
    branch.do(c.CloseDay(), MIA)
    branch.store.close()

    def run(*options: str) -> str:
        done = CliRunner().invoke(retention, ["--data", str(branch.folder), *options])
        assert done.exit_code == 0, done.output
        return done.output

    assert "feedback: 4 written before" in run("--dry-run")
    counts = json.loads(run("--json", "--dry-run"))
    assert counts["erased"] is False
    assert counts == json.loads(run("--json")) | {"erased": False}, "the same goes as was said"
    assert run() == "nothing was kept too long\n"
    with closing(Store.in_folder(branch.folder)) as store:
        assert {act.role for act in Acts(store, branch.setup.id).read()} == {"operator"}


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("complaints_days = 1095", "retention.complaints_days"),
        ("complaints_days = -1", "retention.complaints_days"),
        ("feedback_days = 1.5", "retention.feedback_days"),
        ("names_days = 3", "retention.names_days"),
    ],
)
def test_a_wrong_retention_is_named_with_its_place(tmp_path: Path, line: str, where: str) -> None:
    write_example(tmp_path / "branch")
    file = tmp_path / "branch" / "branch.toml"
    file.write_text(file.read_text(encoding="utf-8") + f"\n[retention]\n{line}\n", encoding="utf-8")
    with pytest.raises(BadBranchFile, match=where):
        load(tmp_path / "branch")


def test_the_branch_file_says_how_long_each_kind_is_kept(tmp_path: Path) -> None:
    write_example(tmp_path / "branch")
    file = tmp_path / "branch" / "branch.toml"
    said = "\n[retention]\ncomplaints_days = 0\nappointments_days = 7\n"
    file.write_text(file.read_text(encoding="utf-8") + said, encoding="utf-8")
    assert load(tmp_path / "branch").retention == Retention(complaints=0, appointments=7)
