"""A branch server that does as it is told, in a process of its own: real pages, the real wire, an invented branch.

    python -m tests.display_server.fake_branch [PORT] [--words FILE]

It prints `ready URL`. Orders go to POST /order. It can call a customer, lose an event on the way, fall silent, ignore
a resync; killed and started again on the same port it has another epoch, as the real one.
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import socketio
from flask import Flask, Response, jsonify, render_template, request
from werkzeug.serving import make_server

import display_server
from display_server import screens, sentences
from display_server.phone import view as phone_view
from display_server.phone.customers import Said
from kiosk.look import look_blueprint
from lobby import examples
from lobby.config import load
from lobby.signage import Look, Screen
from lobby.views import TicketView
from lobby.words import Words, words

replace = msgspec.structs.replace

ROOMS = Path(display_server.__file__).parent
CONFIG = load(Path(examples.__path__[0]))
BRANCH = tomllib.loads((Path(examples.__path__[0]) / "branch.toml").read_text("utf-8"))
NAMES = BRANCH["branch"]["name"]
LANGUAGES = BRANCH["branch"]["languages"]
NOBODY = {"id": "A001", "number": "A001", "service": "cash", "service_name": "Cash", "language": "en"}
NOBODY |= {"state": "waiting", "arrived_at": 0, "ahead": 0}
NINE = 1_709_629_200_000
"""Tuesday 5 March 2024, 09:00 in London; there the invented day stands when the process starts."""

BEAT_S = 0.5

STANDS = (
    *("silent", "deaf", "refuse", "forward_ms", "seq", "services", "figures", "ticket", "calls", "notices"),
    *("counters", "screens", "look", "release"),
)
"""What an order can set."""

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class SaidOtherwise(Words):
    """Words with provisional translations in front, for looking at a page before its catalogue is there."""

    def __init__(self, language: str, provisional: dict[str, str]) -> None:
        super().__init__(language)
        self._provisional = provisional

    def __call__(self, message: str, **facts: object) -> str:
        said = self._provisional.get(message) or super().__call__(message)
        return said % facts if facts else said


class FakeBranch:
    """The invented branch: a board, figures and one ticket, as the real server sends them."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(4)
        self.seq = 100
        self.began = time.monotonic()
        self.forward_ms = 0
        self.silent = False
        self.deaf = False
        self.refuse = ""
        self.release = "one"
        self.heard: list[dict[str, Any]] = []
        self.log: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.counters: list[dict[str, Any]] = []
        self.screens: dict[str, dict[str, Any]] = {}
        self.look: dict[str, Any] = {}
        self.setup = CONFIG.setup
        self.services = [
            {
                "code": service["code"],
                "name": service["name"]["en"],
                "names": service["name"],
                "prefix": service["prefix"],
                "open": True,
                "hours": "",
                "waiting": 0,
                "longest_s": 0,
                "wait": {"low_s": 0, "high_s": 120},
            }
            for service in BRANCH["services"]
        ]
        self.figures: dict[str, Any] = {}
        self.ticket: dict[str, Any] = {}

    @property
    def at(self) -> int:
        return NINE + self.forward_ms + int((time.monotonic() - self.began) * 1000)

    def stands(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "seq": self.seq, "at": self.at}

    def board(self) -> dict[str, Any]:
        board = {"branch": "main-street", "name": NAMES["en"], "names": NAMES, "languages": LANGUAGES}
        board |= {"calls": self.calls, "services": self.services, "notices": self.notices}
        board |= {"counters": self.counters}
        return board | {"seq": self.seq, "at": self.at}

    def record(self, kind: str, **told: Any) -> dict[str, Any]:
        self.seq += 1
        event = {"seq": self.seq, "at": self.at, "kind": kind, **told}
        self.log.append(event)
        if kind in ("TicketCalled", "TicketRecalled"):
            call = {key: event.get(key) for key in ("number", "counter", "language", "service", "at", "calls")}
            self.calls = [call, *(c for c in self.calls if c["number"] != call["number"])][:8]
        return event


