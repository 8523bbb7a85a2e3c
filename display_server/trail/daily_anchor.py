"""Each day that is over gets an anchor: kept in the data folder, told to whoever is told of events, and mailed. At the
start the journal is held against the anchor kept here that goes furthest."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lobby.anchoring import anchored
from lobby.desk import Desk
from lobby.errors import KeyReused, LobbyError
from lobby.mail_anchor import mail_anchor
from lobby.outbound.mail_values import BadPassword, MailSetup
from lobby.queue.anchoring import NoteAnchor
from lobby.queue.commands import RaiseAlert, ResolveAlert
from lobby.queue.decisions import Actor
from lobby.queue.events import BranchAnchored, DayClosed, DayOpened
from lobby.records.anchor import Anchor
from lobby.records.anchor_folder import keep_anchor
from lobby.records.not_written import NotWritten
from lobby.records.own_anchors import contradicted
from lobby.records.store import Store

ANCHORS = Actor("anchors", "auditor")
DEVICE, MISSING = "journal", "records_missing"
LOOK_BACK = 500
"""So many events are looked at for the end of the day; more than happen in a night."""

log = logging.getLogger(__name__)


class DailyAnchor:
    """The anchors of one branch. `offload` runs what takes long away from the server's loop."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        desk: Desk,
        clock: Callable[[], int],
        mail: MailSetup | None,
        offload: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._folder = folder
        self._store = store
        self._desk = desk
        self._clock = clock
        self._mail = mail if mail is not None and mail.anchors else None
        self._offload = offload
        self._done = ""
        self._compared = False

    def look(self) -> None:
        """Make an anchor, if a day is over that has none."""
        if not self._compared:
            self._compare()
            self._compared = True
        key = self._due()
        if not key or key == self._done:
            return
        now, branch = self._clock(), self._desk.setup.id
        made = self._offload(lambda: self._make(branch, now))
        try:
            self._desk.submit(NoteAnchor(str(made)), key=key, actor=ANCHORS)
        except KeyReused:  # another process of this branch was quicker
            self._done = key
            return
        self._done = key
        if self._mail is not None:
            self._offload(lambda: self._post(str(made), now))

    def _compare(self) -> None:
        """Say it as an alert where the journal does not hold what was seen of it; and no more once it does."""
        doubt = self._offload(lambda: contradicted(self._store, self._folder, self._desk.setup.id))
        told = any(alert.problem == MISSING for alert in self._desk.state.alerts.values())
        if (doubt is not None) == told:
            return
        command = RaiseAlert(DEVICE, MISSING, "", str(doubt)) if doubt else ResolveAlert(DEVICE, MISSING)
        self._desk.submit(command, key=secrets.token_hex(8), actor=ANCHORS)

    def _make(self, branch: str, now: int) -> Anchor:
        """An anchor that cannot be kept here is told all the same."""
        made = anchored(self._store, branch, now, actor=ANCHORS.name, role=ANCHORS.role)
        try:
            keep_anchor(self._folder, made)
        except NotWritten as fault:
            log.warning("the anchor of the day: %s", fault)
        return made

    def _due(self) -> str:
        """What names the end of the day that has no anchor; empty when there is none."""
        state = self._desk.state
        if not state.day or not (state.day_closed or self._clock() >= state.day_end):
            return ""
        for recorded in reversed(self._desk.events(max(0, state.seq - LOOK_BACK), LOOK_BACK)):
            if isinstance(recorded.event, BranchAnchored):
                return ""
            if isinstance(recorded.event, DayClosed):
                return f"anchor {recorded.seq}"
            if isinstance(recorded.event, DayOpened):
                break
        return f"anchor {state.day}"

    def _post(self, anchor: str, now: int) -> None:
        """A mail that does not go out stops nothing: the anchor is kept, and the next day's goes over this day too."""
        assert self._mail is not None
        try:
            problem = mail_anchor(self._folder, self._mail, anchor, now)
        except (BadPassword, LobbyError, OSError) as fault:
            problem = str(fault)
        if problem:
            log.warning("the anchor of the day was not mailed: %s", problem)
