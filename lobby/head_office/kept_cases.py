"""Complaints and follow-ups of a branch as its journal here leaves them, read beside the server: from the newest
snapshot of the branch, and what came after it. The server itself has them in its folds."""

from __future__ import annotations

import logging
from typing import get_args

import msgspec
from sqlalchemy import select

from lobby.care.casebook import Casebook
from lobby.care.comments import Comment
from lobby.care.complaints import Complaint
from lobby.care.events import AboutComplaint, AboutFollowUp, CareEvent, CommentSettled
from lobby.care.follow_ups import FollowUp
from lobby.queue.events import Event, Recorded
from lobby.records.schema import events
from lobby.records.snapshots import Snapshots
from lobby.records.store import Store
from lobby.reports.cases import UNKNOWN, Cases, cases_of

KINDS = [
    kind.__name__ for kind in get_args(CareEvent) if issubclass(kind, (AboutComplaint, AboutFollowUp, CommentSettled))
]

log = logging.getLogger(__name__)


class Care(msgspec.Struct):
    """What is needed of a casebook: most of one are records of what tellers did."""

    complaints: dict[str, Complaint] = {}
    follow_ups: dict[str, FollowUp] = {}
    comments: dict[int, Comment] = {}

    def book(self) -> Casebook:
        return Casebook(complaints=self.complaints, follow_ups=self.follow_ups, comments=self.comments)


class Kept(msgspec.Struct):
    """What is needed of the snapshot of a branch, which stands at the event `seq`."""

    seq: int = 0
    care: Care = msgspec.field(default_factory=Care)


def kept_cases(store: Store, branch: str) -> Cases:
    """Those of the branch; `UNKNOWN` where this version cannot read its journal."""
    kept = Snapshots(store, branch).newest_as(Kept) or Kept()
    table = events.c
    query = select(table.seq, table.at, table.actor, table.body).where(
        table.branch == branch, table.seq > kept.seq, table.kind.in_(KINDS)
    )
    with store.read() as connection:
        rows = connection.execute(query.order_by(table.seq)).all()
    decode = msgspec.json.Decoder(Event).decode
    try:
        return cases_of((Recorded(row.seq, row.at, row.actor, decode(row.body)) for row in rows), kept.care.book())
    except msgspec.DecodeError:
        log.exception("the journal of %s cannot be read by this version", branch)
        return UNKNOWN