def make(branch: FakeBranch, provisional: dict[str, dict[str, str]]) -> tuple[Any, socketio.Server]:
    """The application and its Socket.IO server."""
    app = Flask("display_server", root_path=str(ROOMS))
    app.register_blueprint(look_blueprint())
    app.config["TEMPLATES_AUTO_RELOAD"] = True  # for whoever looks at a page while writing it
    live = socketio.Server(async_mode="threading", transports=["websocket"], cors_allowed_origins=[])

    def speak(language: str) -> Words:
        return SaidOtherwise(language, provisional[language]) if language in provisional else words(language)

    def show(template: str, spoken: tuple[str, ...] = (), **page: Any) -> str:
        mine = speak(request.args.get("language", "en"))
        data = {
            "branch": "main-street",
            "names": NAMES,
            "languages": LANGUAGES,
            "zone": BRANCH["branch"]["zone"],
            "language": mine.language,
            "sentences": {sentence: mine(sentence) for sentence in spoken},
        } | page
        return render_template(template, words=mine, language=mine.language, direction=mine.direction, page=data)

    @app.after_request
    def _policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.get("/screen")
    @app.get("/screen/<name>")
    def screen(name: str = "") -> str:
        shown = msgspec.convert({"name": name} | branch.screens.get(name, {}), Screen, strict=False)
        look = msgspec.convert(branch.look, Look)
        return screens.rendered(branch.setup, look, shown, request.args.get("language", ""), speak)

    @app.get("/manager")
    def manager() -> str:
        services = {service["code"]: service["name"] for service in BRANCH["services"]}
        definitions = {"service_level": "Served within the target, as a share."}
        return show("manager.html", sentences.MANAGER, may={}, definitions=definitions, services=services, counters={})

    @app.get("/t/<token>")
    def ticket(token: str) -> str:
        mine = speak(request.args.get("language", "en"))
        view = msgspec.convert(NOBODY | branch.ticket, TicketView)
        page = phone_view.page_of(CONFIG.setup, view, branch.at, mine, token=token, answered=0)
        return show("ticket.html", said=Said(), **page)

    @app.get("/sign-in")
    def sign_in() -> str:
        return show("sign_in.html", error=request.args.get("error", ""), next="/manager")

    @app.get("/show/<name>")
    def any_page(name: str) -> str:
        links = [
            {"href": "/kiosk/", "title": "Kiosk", "text": "Customers take a number here."},
            {"href": "/screen", "title": "Lobby screen", "text": "Shows whose turn it is."},
            {"href": "/manager", "title": "Manager", "text": "Waits and counters as they are now."},
            {"href": "/report", "title": "Report", "text": "The figures of a day."},
        ]
        error = request.args.get("error", "")
        return show(f"{name}.html", title="Not here", text="This page does not exist.", links=links, error=error)

    # -- the wire

    namespaces = {
        "/display": lambda: {"board": branch.board(), "release": branch.release},
        "/dashboard": lambda: {"figures": branch.figures},
        "/ticket": lambda: {"ticket": branch.ticket, "wait": None},
    }
    beats = {
        "/display": lambda: {
            "services": branch.services,
            "notices": branch.notices,
            "counters": branch.counters,
        },
        "/dashboard": lambda: {"figures": branch.figures},
    }

    def serve(namespace: str) -> None:
        @live.on("connect", namespace=namespace)
        def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            if branch.refuse:
                raise socketio.exceptions.ConnectionRefusedError(branch.refuse)
            branch.heard.append({"what": "connect", "namespace": namespace, "auth": auth})
            if not branch.silent:
                live.emit("snapshot", branch.stands() | namespaces[namespace](), to=sid, namespace=namespace)

        @live.on("resync", namespace=namespace)
        def resync(sid: str, message: Any) -> None:
            branch.heard.append({"what": "resync", "namespace": namespace, **message})
            if branch.deaf:
                return
            if not 100 <= message["after"] <= branch.seq:
                live.emit("snapshot", branch.stands() | namespaces[namespace](), to=sid, namespace=namespace)
            for event in branch.log:
                if event["seq"] > message["after"]:
                    live.emit("event", event, to=sid, namespace=namespace)

    for namespace in namespaces:
        serve(namespace)

    @live.on("health", namespace="/display")
    def health(sid: str, message: Any) -> None:
        branch.heard.append({"what": "health", **message})

    one_after_the_other = threading.Lock()  # no beat tells of an event that has not been sent

    def beat() -> None:
        while True:
            time.sleep(BEAT_S)
            with one_after_the_other:
                if not branch.silent:
                    for namespace, more in beats.items():
                        live.emit("beat", branch.stands() | more(), namespace=namespace)
                    live.emit("beat", {"epoch": branch.epoch, "at": branch.at}, namespace="/ticket")

    threading.Thread(target=beat, daemon=True).start()

    # -- orders from the test

    @app.post("/order")
    def order() -> Response:
        with one_after_the_other:
            return carried_out(request.get_json())

    def carried_out(told: dict[str, Any]) -> Response:
        if told.get("reset"):
            branch.__init__()  # type: ignore[misc]  # another day, another epoch
        for name in STANDS:
            if name in told:
                setattr(branch, name, told[name])
        if "last_number" in told:
            services = {code: replace(one, **told["last_number"]) for code, one in CONFIG.setup.services.items()}
            branch.setup = replace(CONFIG.setup, services=services)
        if "service" in told:
            next(s for s in branch.services if s["code"] == told["service"]["code"]).update(told["service"])
        if "event" in told:
            event = branch.record(**told["event"])
            if not told.get("lost"):
                live.emit("event", event, namespace="/display")
        if "ticket" in told:
            branch.seq += 1
            live.emit("snapshot", branch.stands() | namespaces["/ticket"](), namespace="/ticket")
        return jsonify(seq=branch.seq, epoch=branch.epoch, at=branch.at)

    @app.get("/heard")
    def heard() -> Response:
        return jsonify(branch.heard)

    return socketio.WSGIApp(live, app), live


def main() -> None:
    port = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 0
    file = sys.argv[sys.argv.index("--words") + 1] if "--words" in sys.argv else ""
    provisional = json.loads(Path(file).read_text("utf-8")) if file else {}
    app, _ = make(FakeBranch(), provisional)
    server = make_server("127.0.0.1", port, app, threaded=True)
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
