"""The counter with its care room: the example branch's answers, standards and templates, on a line that can be cut."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from lobby.care import commands as cc
from lobby.care_door import CareDoor
from lobby.config import load
from lobby.desk import Desk
from lobby.errors import LobbyError, ServerUnreachable
from lobby.knowledge_folder import KnowledgeFolder
from lobby.local_care import LocalCare
from lobby.queue import commands as c
from lobby.queue.given import Actor
from lobby.queue.ticket import State
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from teller_console.protocols import Session, Workplace
from tests.builders import Clock
from tests.teller_console.fakes import FakeSession, Line
from tests.teller_console.stage import MARIA, Stage, Teller
from tests.teller_console.typist import PATIENCE_S

MIA = Actor("mia", "supervisor")


@dataclass
class CareLine:
    """A care door whose line can be cut, held up, or made to refuse. `asked` is what was asked, in order."""

    door: CareDoor
    cut: bool = False
    refuse_with: LobbyError | None = None
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    way: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.way.set()

    def __getattr__(self, name: str) -> Any:
        def ask(*given: Any) -> Any:
            self.asked.append((name, *given))
            assert self.way.wait(PATIENCE_S), "the test never let the question through"
            if self.cut:
                raise ServerUnreachable()
            if self.refuse_with is not None:
                raise self.refuse_with
            return getattr(self.door, name)(*given)

        return ask


class CareStage(Stage):
    """`care` is the care room of whoever is signed in: maria, or `actor`."""

    def __init__(self, folder: Path, clock: Clock, actor: Actor = MARIA) -> None:
        _copy_example(folder)
        setup = load(folder).setup
        store = Store.in_folder(folder)
        super().__init__(Desk(setup, Journal(store, setup.id), clock=clock), clock)
        self.people = People(store, setup.id)
        self.knowledge = KnowledgeFolder.of_branch(folder, services=setup.services)
        self.knowledge.scan(clock())
        self.line = Line(self.desk.door(actor))
        self.sign_in.session = FakeSession(actor.name, actor.role)
        self.care = CareLine(self.of(actor))

    def of(self, actor: Actor) -> CareDoor:
        """The care room of anybody, through a whole line."""
        return LocalCare(self.desk, self.people, self.knowledge, actor)

    def _place(self, session: Session) -> Workplace:
        return Workplace(self.line, lambda: self.follower, care=cast(CareDoor, self.care))

    # -- what there is already

    def complaint(self, text: str = "The fee was not what the sign says.", **more: Any) -> str:
        """A complaint that maria has taken; its reference."""
        answer = self.do(cc.TakeComplaint(text, **more))
        assert answer.complaint is not None
        return answer.complaint.reference

    def promise(self, note: str = "Call about the card", within_h: int = 24, **more: Any) -> str:
        """A promise of maria's; its reference."""
        answer = self.do(cc.PromiseFollowUp(note, within_h=within_h, **more))
        assert answer.follow_up is not None
        return answer.follow_up.reference

    def served(self, service: str = "cash", minutes: float = 4, counter: int = 3, actor: Actor = MARIA) -> None:
        """A customer came, was served and went."""
        self.issue(service)
        self.do(c.CallNext(counter), actor)
        self.do(c.Start(counter), actor)
        self.clock.forward(minutes=minutes)
        self.do(c.Finish(counter, "answered", "asked about coins"), actor)

    async def serving(self, teller: Teller, service: str = "cash", language: str = "en") -> str:
        """A customer comes to the counter by keys, and is served; the number."""
        number = self.issue(service, language)
        await teller.press("space")
        await teller.until(lambda: self.ticket(number).state is State.CALLED)
        await teller.press("s")
        await teller.until(lambda: self.ticket(number).state is State.SERVING)
        await teller.until(lambda: teller.screen.counter.ticket is not None)
        return number


def _copy_example(folder: Path) -> None:
    """The files that `lobby init` writes, and the answers."""
    examples = Path(str(files("lobby.examples")))
    for name in ("branch.toml", "standards.toml"):
        shutil.copy(examples / name, folder / name)
    for name in ("records", "knowledge"):
        shutil.copytree(examples / name, folder / name)
