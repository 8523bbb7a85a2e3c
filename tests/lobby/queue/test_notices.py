"""Notices on the lobby screens: who reads them, how long, and how many at once."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.board import board_view
from lobby.queue.notices import AT_ONCE, Notice
from lobby.queue.supervision import PostNotice, TakeNoticeDown
from lobby.queue.supervision_events import NoticePosted, NoticeTakenDown
from tests.builders import MIA, TUESDAY, Room, moment

DAY_END = moment("2024-03-06 04:00")
HELLO = {"en": "Please queue at counter 3.", "ar": "يرجى الوقوف عند الشباك 3."}


def shown(room: Room) -> list[dict[str, str]]:
    return [notice.texts for notice in board_view(room.branch, room.clock()).notices]


def posted(room: Room, texts: dict[str, str] | None = None, until: int | None = None) -> str:
    (made,) = room.do(PostNotice(texts or HELLO, until), MIA, f"notice-{room.made}")
    assert isinstance(made, NoticePosted)
    return made.notice


def test_a_notice_is_on_the_board_for_the_rest_of_the_day(room: Room) -> None:
    id = posted(room)
    assert board_view(room.branch, TUESDAY).notices == (Notice(id, HELLO, TUESDAY, DAY_END),)
    room.clock.now = DAY_END - 1
    assert shown(room) == [HELLO]
    room.clock.now = DAY_END
    assert shown(room) == []


def test_a_notice_goes_at_its_time_or_when_it_is_taken_down(room: Room) -> None:
    posted(room, {"en": "one"}, TUESDAY + 60_000)
    second = posted(room, {"en": "two"})
    room.clock.forward(60)
    assert shown(room) == [{"en": "two"}]
    assert room.do(TakeNoticeDown(second), MIA) == [NoticeTakenDown(second)]
    assert shown(room) == []
    with pytest.raises(errors.UnknownNotice):
        room.do(TakeNoticeDown(second), MIA)


def test_a_notice_with_a_time_of_its_own_outlives_the_day(room: Room) -> None:
    room.issue()
    posted(room, until=DAY_END + 12 * 3_600_000)
    room.clock.now = DAY_END + 3_600_000
    room.issue()
    assert shown(room) == [HELLO]


def test_more_than_a_few_at_once_nobody_reads(room: Room) -> None:
    for _ in range(AT_ONCE - 1):
        posted(room)
    posted(room, until=TUESDAY + 60_000)
    with pytest.raises(errors.TooManyNotices):
        posted(room)
    room.clock.forward(60)
    posted(room)
    assert len(room.branch.notices) == AT_ONCE


def test_what_nobody_sees_is_left_out_and_a_notice_without_words_is_none(room: Room) -> None:
    posted(room, {"en": " one\nline \u202eonly ", "ru": "  "})
    assert shown(room) == [{"en": "one line only"}]
    with pytest.raises(errors.BadField):
        posted(room, {"en": " \u202e "})


def test_a_code_that_is_no_language_is_refused_and_so_is_a_time_that_is_over(room: Room) -> None:
    with pytest.raises(errors.UnknownLanguage):
        posted(room, {"en": "Hello", "xx": "Habari"})
    with pytest.raises(errors.BadField):
        posted(room, until=TUESDAY)
