"""A branch in whose care room something lies: complaints in several states, promises, records, answers found wrong."""

from __future__ import annotations

import logging
import re
import threading
import time
from itertools import count
from pathlib import Path
from typing import Any

from flask_socketio import SocketIO

from display_server.live.sender import Live
from lobby.care import commands as cc
from lobby.care.interactions import Record
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.records.tokens import SESSION
from tests.builders import ANN, BOB, KIOSK, MIA, Clock
from tests.display_server.served import served
from tests.end_to_end.house import House, a_house

STAFF = {"mia": "manager", "ann": "teller", "bob": "teller", "aud": "auditor"}
CLOCK = Actor("clock", "manager")
WORDS = "The fee for my card was charged twice, and nobody could tell me why."
WAITED = "I waited an hour, and <b>nobody</b> looked up."
STANDARDS = """
[standards.common]
en = ["Greeted by name", "Said what happens next", "Asked whether anything is left"]

[[counters]]
"""


def with_rules(text: str) -> str:
    """The example branch, where Mia answers for what ran out of time, with a standard for every service."""
    led = re.sub(r"(?m)^\[complaints\].*$", '[complaints]\nescalate_to = "mia"', text)
    return led.replace("\n[[counters]]\n", STANDARDS, 1)


BROKEN = '+++\ntitle = "Old fees"\nvalid_until = "soon"\n+++\nText.\n'


class CareHouse:
    """The house, on a port, with the live side; `do` has the branch carry a command out."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.clock = Clock()
        self._keys = count(1)
        (folder / "knowledge" / "cash").mkdir(parents=True)
        (folder / "knowledge" / "cash" / "old-fees.en.md").write_text(BROKEN, encoding="utf-8")
        self.house: House = a_house(folder, self.clock, with_rules)
        self.server = self.house.server
        for name, role in STAFF.items():
            self.server.staff.add(name, name.title(), role, self.clock(), one_time=False)
        sockets = SocketIO(self.house.app, async_mode="threading", cors_allowed_origins=[])
        Live(sockets, self.server).start(sockets.start_background_task, threading.Event(), time.sleep)
        self._http = served(self.house.app)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()

    def token(self, name: str) -> str:
        """What lets a browser in as this member of staff."""
        return self.server.tokens.create(SESSION, name, STAFF[name], self.clock())

    def do(self, command: c.Command, actor: Actor = ANN) -> Answer:
        return self.server.desk.submit(command, key=f"care-{next(self._keys)}", actor=actor)

    def take(self, text: str = WORDS, actor: Actor = ANN, **fields: Any) -> str:
        """Take a complaint down; the reference is what comes back."""
        answer = self.do(cc.TakeComplaint(text, contact="020 7946 0018", **fields), actor)
        assert answer.complaint is not None
        return answer.complaint.reference

    def promise(self, note: str, **fields: Any) -> str:
        answer = self.do(cc.PromiseFollowUp(note, **fields))
        assert answer.follow_up is not None
        return answer.follow_up.reference

    def serve(self, actor: Actor = ANN, counter: int = 1, **record: Any) -> None:
        """Serve somebody and keep a record of it."""
        self.do(c.Issue("cash"), KIOSK)
        self.do(c.CallNext(counter), actor)
        self.do(c.Start(counter), actor)
        self.clock.forward(minutes=4)
        self.do(c.Finish(counter, record=Record(**record)), actor)

    def fill(self) -> dict[str, str]:
        """Some weeks of a branch; the references by what they are."""
        found = {}
        for name, text, category in (
            ("closed", "I waited an hour.", "wait"),
            ("closed too", "Forty minutes for a signature.", "wait"),
        ):
            found[name] = self.take(text, KIOSK, category=category, service="cash", language="en")
            self.clock.forward(hours=3)
            self.close_complaint(found[name], category)
            self.clock.forward(hours=24 * 3)
        found["over"] = self.take(actor=KIOSK, category="fees", service="cards", language="en")
        self.clock.forward(hours=20)
        found["soon"] = self.take("لم يشرح لي أحد الرسوم.", KIOSK, category="information", language="ar")
        self.clock.forward(hours=22)
        found["fresh"] = self.take("The door is too heavy for my wheelchair.", category="access", language="en")
        found["promise"] = self.promise("Call Mr Brown about the loan papers", within_h=5, name="Mr Brown")
        self.do(c.OpenCounter(1))
        self.do(c.OpenCounter(3), BOB)
        self.serve(note="Paid in, asked about the fee table.")
        self.serve(BOB, 3, note="Changed the address, saw the passport.")
        self.do(c.GiveFeedback(1, "en", choices=("wait",), ticket="A001", note=WAITED), KIOSK)
        self.do(c.GiveFeedback(5, "ar", note="شكرا لكم"), KIOSK)
        answer = self.do(cc.ReportArticle("wrong", "old-fees", "en", "The fee is 3, not 2."))
        assert answer.seq
        self.do(cc.WatchClocks(), CLOCK)
        return found

    def close_complaint(self, reference: str, category: str) -> None:
        self.do(cc.AcknowledgeComplaint(reference, "phone"), MIA)
        self.do(cc.AssessComplaint(reference, category, 2, 2), MIA)
        self.do(cc.AnswerComplaint(reference, "upheld", "letter", "We are sorry."), MIA)
        self.clock.forward(hours=30)
        self.do(cc.CloseComplaint(reference, "staffing", "One more counter from eleven to two"), MIA)
