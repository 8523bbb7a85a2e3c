"""A teller's own day and weeks: kind, theirs alone, compared with nobody but themselves."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.care.casebook import Casebook, Worked
from lobby.care.feedback import ENOUGH_OF_ONE
from lobby.care.views import FollowUpView, Reader, RecordView, record_view

WEEK = 5
"""Business days."""


class OwnService(msgspec.Struct, frozen=True):
    """One service today beside one's own days before: customers served and mean handling time in seconds (None: none
    yet); `before_served` says how many the mean before was taken of."""

    service: str
    served: int
    handled_mean_s: float | None
    before_mean_s: float | None
    before_served: int


class OwnDay(msgspec.Struct, frozen=True):
    """A day's sums: customers served, mean wait before them and mean handling time in seconds."""

    day: str
    served: int
    waited_mean_s: float | None
    handled_mean_s: float | None


class Kindness(msgspec.Struct, frozen=True):
    """A customer's praise."""

    at: int
    place: str
    text: str


class MyDay(msgspec.Struct, frozen=True):
    """`today`, and the last days one was at work, oldest first; `ratings` how often customers gave each mark (1 to 5)
    on the days before today, of which there are none while they are few; praise, reviews with their remarks, and what
    one has promised."""

    teller: str
    today: OwnDay
    services: tuple[OwnService, ...]
    days: tuple[OwnDay, ...]
    ratings: dict[int, int]
    praise: tuple[Kindness, ...]
    reviews: tuple[RecordView, ...]
    due: tuple[FollowUpView, ...]


def my_day(
    book: Casebook,
    teller: str,
    day: str,
    day_start: int,
    today: Iterable[Worked],
    due: tuple[FollowUpView, ...],
    read: Reader,
) -> MyDay:
    """One's own day; `today` is what was done since `day_start` (ms UTC), by anyone."""
    mine = [one for one in today if one.teller == teller]
    before = [one for one in book.worked if one.teller == teller]
    days = sorted({one.day for one in before})
    reviewed = [book.reviews[seq] for seq in sorted(book.reviews) if book.reviews[seq].teller == teller]
    rated = [one.rating for one in book.rated if one.teller == teller and one.at < day_start]
    return MyDay(
        teller=teller,
        today=_own_day(day, mine),
        services=tuple(_own_service(code, mine, before) for code in dict.fromkeys(one.service for one in mine)),
        days=tuple(_own_day(past, [one for one in before if one.day == past]) for past in days),
        ratings={rating: rated.count(rating) for rating in range(1, 6)} if len(rated) >= ENOUGH_OF_ONE else {},
        praise=tuple(Kindness(one.at, one.place, read(one.note)) for one in book.praise if one.teller == teller),
        reviews=tuple(
            record_view(book.records[one.record], one, read, remark=True)
            for one in reviewed
            if one.record in book.records
        ),
        due=due,
    )


def _own_day(day: str, worked: list[Worked]) -> OwnDay:
    served = sum(one.served for one in worked)
    return OwnDay(
        day,
        served,
        _mean_s(sum(one.waited_ms for one in worked), served),
        _mean_s(sum(one.handled_ms for one in worked), served),
    )


def _own_service(code: str, mine: list[Worked], before: list[Worked]) -> OwnService:
    now = [one for one in mine if one.service == code]
    past = [one for one in before if one.service == code]
    served, served_before = sum(one.served for one in now), sum(one.served for one in past)
    return OwnService(
        code,
        served,
        _mean_s(sum(one.handled_ms for one in now), served),
        _mean_s(sum(one.handled_ms for one in past), served_before),
        served_before,
    )


def _mean_s(total_ms: int, count: int) -> float | None:
    return round(total_ms / count / 1000, 1) if count else None
