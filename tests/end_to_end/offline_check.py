"""What must be true when everything is up again, told from paper, answers, queue and journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import httpx
import msgspec

from lobby.door import Answer
from lobby.queue import events as e
from lobby.records.journal import Journal
from lobby.views import TicketView
from tests.end_to_end.offline_customers import Touch
from tests.end_to_end.offline_paper import Paper


def nothing_twice(touches: list[Touch], papers: list[Paper], queue: tuple[TicketView, ...]) -> None:
    """No number twice: among the answers, on paper, in the queue; and one touch never got two."""
    for touch in touches:
        assert len(touch.numbers) <= 1, f"one touch got {sorted(touch.numbers)}"
    _once([touch.number for touch in touches if touch.number], "answered")
    _once([paper.token for paper in papers], "on paper")
    _once([ticket.number for ticket in queue], "in the queue")
    _once([ticket.id for ticket in queue], "in the queue")


def answers_wait(touches: list[Touch], queue: tuple[TicketView, ...], phone: httpx.Client) -> None:
    """Each answer is in the queue, with its number and its arrival, and the customer's page shows that number. Where a
    kiosk answered because the server was slow, the server may have taken the touch before: that was the arrival."""
    waiting = {ticket.number: ticket for ticket in queue}
    for touch in touches:
        if touch.ended is not None:
            assert touch.number in waiting, f"{touch.number} was given and does not wait"
            arrived_at = waiting[touch.number].arrived_at
            as_told = arrived_at == touch.arrived_at or (touch.alone and arrived_at < touch.arrived_at)
            assert as_told, f"{touch.number} arrives at another time"
            shown = _number_of_page(phone, touch.token)
            assert shown == touch.number, f"{touch.number} is {shown} on the customer's page"


def papers_wait(papers: list[Paper], queue: tuple[TicketView, ...], phone: httpx.Client) -> None:
    """The QR code of each paper leads to a ticket in the queue that has the number on the paper."""
    waiting = {ticket.number for ticket in queue}
    for paper in papers:
        number = _number_of_page(phone, paper.token)
        assert number in waiting, f"{paper.file} leads to {number}, which does not wait"
        assert paper.shows(number), f"{paper.file} shows another number than {number}"


def in_order_of_arrival(touches: list[Touch], queue: tuple[TicketView, ...]) -> None:
    """By the recorded arrival; and by what really happened: who was answered before another touched is before them."""
    arrivals = [ticket.arrived_at for ticket in queue]
    assert arrivals == sorted(arrivals), "the queue is not in the order of arrival"
    place = {ticket.number: at for at, ticket in enumerate(queue)}
    answered = sorted((t for t in touches if t.ended is not None), key=lambda t: place[t.number])
    latest: Touch | None = None
    for touch in answered:
        assert touch.ended is not None
        if latest is not None and touch.ended < latest.began:
            late_ms = round((latest.began - touch.ended) * 1000)
            raise AssertionError(
                f"{touch.number} (kiosk {touch.kiosk}) was answered {late_ms} ms before {latest.number} (kiosk "
                f"{latest.kiosk}) was asked for, and waits behind it"
            )
        if latest is None or touch.began > latest.began:
            latest = touch


def nobody_unasked(touches: list[Touch], queue: tuple[TicketView, ...], journal: Journal) -> int:
    """How many tickets wait whose customers went before they were answered; every other is somebody's."""
    theirs = {touch.key: touch for touch in touches}
    asked_by: dict[str, set[str]] = {}
    for receipt in journal.receipts(0):
        ticket = msgspec.json.decode(receipt.answer, type=Answer).ticket
        key = receipt.key.partition("/")[2]
        if ticket is not None and not key.startswith("paper-"):  # which gives a ticket the number on its paper
            asked_by.setdefault(ticket.id, set()).add(key)
    gone = 0
    for ticket in queue:
        keys = asked_by.get(ticket.id, set()) & theirs.keys()
        assert len(keys) == 1, f"{ticket.number} waits for {len(keys)} touches"
        touch = theirs[keys.pop()]
        assert touch.number in {"", ticket.number}, f"{ticket.number} stands for a touch that got {touch.number}"
        gone += touch.walked_away
    return gone


def changes(journal: Journal) -> Counter[type[e.Event]]:
    """How often what happened."""
    return Counter(type(recorded.event) for recorded in journal.read(limit=100_000))


def _number_of_page(phone: httpx.Client, token: str) -> str:
    page = phone.get(f"/t/{token}")
    assert page.status_code == 200, f"the QR code with {token} leads nowhere"
    return page.text.partition('id="number" dir="ltr">')[2].partition("<")[0]


def _once(found: Iterable[str], where: str) -> None:
    twice = [one for one, times in Counter(found).items() if times > 1]
    assert not twice, f"{twice} twice {where}"
