"""Notices: a few words that the lobby screens show to everyone, in each language that somebody wrote them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lobby.care.interactions import cleaned
from lobby.errors import BadField, TooManyNotices, UnknownLanguage, UnknownNotice
from lobby.languages import is_language
from lobby.queue import events as e
from lobby.queue import supervision as c
from lobby.queue import supervision_events as s
from lobby.queue.given import Given
from lobby.queue.services_open import ends

if TYPE_CHECKING:  # the branch holds notices
    from lobby.queue.branch import Branch

AT_ONCE = 4
"""More than so many notices nobody reads: the screen shows one after the other."""


class Notice(msgspec.Struct, frozen=True):
    """`texts` by language, shown from `since` up to `until` (ms UTC)."""

    id: str
    texts: dict[str, str]
    since: int
    until: int


def shown(branch: Branch, now: int) -> tuple[Notice, ...]:
    """The notices of now (ms UTC), the oldest first."""
    return tuple(notice for notice in branch.notices.values() if now < notice.until)


def post_notice(branch: Branch, command: c.PostNotice, given: Given) -> list[e.Event]:
    for language in command.texts:
        if not is_language(language):
            raise UnknownLanguage(language=language)
    texts = {language: said for language, text in command.texts.items() if (said := cleaned(text))}
    if not texts:
        raise BadField(field="texts", problem="a text in at least one language is needed")
    until = ends(branch, command.until, given.at)
    if len(shown(branch, given.at)) >= AT_ONCE:
        raise TooManyNotices(most=AT_ONCE)
    return [s.NoticePosted(given.reference, texts, until)]


def take_notice_down(branch: Branch, command: c.TakeNoticeDown, given: Given) -> list[e.Event]:
    if all(notice.id != command.notice for notice in shown(branch, given.at)):
        raise UnknownNotice()
    return [s.NoticeTakenDown(command.notice)]


def on_posted(branch: Branch, event: s.NoticePosted, at: int) -> None:
    branch.notices = {notice.id: notice for notice in shown(branch, at)}
    branch.notices[event.notice] = Notice(event.notice, event.texts, at, event.until)


def on_taken_down(branch: Branch, event: s.NoticeTakenDown, at: int) -> None:
    branch.notices.pop(event.notice, None)
