"""One room's calls: each spoken once and in order, or on record why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from display_server.voice import room as rooms
from display_server.voice.line import CROWDED
from display_server.voice.room import VOICE
from hardware.voice_clips import as_wave
from lobby.queue import commands as c
from lobby.queue.announcing import NoteAnnouncement
from lobby.queue.services import Span
from lobby.queue.supervision import LoudVoice, QuietVoice
from lobby.signage import LoudHours, Screen, Voice
from tests.builders import KIOSK, MIA
from tests.display_server.voice.stage import HALL, Lobby, tone


def test_of_thirty_calls_in_ten_seconds_each_is_heard_once_in_order_or_on_record_as_skipped(lobby: Lobby) -> None:
    """Eight counters call faster than anybody can speak; some customers come at once, some are called again."""
    began = lobby.clock.now
    called: list[tuple[str, int]] = []
    coming: list[tuple[int, Callable[[], None]]] = []

    def call(counter: int) -> None:
        if lobby.desk.state.counter(counter).ticket:
            lobby.do(c.Start(counter))
            lobby.do(c.Finish(counter))
        called.append((lobby.call(counter, ("en", "ar", "zh", "ru")[counter % 4]), 1))

    def recall(counter: int) -> None:
        lobby.do(c.Recall(counter))
        called.append((lobby.desk.state.tickets[lobby.desk.state.counter(counter).ticket or ""].number, 2))

    for place in range(26):
        coming.append((place * 385, lambda counter=place % 8 + 1: call(counter)))
    for place in range(4):
        coming.append((9_700 + place * 100, lambda counter=place + 5: recall(counter)))
    coming.sort(key=lambda one: one[0])

    def meanwhile(say: dict[str, Any]) -> str:
        """While the speaker speaks, the counters go on calling."""
        now = lobby.clock.now
        ends = now + say["ms"]
        while coming and began + coming[0][0] <= ends:
            at, happens = coming.pop(0)
            lobby.clock.now = max(lobby.clock.now, began + at)
            happens()
        lobby.clock.now = now
        return "spoken"

    lobby.join("one", answers=meanwhile)
    coming.pop(0)[1]()
    while coming or lobby.room().line.calls:
        lobby.run()
        if coming:
            lobby.clock.now = max(lobby.clock.now, began + coming[0][0])
            coming.pop(0)[1]()

    assert len(called) == 30
    recorded = [(one.ticket.rpartition("-")[2], one.calls) for one in lobby.on_record]
    assert Counter(recorded) == Counter(called)  # each call once, none forgotten
    spoken = [(say["number"], say["counter"]) for _, say in lobby.asked]
    assert len(spoken) == len(set(spoken)) > 8
    order = [number for number, _ in called]
    first = [order.index(number) for number, _ in spoken]
    assert first == sorted(first)
    heard = [one for one in lobby.on_record if one.outcome == "spoken"]
    assert len(heard) == len(spoken)
    skipped = {one.why for one in lobby.on_record if one.outcome == "skipped"}
    assert "served" in skipped
    assert skipped <= {"served", "called_again", "stale"}


def test_a_call_is_spoken_in_the_customers_language_and_then_in_the_branchs(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(3, "ar")
    lobby.run()
    ((_, say),) = lobby.asked
    assert say["url"] == f"/voice/{say['id']}.wav"
    assert (say["number"], say["counter"], say["language"], say["volume"]) == ("A001", 3, "ar", 70)
    assert [part.split(":")[0] for part in lobby.words()] == ["chime", *["ar"] * 6, *["en"] * 6]
    (noted,) = lobby.on_record
    assert (noted.outcome, noted.why, noted.languages, noted.calls, noted.room) == (
        "spoken",
        "",
        ("ar", "en"),
        1,
        "hall",
    )


def test_the_branchs_own_language_is_spoken_once(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(3, "en")
    lobby.run()
    assert lobby.words() == [
        "chime", "en: Ticket number", "en: A", "en: 0", "en: 0", "en: 1", "en: Please go to counter 3",
    ]  # fmt: skip


def test_while_many_wait_each_is_spoken_in_their_own_language_only(lobby: Lobby) -> None:
    lobby.join("one")
    for counter in range(1, CROWDED + 3):
        lobby.call(counter, "ar")
    lobby.run()
    assert [one.languages for one in lobby.on_record] == [("ar",), ("ar",), *[("ar", "en")] * CROWDED]


def test_a_recall_takes_the_place_of_its_older_self_and_says_that_it_is_one(lobby: Lobby) -> None:
    for counter in (1, 2):
        lobby.call(counter)
    lobby.do(c.Recall(1))
    lobby.join("one")
    lobby.run()
    assert lobby.said == ["A001", "A002"]
    assert lobby.words(0)[1] == "en: Called again"
    assert lobby.words(1)[1] == "en: Ticket number"


def test_the_call_that_a_recall_replaces_is_on_record(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.do(c.Recall(1))
    lobby.run()
    assert lobby.outcomes == [("A001", "skipped", "called_again"), ("A001", "spoken", "")]
    assert [one.calls for one in lobby.on_record] == [1, 2]


def test_calls_that_are_taken_in_together_are_told_apart(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.do(c.OpenCounter(1))
    lobby.issue()
    for place, command in enumerate((c.CallTicket(1, "A001", "test"), c.Recall(1), c.Recall(1))):
        lobby.desk.submit(command, key=f"together {place}", actor=MIA)
    lobby.voices.take_in()
    lobby.run()
    assert [(one.calls, one.outcome) for one in lobby.on_record] == [(1, "skipped"), (2, "skipped"), (3, "spoken")]


def test_a_recall_while_the_call_is_being_spoken_is_spoken_afterwards(lobby: Lobby) -> None:
    def recalled_once(say: dict[str, Any]) -> str:
        if len(lobby.asked) == 1:
            lobby.do(c.Recall(1))
        return "spoken"

    lobby.join("one", answers=recalled_once)
    lobby.call(1)
    lobby.run()
    assert lobby.said == ["A001", "A001"]
    assert lobby.outcomes == [("A001", "spoken", "")] * 2


def _start(lobby: Lobby) -> None:
    lobby.do(c.Start(2))


def _finish(lobby: Lobby) -> None:
    lobby.do(c.Start(2))
    lobby.do(c.Finish(2))


def _undo(lobby: Lobby) -> None:
    lobby.do(c.UndoStep(2))


def _cancel(lobby: Lobby) -> None:
    lobby.do(c.Cancel("A002"), MIA)


def _close_day(lobby: Lobby) -> None:
    lobby.do(c.CloseDay(), MIA)


def _wait(lobby: Lobby) -> None:
    lobby.clock.forward(46)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_start, "served"),
        (_finish, "served"),
        (_undo, "withdrawn"),
        (_cancel, "withdrawn"),
        (_close_day, "withdrawn"),
        (_wait, "stale"),
    ],
)
def test_what_was_overtaken_before_its_turn_is_not_spoken(
    lobby: Lobby, happens: Callable[[Lobby], None], why: str
) -> None:
    lobby.join("one", answers=lambda say: happens(lobby) or "spoken" if say["number"] == "A001" else "spoken")
    lobby.call(1)
    lobby.call(2)
    lobby.run()
    assert lobby.said == ["A001"]
    assert lobby.outcomes[-1] == ("A002", "skipped", why)


def test_a_number_called_anew_after_it_was_taken_back_is_spoken(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    lobby.do(c.UndoStep(1))
    lobby.do(c.CallTicket(1, "A001", "test"), MIA)
    lobby.run()
    assert lobby.said == ["A001", "A001"]
    assert lobby.outcomes == [("A001", "spoken", "")] * 2


# -- quiet


def test_in_quiet_mode_nothing_is_spoken_until_its_end(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.do(QuietVoice(lobby.clock.now + 60_000), MIA)
    lobby.call(1)
    lobby.run()
    lobby.clock.forward(60)
    lobby.call(2)
    lobby.run()
    assert lobby.said == ["A002"]
    assert lobby.outcomes == [("A001", "skipped", "quiet"), ("A002", "spoken", "")]


def test_quiet_mode_can_be_ended_before_its_time(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.issue()
    lobby.do(QuietVoice(), MIA)
    assert lobby.desk.state.quiet_until == lobby.desk.state.day_end
    lobby.do(LoudVoice(), MIA)
    lobby.call(1)
    lobby.run()
    assert lobby.said == ["A002"]


def test_the_volume_goes_by_the_hour_and_no_volume_is_quiet(lobby_with: Callable[..., Lobby]) -> None:
    hours = (LoudHours(Span(9 * 60, 10 * 60), 40), LoudHours(Span(10 * 60, 11 * 60), 0))
    lobby = lobby_with(voice=Voice(80, hours))
    lobby.join("one")
    for counter, hour in ((1, 0), (2, 1), (3, 2)):
        lobby.clock.now += 3_600_000 * (1 if hour else 0)
        lobby.call(counter)
        lobby.run()
    assert [(say["number"], say["volume"]) for _, say in lobby.asked] == [("A001", 40), ("A003", 80)]
    assert lobby.outcomes[1] == ("A002", "skipped", "quiet")


# -- speakers


@pytest.mark.parametrize("answer", ["refused", "failed"])
def test_what_one_speaker_cannot_say_another_of_the_room_says(lobby: Lobby, answer: str) -> None:
    lobby.join("silent", answers=answer)
    lobby.join("well")
    for counter in (1, 2):
        lobby.call(counter)
    lobby.run()
    assert [link for link, _ in lobby.asked] == ["silent", "well", "well"]  # the next call begins with the other
    assert lobby.outcomes == [("A001", "spoken", ""), ("A002", "spoken", "")]


@pytest.mark.parametrize("answer", ["refused", "failed"])
def test_what_no_speaker_can_say_is_on_record_with_the_reason(lobby: Lobby, answer: str) -> None:
    lobby.join("one", answers=answer)
    lobby.call(1)
    lobby.run()
    assert lobby.outcomes == [("A001", "skipped", answer)]


def test_a_speaker_that_does_not_answer_holds_the_line_no_longer_than_its_sound_and_some_seconds(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    lobby.join("dumb", answers=lambda say: None)
    monkeypatch.setattr(lobby.room()._answered, "wait", asked.append)
    lobby.call(1)
    lobby.run()
    (say,) = (say for _, say in lobby.asked)
    assert asked == [say["ms"] / 1000 + rooms.ANSWER_S]
    assert lobby.outcomes == [("A001", "skipped", "failed")]


def test_a_call_whose_speaker_leaves_is_said_when_one_comes_back(lobby: Lobby) -> None:
    def goes(say: dict[str, Any]) -> None:
        lobby.leave("one")

    lobby.join("one", answers=goes)
    lobby.call(1)
    lobby.run()
    assert lobby.outcomes == []
    lobby.join("again")
    lobby.run()
    assert lobby.said == ["A001", "A001"]
    assert lobby.outcomes == [("A001", "spoken", "")]


def test_without_a_speaker_a_call_waits_until_it_is_stale(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.leave("one")
    lobby.call(1)
    lobby.run()
    assert lobby.outcomes == []
    lobby.clock.forward(46)
    lobby.run()
    assert lobby.outcomes == [("A001", "skipped", "nobody")]


def test_what_another_server_process_has_spoken_is_neither_spoken_here_nor_missed(lobby: Lobby) -> None:
    """Its speakers are of the same room, and its word is in the journal of both."""
    lobby.call(1)
    call = lobby.room().line.calls[0]
    lobby.do(NoteAnnouncement(call.ticket, 1, 1, call.seq, "hall", "spoken"), VOICE)
    lobby.join("one")
    lobby.clock.forward(46)
    lobby.run()
    assert lobby.said == []
    assert lobby.outcomes == [("A001", "spoken", "")]


def test_a_room_that_never_had_a_speaker_leaves_the_journal_alone(lobby: Lobby) -> None:
    lobby.call(1)
    lobby.do(c.Recall(1))
    lobby.clock.forward(46)
    lobby.run()
    assert lobby.outcomes == []
    assert not lobby.room().line.calls


def test_a_zone_speaks_only_its_own_calls_and_waits_for_nobody_elses(lobby_with: Callable[..., Lobby]) -> None:
    lobby = lobby_with(
        Screen("left", room="hall", counters=(1, 2)),
        Screen("right", room="hall", counters=(3,)),
        Screen("upstairs", room="first-floor", services=("loans",)),
    )
    lobby.join("right", "right")
    lobby.join("up", "upstairs")
    for counter in (1, 3, 8):
        lobby.call(counter)
    lobby.call(4, service="loans")
    lobby.run()
    assert [(link, say["number"]) for link, say in lobby.asked] == [("right", "A002"), ("up", "L001")]
    lobby.join("left", "left")
    lobby.run()
    assert [(link, say["number"]) for link, say in lobby.asked][2:] == [("left", "A001")]
    assert {(one.room, one.ticket[-4:]) for one in lobby.on_record} == {
        ("hall", "A001"), ("hall", "A002"), ("first-floor", "L001"),
    }  # fmt: skip


def test_only_the_speaker_that_was_asked_can_answer(lobby: Lobby) -> None:
    def others_answer(say: dict[str, Any]) -> None:
        lobby.voices.said("one", {"id": say["id"], "outcome": "spoken"})
        for message in (
            {"id": "another", "outcome": "failed"}, {"id": say["id"], "outcome": "sung"}, {"id": 1}, None, 7,
        ):  # fmt: skip
            lobby.voices.said("one", message)
        for stranger in ("two", "nobody"):
            lobby.voices.said(stranger, {"id": say["id"], "outcome": "failed"})

    lobby.join("one", answers=others_answer)
    lobby.join("two")
    lobby.call(1)
    lobby.run()
    assert [link for link, _ in lobby.asked] == ["one"]
    assert lobby.outcomes == [("A001", "spoken", "")]


def test_a_screen_without_a_room_is_asked_to_say_nothing(lobby_with: Callable[..., Lobby]) -> None:
    lobby = lobby_with(HALL, Screen("sign", room=""))
    for link, screen in (("sign", "sign"), ("stranger", "nowhere")):
        lobby.join(link, screen)
    lobby.call(1)
    lobby.run()
    assert lobby.asked == []


# -- restart


def test_after_a_restart_what_was_not_spoken_yet_is_spoken_and_nothing_twice(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    lobby.leave("one")
    lobby.call(2)
    lobby.call(3)
    lobby.do(c.Recall(3))
    lobby.do(c.Start(2))
    lobby.start()
    lobby.join("one")
    lobby.run()
    assert lobby.said == ["A001", "A003"]
    assert lobby.words()[1] == "en: Called again"
    assert ("A002", "skipped", "served") in lobby.outcomes


def test_after_a_restart_old_calls_are_not_spoken(lobby: Lobby) -> None:
    lobby.call(1)
    lobby.clock.forward(50)
    lobby.start()
    lobby.join("one")
    lobby.run()
    assert lobby.said == []


def test_in_a_rehearsal_nothing_is_spoken(lobby: Lobby) -> None:
    lobby.do(c.StartRehearsal(), MIA)
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    assert lobby.said == []
    assert lobby.outcomes == []


def test_what_was_overtaken_before_a_speaker_came_back_after_a_restart_is_on_record(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    lobby.leave("one")
    lobby.call(2)
    lobby.call(3)
    lobby.do(c.Recall(3))
    lobby.do(c.Start(2))
    lobby.start()
    lobby.run()
    assert lobby.outcomes[1:] == [("A003", "skipped", "called_again"), ("A002", "skipped", "served")]


def test_after_a_restart_a_number_that_was_called_anew_is_spoken_although_its_first_call_is_on_record(
    lobby: Lobby,
) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    lobby.do(c.UndoStep(1))
    lobby.do(c.CallTicket(1, "A001", "test"), MIA)
    lobby.start()
    lobby.join("one")
    lobby.run()
    assert lobby.outcomes == [("A001", "spoken", "")] * 2


# -- what changes meanwhile


def test_while_the_clock_stands_still_who_was_transferred_is_called_by_voice_again(lobby: Lobby) -> None:
    """A clock that was set back: everything happens at the same moment."""
    lobby.join("one")
    lobby.do(c.OpenCounter(2))
    lobby.call(1)
    lobby.run()
    lobby.clock.now = lobby.desk.state.at - 3_600_000
    lobby.do(c.Start(1))
    lobby.do(c.Transfer(1, "loans"))
    lobby.do(c.CallTicket(2, "A001", "test"), MIA)
    lobby.run()
    assert [(say["number"], say["counter"]) for _, say in lobby.asked] == [("A001", 1), ("A001", 2)]


def test_a_ticket_that_was_given_the_number_on_its_paper_is_spoken_by_that_number(lobby: Lobby) -> None:
    lobby.do(c.LeaseNumbers("cash", "kiosk", 10), KIOSK)
    lobby.call(1)
    ticket = lobby.desk.state.counter(1).ticket or ""
    lobby.do(c.HandIn("A999", "cash", "kiosk", "token", lobby.clock.now, "en", replaces=ticket), KIOSK)
    lobby.join("one")
    lobby.run()
    assert lobby.said == ["A999"]
    assert "en: 9" in lobby.words()


def test_what_became_quiet_while_its_clips_were_made_is_not_on_record_as_spoken(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rooms.compose

    def slowly(*given: Any, **options: Any) -> Any:
        lobby.do(QuietVoice(), MIA)
        return made(*given, **options)

    monkeypatch.setattr(rooms, "compose", slowly)
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    assert lobby.outcomes == [("A001", "skipped", "quiet")]
    assert lobby.asked == []


def test_a_fault_of_ours_in_one_call_leaves_it_on_record_and_the_next_is_spoken(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = rooms.compose

    def fails_once(*given: Any, **options: Any) -> Any:
        monkeypatch.setattr(rooms, "compose", made)
        raise ZeroDivisionError

    monkeypatch.setattr(rooms, "compose", fails_once)
    lobby.join("one")
    for counter in (1, 2):
        lobby.call(counter)
    lobby.run()
    assert lobby.outcomes == [("A001", "skipped", "failed"), ("A002", "spoken", "")]
    assert "ZeroDivisionError" in caplog.text


def test_who_left_while_another_was_asked_is_not_waited_for(lobby: Lobby) -> None:
    def fails(say: dict[str, Any]) -> str:
        lobby.leave("two")
        lobby.join("three")
        return "failed"

    lobby.join("one", answers=fails)
    lobby.join("two")
    lobby.call(1)
    lobby.run()
    assert [link for link, _ in lobby.asked] == ["one", "three"]
    assert lobby.outcomes == [("A001", "spoken", "")]


def test_a_speaker_that_comes_late_finds_nothing_to_play(lobby: Lobby) -> None:
    lobby.join("one")
    lobby.call(1)
    lobby.run()
    ((_, say),) = lobby.asked
    assert lobby.voices.waves.find(say["id"]) is None


def test_after_the_start_one_clip_after_the_other_is_read_or_made_with_a_pause(lobby: Lobby) -> None:
    """Recordings too: to read all of them at once would hold the server's loop."""
    paused: list[int] = []
    recorded = lobby.shelf.recording("en", "digit-4")
    recorded.parent.mkdir(parents=True)
    recorded.write_bytes(as_wave(tone(700)))
    lobby.voices._build(lambda seconds: paused.append(len(lobby.singer.sung)))
    clips = len(lobby.shelf.names())
    assert len(paused) == 1 + clips
    assert (paused[0], paused[-1]) == (0, clips - 1)
    assert all(later - earlier <= 1 for earlier, later in pairwise(paused))
