"""What was recorded stays as it was: rows changed, removed, reordered or cut off are found and named."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lobby.anchoring import anchored
from lobby.mail_anchor import mail_anchor
from lobby.records import verify
from lobby.records.acts import Acts
from lobby.records.anchor import HASH_BITS, Anchor, NotAnAnchor, read_anchor, read_anchors
from lobby.records.anchor_folder import keep_anchor, kept_anchors
from lobby.records.groups import grouped
from lobby.records.store import Store
from lobby.records.verdict import verdict
from lobby.records.verify import JOURNAL, TRAIL, examine, hash_at
from tests.builders import Clock
from tests.fuzz.cases import cases
from tests.lobby.outbound.fake_smtp import a_mail_server
from tests.lobby.records.branch_folder import BRANCH, copy_of, forge, live_through_days, rewrite, run


@pytest.fixture(scope="module")
def lived(memory_folder: Path) -> Path:
    live_through_days(memory_folder / "anchored", Clock())
    return memory_folder / "anchored"


@pytest.fixture
def folder(lived: Path, place: Path) -> Path:
    return copy_of(lived, place / "branch")


def findings(folder: Path) -> dict[str, list[str]]:
    with closing(Store.in_folder(folder)) as store:
        return {chain.name: [str(one) for one in examine(store, chain, BRANCH).wrong] for chain in (JOURNAL, TRAIL)}


def an_anchor(folder: Path, at: int) -> Anchor:
    with closing(Store.in_folder(folder)) as store:
        made = anchored(store, BRANCH, at, actor="root", role="operator")
    keep_anchor(folder, made)
    return made


def swap(table: str, one: int, other: int) -> list[str]:
    return [
        f"UPDATE {table} SET seq = 9999 WHERE seq = {one}",
        f"UPDATE {table} SET seq = {one} WHERE seq = {other}",
        f"UPDATE {table} SET seq = {other} WHERE seq = 9999",
    ]


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE events SET at = at - 60000 WHERE seq = 5"], ["row 5 is not as written"]),
        (["UPDATE events SET body = replace(body, '}', ' }') WHERE seq = 6"], ["row 6 is not as written"]),
        (["UPDATE events SET hash = zeroblob(32) WHERE seq = 5"], ["row 5 is not as written"]),
        (["UPDATE events SET hash = 'x' WHERE seq = 5"], ["row 5 is not as written"]),
        (["UPDATE events SET hash = hash || 'x' WHERE seq = 5"], ["row 5 is not as written"]),
        (["UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE seq = 5"], ["row 5 is not as written"]),
        (["DELETE FROM events WHERE seq = 4"], ["row 4 is missing"]),
        (["DELETE FROM events WHERE seq BETWEEN 4 AND 6"], ["rows 4 to 6 are missing"]),
        (swap("events", 5, 6), ["row 5 is out of order: it was row 6", "row 6 is out of order: it was row 5"]),
        (
            ["UPDATE events SET actor = 'eve' WHERE seq = 3", "DELETE FROM events WHERE seq = 7"],
            ["row 3 is not as written", "row 7 is missing"],
        ),
    ],
    ids=[
        "moment",
        "words",
        "hash",
        "hash of another type",
        "a hash that is no UTF-8",
        "a name that is none",
        "removed",
        "several removed",
        "swapped",
        "two places",
    ],
)
def test_every_row_of_the_journal_that_was_touched_is_named(
    folder: Path, statements: list[str], says: list[str]
) -> None:
    assert findings(folder) == {"journal": [], "audit trail": []}
    forge(folder, *statements)
    assert findings(folder) == {"journal": says, "audit trail": []}
    answer = run("audit", "verify", "--data", folder)
    assert answer.exit_code == 1
    assert all(f"the journal is broken: {one}" in answer.output for one in says)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE acts SET about = 'eve' WHERE seq = 2"], ["row 2 is not as written"]),
        (["UPDATE acts SET detail = 'no JSON' WHERE seq = 2"], ["row 2 is not as written"]),
        (["DELETE FROM acts WHERE seq = 2"], ["row 2 is missing"]),
        (swap("acts", 1, 2), ["row 1 is out of order: it was row 2", "row 2 is out of order: it was row 1"]),
    ],
    ids=["changed", "spoiled", "removed", "swapped"],
)
def test_so_is_every_row_of_the_audit_trail(folder: Path, statements: list[str], says: list[str]) -> None:
    forge(folder, *statements)
    assert findings(folder) == {"journal": [], "audit trail": says}


def test_a_journal_that_is_broken_all_over_is_not_told_row_by_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "WINDOW", 3)
    monkeypatch.setattr(verify, "MOST", 5)
    forge(folder, "UPDATE events SET at = at + 1")
    with closing(Store.in_folder(folder)) as store:
        found = examine(store, JOURNAL, BRANCH)
    assert (found.more, len(found.wrong)) == (True, 6)
    assert "was not looked at beyond row" in run("audit", "verify", "--data", folder).output


def test_a_tail_that_was_cut_off_is_found_by_any_later_anchor(folder: Path) -> None:
    early = an_anchor(folder, 0)
    forge(folder, "DELETE FROM events WHERE seq > 10", "DELETE FROM acts WHERE seq > 2")
    for kept in (folder / "anchors").iterdir():
        kept.unlink()
    for _ in range(2):  # each writes a row of the trail
        assert run("audit", "verify", "--data", folder).exit_code == 0, "the chains themselves are whole"
    answer = run("audit", "verify", "--data", folder, "--anchor", str(early))
    assert answer.exit_code == 1
    assert f"the journal was cut off: it ends at row 10, and had {early.journal_seq} rows" in answer.output
    assert "the audit trail was rewritten between row 1 and row 4" in answer.output


def test_a_journal_that_was_written_anew_with_right_hashes_is_found_between_two_anchors(folder: Path) -> None:
    late = an_anchor(folder, 60_000)
    with closing(Store.in_folder(folder)) as store:
        fifth = hash_at(store, JOURNAL, BRANCH, 5)
    assert fifth is not None
    early = replace(late, at=0, journal_seq=5, journal_hash=grouped(fifth, HASH_BITS))
    rewrite(folder, 8)
    assert findings(folder)["journal"] == []
    answer = run("audit", "verify", "--data", folder, "--anchor", str(early))
    assert f"the journal was rewritten between row 6 and row {late.journal_seq}" in answer.output
    assert "1 of 2 anchors agree" in answer.output
    assert answer.exit_code == 1


def test_an_anchor_is_one_line_that_is_kept_printed_and_found_again(folder: Path) -> None:
    line = run("audit", "anchor", "--data", folder).output.strip()
    anchor = read_anchor(line)
    assert (anchor.branch, str(anchor)) == (BRANCH, line)
    assert kept_anchors(folder) == ([anchor], [])
    (kept,) = (folder / "anchors").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    answer = run("audit", "verify", "--data", folder, "--anchor", kept, "--anchor", line)
    assert (answer.exit_code, "1 of 1 anchors agree" in answer.output) == (0, True)
    found = json.loads(run("audit", "verify", "--data", folder, "--json").stdout)
    assert found["whole"] is True
    assert found["anchors"] == [{"anchor": line, "journal": "agrees", "audit_trail": "agrees"}]


def test_small_letters_and_an_o_for_a_0_are_understood_and_a_slip_of_the_pen_is_no_forgery() -> None:
    anchor = Anchor(BRANCH, 1_795_000_000_000, 12, "0000-" * 7 + "0001", 3, "K7Q2-" * 7 + "9MXD")
    line = str(anchor)
    assert read_anchor(line) == anchor
    head, heads = line.split(" 12 ")
    assert read_anchor(f"{head} 12 {heads.replace('0', 'O').lower()}") == anchor
    for mistyped in (
        line.replace("K7Q2", "K7Q3", 1),
        line.replace(" 12 ", " 13 "),
        line[:-1],
        line.replace("T", "U", 1),
    ):
        with pytest.raises(NotAnAnchor):
            read_anchor(mistyped)
    assert read_anchors(f"Dear colleague,\n\n  {line}\n\nKind regards") == [anchor]
    assert read_anchors(f"\ufeff{line}\r\n> {line}\r\n") == [anchor, anchor]


def test_a_mail_that_was_saved_as_it_came_has_the_anchor_whole(place: Path) -> None:
    line = str(Anchor("main-street", 1_795_000_000_000, 4812, "0000-" * 7 + "0001", 3, "K7Q2-" * 7 + "9MXD"))
    with a_mail_server() as box:
        assert mail_anchor(place, box.setup(), line, 1_795_000_000_000) == ""
    assert read_anchors(box.got[0][1].decode()) == [read_anchor(line)]


@pytest.mark.parametrize("given", ["anchor", "anchor x", "no-such-file", "anchor " + "9" * 20 + " 1" * 6])
def test_what_is_no_anchor_is_refused_in_one_line(folder: Path, given: str) -> None:
    answer = run("audit", "verify", "--data", folder, "--anchor", given)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert "Traceback" not in answer.output


def test_an_anchor_of_another_branch_is_refused_and_a_spoiled_file_named(folder: Path) -> None:
    other = Anchor("high-street", 0, 0, "0000-" * 7 + "0000", 0, "0000-" * 7 + "0000")
    assert "of the branch high-street" in run("audit", "verify", "--data", folder, "--anchor", str(other)).output
    an_anchor(folder, 0)
    (spoiled,) = (folder / "anchors").iterdir()
    spoiled.write_text("anchor of something", encoding="utf-8")
    answer = run("audit", "verify", "--data", folder)
    assert (answer.exit_code, spoiled.name in answer.output) == (1, True)


def test_nothing_is_written_behind_a_broken_row(folder: Path) -> None:
    forge(folder, "DELETE FROM events WHERE seq = 4")
    with closing(Store.in_folder(folder)) as store:
        before = [act.seq for act in Acts(store, BRANCH).read()]
        run("audit", "verify", "--data", folder)
        assert [act.seq for act in Acts(store, BRANCH).read()] == before


CHAINS = {
    "events": ("at", "actor", "body", "hash", "kind"),
    "acts": ("at", "actor", "role", "kind", "about", "detail", "hash"),
}
ROWS = {"events": 27, "acts": 3}


@st.composite
def forgeries(draw: st.DrawFn) -> list[str]:
    """What somebody might do to one of the chains, anywhere."""
    table = draw(st.sampled_from(sorted(CHAINS)))
    row, other = (draw(st.integers(1, ROWS[table])) for _ in range(2))
    column = draw(st.sampled_from(CHAINS[table]))
    new = draw(st.sampled_from(["1", "''", "'eve'", "x'00'", "zeroblob(32)", f"(SELECT {column} || 'x')"]))
    return draw(
        st.sampled_from(
            [
                [f"UPDATE {table} SET {column} = {new} WHERE seq = {row}"],
                [f"DELETE FROM {table} WHERE seq = {row}"],
                [f"DELETE FROM {table} WHERE seq >= {row}"],
                [f"DELETE FROM {table} WHERE seq <= {row}"],
                [f"UPDATE {table} SET branch = 'other' WHERE seq = {row}"],
                [f"UPDATE {table} SET seq = -seq WHERE seq = {row}"],
                [f"DELETE FROM {table} WHERE seq = {row}", f"UPDATE {table} SET seq = seq - 1 WHERE seq > {row}"],
                swap(table, row, other if other != row else row % ROWS[table] + 1),
            ]
        )
    )


@cases(40)
@given(forgeries())
def test_whatever_is_done_to_a_row_is_found_with_an_anchor_at_hand(
    lived: Path, place: Path, forgery: list[str]
) -> None:
    with closing(Store.in_folder(lived)) as store:
        anchor = Anchor.now(store, BRANCH, 0)
    shutil.copy(lived / "lobby.db", place / "lobby.db")
    forge(place, *forgery)
    with closing(Store.in_folder(place)) as store:
        assert not verdict(store, BRANCH, [anchor]).whole
