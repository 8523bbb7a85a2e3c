"""A journal with something to send, and a courier with a clock to turn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lobby.care import events as care
from lobby.outbound.courier import Courier
from lobby.outbound.cursors import Cursor, Cursors
from lobby.outbound.messages import chosen
from lobby.outbound.sending import Outcome
from lobby.outbound.signing import new_secret, read_secrets
from lobby.outbound.values import Webhook
from lobby.queue import events as e
from lobby.records.entries import PrivateNote
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from tests.builders import Clock

BRANCH = "north"
DONE = Outcome(True)


class Branch:
    """A journal and its store in a folder; `happen` writes events that need no branch behind them."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.clock = clock or Clock()
        self.store = Store.in_folder(folder)
        self.journal = Journal(self.store, BRANCH)
        self.people = People(self.store, BRANCH)
        self.cursors = Cursors(self.store, BRANCH)
        self.seq = len(self.journal.read())

    def happen(self, *events: e.Event, note: PrivateNote | None = None) -> int:
        """Write them; returns the number of the last."""
        recorded = [e.Recorded(self.seq + n, self.clock(), "ann", event) for n, event in enumerate(events, 1)]
        self.journal.append(recorded, notes=[note] if note else [])
        self.seq += len(events)
        return self.seq

    def record(self, outcome: str = "done", note: str = "") -> int:
        """An interaction record; its note goes where notes go."""
        reference = f"note-{self.seq}" if note else ""
        kept = PrivateNote(reference, "RecordInteraction", self.clock(), note) if note else None
        return self.happen(e.InteractionRecorded("2024-03-05-A001", 1, outcome, reference), note=kept)

    def noise(self, count: int = 1) -> int:
        """Events that no webhook gets."""
        return self.happen(*(e.CounterClosed(1) for _ in range(count)))

    def complaint(self, reference: str = "C-AAAAAAA") -> int:
        return self.happen(care.ComplaintReceived(reference, "counter", "en", self.clock() + 1, None, False, ""))

    def cursor(self, name: str = "crm") -> Cursor:
        found = self.cursors.get(name)
        assert found is not None
        return found


def a_webhook(folder: Path, url: str = "http://127.0.0.1:1/", **changes: Any) -> Webhook:
    secret = folder / "crm.secret"
    if not secret.exists():
        secret.write_text(new_secret())
    fields: dict[str, Any] = {
        "name": "crm",
        "url": url,
        "types": chosen(["interaction.*", "complaint.*"]),
        "secret_file": secret,
    }
    return Webhook(**fields | changes)


def key(webhook: Webhook) -> bytes:
    return read_secrets(webhook.secret_file)[0]


class Tray:
    """A way to send that keeps what it is given and fails as it is told: one outcome an attempt, then delivery."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.bodies: list[bytes] = []
        self.outcomes: list[Outcome] = []
        self.always: Outcome = DONE

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        self.sent.append(headers["webhook-id"])
        self.bodies.append(body)
        return self.outcomes.pop(0) if self.outcomes else self.always


class Told:
    """What the branch was told of webhooks in trouble."""

    def __init__(self) -> None:
        self.alerts: list[tuple[str, bool]] = []

    def __call__(self, problem: str, raised: bool, detail: str) -> None:
        self.alerts.append((problem, raised))

    @property
    def open(self) -> set[str]:
        found: set[str] = set()
        for problem, raised in self.alerts:
            (found.add if raised else found.discard)(problem)
        return found


def a_courier(
    branch: Branch, post: Any, webhook: Webhook | None = None, told: Told | None = None, **options: Any
) -> Courier:
    """A courier without jitter that has begun at the journal's start."""
    courier = Courier(
        webhook or a_webhook(branch.folder),
        BRANCH,
        branch.journal,
        branch.cursors,
        branch.people.read,
        post,
        notify=told or Told(),
        clock=branch.clock,
        chance=lambda: 0.5,
        **options,
    )
    courier.begin(0)
    return courier
