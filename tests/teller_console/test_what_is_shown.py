"""What the teller reads, in which words, at which size."""

from __future__ import annotations

import time

import pytest
from rich.cells import cell_len

from lobby.errors import CounterBusy
from lobby.queue import commands as c
from lobby.queue.supervision import Reassign, SetCounterSkills
from lobby.words import LANGUAGES, refusal, words
from teller_console import phrases
from teller_console.keys import KEYS, makes_sense, shown
from teller_console.messages import EventArrived
from teller_console.panels.large_number import large, small
from teller_console.picture import Doing
from teller_console.screens.work import REPAINT_S
from tests.builders import MIA
from tests.teller_console.stage import OMAR, Stage

pytestmark = pytest.mark.anyio


async def test_a_refusal_is_read_in_russian(stage: Stage) -> None:
    stage.language = "ru"
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.until(lambda: bool(stage.commands(c.CallNext)) and not teller.screen.outbox)
        await teller.press("space")
        expected = refusal(CounterBusy(counter=3, number="A001"), words("ru"))
        await teller.until(lambda: expected in teller.said())


@pytest.mark.parametrize(
    ("language", "size"),
    [
        ("en", (200, 60)),
        ("en", (120, 36)),
        ("ru", (100, 30)),
        ("en", (80, 24)),
        ("ar", (80, 24)),
        ("zh", (80, 24)),
        ("ru", (80, 24)),
    ],
)
async def test_the_essentials_are_there_at_every_size_in_every_language(
    stage: Stage, language: str, size: tuple[int, int]
) -> None:
    stage.language = language
    stage.issue("cash", "ar", then=("cards",))
    stage.clock.forward(minutes=4)
    for service in ("accounts", "cards", "cash"):
        stage.issue(service, "zh")
    async with stage.signed_in(size) as teller:
        await teller.press("space", "s")
        await teller.until(lambda: bool(stage.commands(c.Start)))
        said = words(language)
        await teller.sees(f"1 {said('done')}")
        for key in KEYS:
            if size[0] >= 100 or makes_sense(key, Doing.SERVING):
                await teller.sees(f"{shown(key.key)} {said(key.said)}")
        await teller.press("f")
        await teller.write("note")
        number = large("A001") if size[0] >= 120 else small("A001")
        await teller.sees("B001", "C001", "A002", "note", number[0], number[2], f"[{said('done')}]", "●")
        text = teller.shows()
        lines = text.splitlines()
        assert len(lines) <= size[1]
        assert all(cell_len(line) <= size[0] for line in lines)


