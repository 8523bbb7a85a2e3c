"""A courier: in order, until delivered, from where it was; patient, but not for ever."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lobby.errors import StorageBusy
from lobby.outbound.courier import BATCH, IDLE_S, LATE, PAUSES_S, STOPPED, Courier
from lobby.outbound.sending import Outcome, Sender
from lobby.outbound.signing import new_secret
from lobby.queue import events as e
from lobby.records.entries import PrivateNote
from tests.builders import Clock
from tests.lobby.outbound.branch import Branch, Told, Tray, a_courier, a_webhook, key
from tests.lobby.outbound.receiver import Receiver, a_receiver, answers, drops

BROKEN = Outcome(False, "answered 500")


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[Branch]:
    made = Branch(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def post() -> Tray:
    return Tray()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def courier(branch: Branch, post: Tray, told: Told) -> Courier:
    return a_courier(branch, post, told=told)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as found:
        yield found


def fail_for(branch: Branch, courier: Courier, hours: float) -> None:
    """Let the clock run and the courier try whenever it is due."""
    end = branch.clock() + round(hours * 3_600_000)
    while branch.clock() < end:
        branch.clock.forward(max(1.0, courier.step()))


# -- what is sent


def test_what_a_webhook_wants_is_sent_in_order_and_once(branch: Branch, courier: Courier, post: Tray) -> None:
    branch.record()
    branch.noise()
    branch.complaint()
    branch.record()
    courier.step()
    courier.step()
    assert post.sent == ["north/1", "north/3", "north/4"]


def test_a_new_webhook_gets_no_history(branch: Branch, post: Tray) -> None:
    branch.record()
    fresh = a_courier(branch, post, a_webhook(branch.folder, name="fresh"))
    branch.cursors.move("fresh", 0)
    later = Courier(
        a_webhook(branch.folder, name="later"),
        "north",
        branch.journal,
        branch.cursors,
        branch.people.read,
        post,
        notify=Told(),
        clock=branch.clock,
        chance=lambda: 0.5,
    )
    later.begin(branch.seq)
    later.step()
    assert post.sent == []
    fresh.step()
    assert post.sent == ["north/1"]


def test_a_webhook_that_began_goes_on_where_it_was_after_a_restart(
    branch: Branch, courier: Courier, post: Tray
) -> None:
    branch.record()
    courier.step()
    branch.record()
    again = a_courier(branch, post)
    again.begin(branch.seq)
    again.step()
    assert post.sent == ["north/1", "north/2"]


def test_a_long_stretch_that_nobody_wants_is_passed_once(branch: Branch, courier: Courier, post: Tray) -> None:
    branch.noise(BATCH + 20)
    courier.step()
    assert branch.cursor().seq == BATCH
    seen: list[int] = []
    read = branch.journal.read

    def counted(after: int = 0, limit: int | None = None) -> list[e.Recorded]:
        seen.append(after)
        return read(after, limit)

    branch.journal.read = counted  # type: ignore[method-assign]
    courier.step()
    last = branch.record()
    courier.step()
    assert seen == [BATCH + 20, BATCH + 20]
    assert post.sent == [f"north/{last}"]


def test_a_record_that_was_undone_is_taken_back_after_it_was_sent(branch: Branch, courier: Courier, post: Tray) -> None:
    branch.record()
    branch.happen(e.ServiceFinished("2024-03-05-A001", 1, "done", True))
    courier.step()
    branch.happen(e.StepUndone("2024-03-05-A001", 1, "ServiceFinished"))
    branch.happen(e.StepUndone("2024-03-05-A001", 1, "ServiceStarted"))
    courier.step()
    assert post.sent == ["north/1", "north/3"]
    recorded, undone = (msgspec.json.decode(body) for body in post.bodies)
    assert (recorded["type"], undone["type"]) == ("interaction.recorded", "interaction.undone")
    assert undone["data"]["undone"] == post.sent[0]


def test_a_rehearsal_is_never_sent(branch: Branch, post: Tray) -> None:
    branch.record()
    courier = a_courier(branch, post, live=lambda: False)
    assert courier.step() == IDLE_S
    assert post.sent == []


# -- over a wire


def test_each_message_is_signed_with_the_receivers_secret(branch: Branch, receiver: Receiver) -> None:
    webhook = a_webhook(branch.folder, receiver.url)
    sender = Sender()
    branch.record("card_ordered")
    a_courier(branch, sender.post, webhook).step()
    sender.close()
    (got,) = receiver.got
    assert got.signed_with(key(webhook))
    assert got.headers["content-type"] == "application/json"
    assert got.message["data"]["outcome"] == "card_ordered"


def test_a_secret_is_replaced_without_a_restart(branch: Branch, receiver: Receiver) -> None:
    webhook = a_webhook(branch.folder, receiver.url)
    sender = Sender()
    courier = a_courier(branch, sender.post, webhook)
    old = key(webhook)
    branch.record()
    courier.step()
    webhook.secret_file.write_text(f"{new_secret()}\n{webhook.secret_file.read_text()}")
    new = key(webhook)
    branch.record()
    courier.step()
    sender.close()
    first, second = receiver.got
    assert first.signed_with(old)
    assert second.signed_with(new, old)


def test_through_every_kind_of_failure_each_event_arrives_in_order_with_its_one_id(
    branch: Branch, receiver: Receiver
) -> None:
    receiver.behaviours = [
        answers(500),
        drops,
        answers(301, location="http://127.0.0.1:1/"),
        answers(204),
        answers(503),
        answers(204),
    ]
    sender = Sender()
    courier = a_courier(branch, sender.post, a_webhook(branch.folder, receiver.url))
    for _ in range(3):
        branch.record()
    while branch.cursor().seq < 3:
        branch.clock.forward(courier.step())
    sender.close()
    assert [got.id for got in receiver.got] == ["north/1"] * 4 + ["north/2"] * 2 + ["north/3"]
    attempts = [int(got.headers["webhook-timestamp"]) for got in receiver.got[:4]]
    assert attempts == sorted(set(attempts)), "each attempt has a time of its own"
    assert len({got.body for got in receiver.got[:4]}) == 1, "the message is the same each time"


# -- failures


def test_what_cannot_be_delivered_holds_back_what_follows(branch: Branch, courier: Courier, post: Tray) -> None:
    post.outcomes = [BROKEN]
    branch.record()
    branch.record()
    assert courier.step() == PAUSES_S[0]
    assert post.sent == ["north/1"]
    branch.clock.forward(PAUSES_S[0])
    courier.step()
    assert post.sent == ["north/1", "north/1", "north/2"]
    assert branch.cursor() == msgspec.structs.replace(branch.cursor(), seq=2, tries=0, failing_since=0, problem="")


def test_pauses_grow_to_an_hour(branch: Branch, courier: Courier, post: Tray) -> None:
    post.always = BROKEN
    branch.record()
    pauses = []
    for _ in range(8):
        courier.step()
        pauses.append(branch.cursor().pause_s)
        branch.clock.forward(branch.cursor().pause_s)
    assert pauses == [*PAUSES_S, 3600, 3600]


def test_a_pause_outlives_a_restart(branch: Branch, courier: Courier, post: Tray) -> None:
    post.outcomes = [BROKEN, BROKEN]
    branch.record()
    courier.step()
    branch.clock.forward(PAUSES_S[0])
    courier.step()
    again = a_courier(branch, post)
    branch.clock.forward(PAUSES_S[1] - 1)
    assert again.step() == pytest.approx(1)
    assert len(post.sent) == 2


def test_a_clock_that_was_set_back_makes_nobody_wait_for_it(branch: Branch, courier: Courier, post: Tray) -> None:
    post.outcomes = [BROKEN]
    branch.record()
    courier.step()
    branch.clock.forward(hours=-5)
    courier.step()
    assert post.sent == ["north/1", "north/1"]


@pytest.mark.parametrize(("asked_s", "kept_s"), [(1.0, 5.0), (900.0, 900.0), (999_999.0, 6 * 3600.0)])
def test_a_receiver_is_left_alone_as_long_as_it_asks_within_reason(
    branch: Branch, courier: Courier, post: Tray, asked_s: float, kept_s: float
) -> None:
    post.outcomes = [Outcome(False, "answered 429", retry_after_s=asked_s)]
    branch.record()
    courier.step()
    assert branch.cursor().pause_s == kept_s


def test_branches_do_not_all_knock_at_the_same_moment(branch: Branch, post: Tray) -> None:
    post.always = BROKEN
    branch.record()
    pauses = []
    for name, chance in (("low", 0.0), ("high", 0.999)):
        courier = a_courier(branch, post, a_webhook(branch.folder, name=name))
        courier._chance = lambda chance=chance: chance  # type: ignore[misc]
        courier.step()
        pauses.append(branch.cursor(name).pause_s)
    assert pauses == [pytest.approx(4.0), pytest.approx(6.0, abs=0.01)]


def test_after_an_hour_the_branch_is_told_once_and_told_when_it_is_over(
    branch: Branch, courier: Courier, post: Tray, told: Told
) -> None:
    post.always = BROKEN
    branch.record()
    fail_for(branch, courier, 0.9)
    assert told.open == set()
    fail_for(branch, courier, 5)
    assert told.alerts.count((LATE, True)) == 1
    post.always = Outcome(True)
    fail_for(branch, courier, 2)
    assert told.open == set()
    assert branch.cursor().seq == 1


def test_after_three_days_a_webhook_is_stopped_and_the_branch_told(
    branch: Branch, courier: Courier, post: Tray, told: Told
) -> None:
    post.always = BROKEN
    branch.record()
    fail_for(branch, courier, 75)
    assert branch.cursor().stopped
    assert told.open == {STOPPED}
    tried = len(post.sent)
    assert 70 < tried < 100
    fail_for(branch, courier, 48)
    assert len(post.sent) == tried


def test_a_receiver_that_is_gone_stops_its_webhook_at_once(
    branch: Branch, courier: Courier, post: Tray, told: Told
) -> None:
    post.outcomes = [Outcome(False, "answered 410", gone=True)]
    branch.record()
    courier.step()
    assert branch.cursor().stopped
    assert told.open == {STOPPED}


def test_a_stopped_webhook_has_its_alert_after_a_restart_too(
    branch: Branch, courier: Courier, post: Tray, told: Told
) -> None:
    post.outcomes = [Outcome(False, "answered 410", gone=True)]
    branch.record()
    courier.step()
    told_again = Told()
    again = a_courier(branch, post, told=told_again)
    again.step()
    again.step()
    assert told_again.alerts.count((STOPPED, True)) == 1
    assert told_again.open == {STOPPED}


def test_a_replay_begins_again_from_where_it_is_told_while_the_courier_runs(
    branch: Branch, courier: Courier, post: Tray, told: Told
) -> None:
    for _ in range(4):
        branch.record()
    courier.step()
    post.outcomes = [Outcome(False, "answered 410", gone=True)]
    branch.record()
    courier.step()
    branch.cursors.move("crm", 2)
    courier.step()
    assert post.sent[5:] == ["north/3", "north/4", "north/5"]
    assert told.open == set()


def test_a_replay_asked_for_during_an_attempt_is_not_lost(branch: Branch, told: Told) -> None:
    sent = []

    def post(url: str, body: bytes, headers: object) -> Outcome:
        sent.append(msgspec.json.decode(body)["data"]["seq"])
        if sent == [1, 2, 3]:
            branch.cursors.move("crm", 1)
        return Outcome(True)

    courier = a_courier(branch, post, told=told)
    for _ in range(3):
        branch.record()
    courier.step()
    assert sent == [1, 2, 3, 2, 3]


def test_a_secret_that_is_missing_is_a_failure_that_can_be_mended(branch: Branch, courier: Courier, post: Tray) -> None:
    secret = courier.webhook.secret_file.read_text()
    courier.webhook.secret_file.unlink()
    branch.record()
    courier.step()
    assert post.sent == []
    assert branch.cursor().problem == "the secret file cannot be read: No such file or directory"
    courier.webhook.secret_file.write_text(secret)
    branch.clock.forward(PAUSES_S[0])
    courier.step()
    assert post.sent == ["north/1"]


# -- personal data


def test_a_note_is_sent_only_where_it_was_asked_for_and_not_after_it_was_erased(branch: Branch, post: Tray) -> None:
    branch.record(note="Ines wants a call")
    a_courier(branch, post).step()
    trusted = a_courier(branch, post, a_webhook(branch.folder, name="bank", include_private=True))
    trusted.step()
    branch.people.erase({"note-0"})
    branch.cursors.move("bank", 0)
    trusted.step()
    plain, full, erased = (msgspec.json.decode(body)["data"] for body in post.bodies)
    assert "private" not in plain
    assert full["private"] == {"note": "Ines wants a call"}
    assert erased["private"] == {}
    assert b"note-0" not in b"".join(post.bodies)


def test_neither_secret_nor_note_nor_address_comes_into_the_log(
    branch: Branch, post: Tray, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    webhook = a_webhook(branch.folder, "https://crm.example/key-in-the-path", include_private=True)
    post.outcomes = [BROKEN]
    branch.record(note="Ines wants a call")
    courier = a_courier(branch, post, webhook)
    courier.step()
    branch.clock.forward(60)
    courier.step()
    assert "webhook crm, event 1 not delivered: answered 500" in caplog.text
    for hidden in (webhook.secret_file.read_text().strip(), "Ines", "key-in-the-path"):
        assert hidden not in caplog.text


def test_words_that_cannot_be_read_hold_the_event_back_and_people_are_told(
    branch: Branch, post: Tray, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    kept = PrivateNote("odd", "RecordInteraction", branch.clock(), "not what was agreed: Ines")
    branch.happen(e.InteractionRecorded("2024-03-05-A001", 1, "done", private="odd"), note=kept)
    courier = a_courier(branch, post, a_webhook(branch.folder, include_private=True), told)
    fail_for(branch, courier, 3)
    assert post.sent == []
    assert told.open == {LATE}
    assert branch.cursor().problem == "a fault of ours; the log says more"
    assert "Ines" not in caplog.text


# -- running


class Naps:
    """Ways to wait that never sleep: they note how long was asked for, and end the courier after so many."""

    def __init__(self, courier: Courier, count: int) -> None:
        self.asked: list[float] = []
        self._courier, self._count = courier, count

    def __call__(self, seconds: float) -> bool:
        self.asked.append(seconds)
        if len(self.asked) >= self._count:
            self._courier.stop()
        return False


def test_a_courier_goes_on_when_the_disk_is_busy_or_a_fault_is_ours(
    branch: Branch, courier: Courier, post: Tray, caplog: pytest.LogCaptureFixture
) -> None:
    branch.record()
    troubles: list[Exception] = [StorageBusy(), ZeroDivisionError("ours")]
    read = branch.journal.read

    def failing(after: int = 0, limit: int | None = None) -> list[e.Recorded]:
        if troubles:
            raise troubles.pop(0)
        return read(after, limit)

    branch.journal.read = failing  # type: ignore[method-assign]
    naps = Naps(courier, 3)
    courier.run(naps)
    assert post.sent == ["north/1"]
    assert naps.asked == [IDLE_S, IDLE_S, IDLE_S]
    assert "ZeroDivisionError" in caplog.text


def test_a_courier_that_is_told_to_stop_sends_nothing_more(branch: Branch) -> None:
    sent = []

    def post(url: str, body: bytes, headers: object) -> Outcome:
        sent.append(1)
        stopped.stop()
        return Outcome(True)

    stopped = a_courier(branch, post)
    branch.record()
    branch.record()
    stopped.run(lambda seconds: pytest.fail("there is nothing to wait for"))
    assert sent == [1]
    assert branch.cursor().seq == 1


def test_two_webhooks_of_a_branch_do_not_know_each_other(branch: Branch, post: Tray, clock: Clock) -> None:
    other = Tray()
    other.always = BROKEN
    one = a_courier(branch, post)
    two = a_courier(branch, other, a_webhook(branch.folder, name="other"))
    branch.record()
    two.step()
    one.step()
    assert (branch.cursor("crm").seq, branch.cursor("other").seq) == (1, 0)