async def test_the_language_changes_by_key_and_the_rest_stays(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("l")
        await teller.sees("Language", "1 English")
        place = LANGUAGES.index("ru") + 1 if "ru" in LANGUAGES else 1
        await teller.press(str(place))
        await teller.sees(words("ru")("Now"))
        assert teller.screen.counter.ticket is not None


async def test_the_queue_stands_in_the_order_of_calling_with_its_marks(stage: Stage) -> None:
    stage.do(c.OpenCounter(3))
    stage.do(c.OpenCounter(2), OMAR)
    moved = stage.issue("cash")
    stage.do(c.CallNext(2), OMAR)
    stage.do(c.Transfer(2, to_counter=3), OMAR)
    stage.clock.forward(minutes=9)
    late = stage.issue("cash")
    by_law = stage.issue("cards", priority="priority")
    elsewhere = stage.issue("loans")
    stage.clock.forward(minutes=1)
    async with stage.signed_in() as teller:
        await teller.sees(moved, late, by_law, elsewhere, "▲ priority", "→ kept for you", "elsewhere 1")
        text = teller.shows()
        places = [text.index(f"│ {number}  ") for number in (by_law, moved, late, elsewhere)]
        assert places == sorted(places)
        await teller.sees("waiting 3", "longest 10 min (A001)")


async def test_who_asked_for_a_few_minutes_is_not_the_next_one_and_it_is_seen_until_when(stage: Stage) -> None:
    stage.do(c.OpenCounter(3))
    away, behind, elsewhere = stage.issue("cash"), stage.issue("cards"), stage.issue("loans")
    stage.clock.forward(minutes=4)
    stage.do(c.Hold(away))
    async with stage.signed_in() as teller:
        await teller.sees("◔ back in 5 min", f"Space calls the next: {behind}.", "waiting 1", "elsewhere 1")
        text = teller.shows()
        places = [text.index(f"│ {number}  ") for number in (behind, away, elsewhere)]
        assert places == sorted(places)
        await teller.time_goes_by(250)
        await teller.sees("◔ back in 1 min")
        await teller.time_goes_by(50)
        await teller.sees(f"Space calls the next: {away}.", "waiting 2", "longest 9 min (A001)")


async def test_a_promise_goes_from_ok_to_at_risk_to_late(stage: Stage) -> None:
    stage.do(c.OpenCounter(3))
    stage.issue()
    stage.issue()
    promise = stage.ticket("A002").promise
    assert promise is not None
    async with stage.signed_in() as teller:
        for share, said in ((0.5, "ok"), (0.35, "at risk"), (0.25, "late")):
            await teller.time_goes_by(promise.high_s * share)
            low, high = promise.low_s // 60, promise.high_s // 60
            await teller.until(
                lambda said=said, range_=f"{low}-{high}": any(
                    "A002" in line and range_ in line and said in line for line in teller.shows().splitlines()
                )
            )


async def test_the_timer_goes_on_without_asking_the_branch(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("serving 0:0")
        await teller.time_goes_by(252)
        await teller.sees("serving 4:12")


async def test_news_from_the_branch_appears(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        answer = stage.do(c.Issue("cash"))
        stage.follower.say(EventArrived(answer.seq, stage.clock(), "TicketIssued", answer.ticket))
        await teller.sees("A001", "waiting 1")


async def test_a_teller_reads_that_the_counter_gives_other_services_now_and_sees_its_queue(
    stage: Stage,
) -> None:
    card = stage.issue("cards")
    async with stage.signed_in() as teller:
        await teller.sees("waiting 1")
        told = len(teller.said())
        answer = stage.do(SetCounterSkills(3, ("cash",)), MIA)
        stage.follower.say(EventArrived(answer.seq, stage.clock(), "CounterSkillsSet", None, answer.counter))
        await teller.sees("waiting 0", "elsewhere 1", card)
        assert teller.said()[told:] == ["This counter serves from now on: Cash"]


async def test_a_customer_who_is_sent_here_joins_the_queue(stage: Stage) -> None:
    stage.do(c.OpenCounter(3, ("cash",)))
    card = stage.issue("cards")
    async with stage.signed_in() as teller:
        await teller.sees("waiting 0", "elsewhere 1")
        answer = stage.do(Reassign(card, "cash"), MIA)
        stage.follower.say(EventArrived(answer.seq, stage.clock(), "TicketReassigned", answer.ticket))
        await teller.sees("waiting 1")
        assert teller.said() == []


async def test_a_burst_of_news_is_painted_at_most_five_times_a_second(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.signed_in() as teller:
        painted: list[int] = []
        screen = teller.screen
        paint = screen._paint

        def count() -> None:
            painted.append(1)
            paint()

        monkeypatch.setattr(screen, "_paint", count)
        begun = time.monotonic()
        for _ in range(60):
            answer = stage.do(c.Issue("cash"))
            stage.follower.say(EventArrived(answer.seq, stage.clock(), "TicketIssued", answer.ticket))
        await teller.until(lambda: "waiting 60" in teller.shows())
        assert len(painted) <= (time.monotonic() - begun) / REPAINT_S + 2


async def test_a_long_queue_says_how_many_more_there_are(stage: Stage) -> None:
    for _ in range(60):
        stage.issue()
    async with stage.signed_in((80, 24)) as teller:
        await teller.sees("waiting 60", "more")


@pytest.mark.parametrize(
    ("code", "said"),
    [("zh", "Chinese"), ("pt-BR", "Portuguese (Brazil)"), ("sr-Latn", "Serbian (Latin)"), ("zh_TW", "zh_TW"), ("", "")],
)
def test_a_customers_language_is_said_in_the_tellers_or_as_it_stands_in_the_journal(code: str, said: str) -> None:
    assert phrases.language(code, words("en")) == said
