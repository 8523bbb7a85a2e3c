"""A branch server without a process: the application's test client over a branch of its own, with a clock to turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from display_server.app import create_app
from display_server.branch_server import BranchServer
from display_server.gate.attempts import change_password
from lobby.records.tokens import DEVICE
from tests import postgres
from tests.builders import Clock

API = "/api/v1"
MAIN = f"{API}/branches/main-street"
PASSWORD = "a long enough password"


@dataclass
class House:
    """The branch server, its application, and a few ways to speak to it."""

    server: BranchServer
    clock: Clock
    app: Flask
    _keys: count[int] = field(default_factory=count)
    _tokens: dict[str, str] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        """A browser or program of its own, with its own cookies."""
        return self.app.test_client()

    def token(self, role: str) -> str:
        """A device's or program's token in this role, named like the role."""
        if role not in self._tokens:
            self._tokens[role] = self.server.tokens.create(DEVICE, role, role, self.clock())
        return self._tokens[role]

    def member(self, username: str, role: str) -> str:
        """A member of staff who has replaced the one-time password by `PASSWORD`; a session's token."""
        first = self.server.staff.add(username, username.title(), role, self.clock())
        change_password(self.server, username, first, PASSWORD, "")
        answer = self.client().post(f"{API}/sessions", json={"username": username, "password": PASSWORD})
        return str(answer.json["token"])  # type: ignore[index]

    def ask(self, method: str, path: str, role: str = "manager", body: Any = None, **headers: str) -> TestResponse:
        """A request of a program; a POST carries a new key unless `Idempotency_Key` says otherwise."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            sent.setdefault("Authorization", f"Bearer {self.token(role)}")
        if method == "POST":
            sent.setdefault("Idempotency-Key", f"{self.server.epoch} {next(self._keys)}")
        sent = {name: value for name, value in sent.items() if value}
        plain = isinstance(body, (str, bytes))
        return self.client().open(
            path if path.startswith("/api") else f"{MAIN}{path}",
            method=method,
            headers=sent,
            data=body if plain else None,
            json=None if plain else body,
        )

    def get(self, path: str, role: str = "manager", **headers: str) -> TestResponse:
        return self.ask("GET", path, role, **headers)

    def post(self, path: str, body: Any = None, role: str = "manager", **headers: str) -> TestResponse:
        return self.ask("POST", path, role, body, **headers)

    def issue(self, service: str = "cash", **fields: Any) -> dict[str, Any]:
        """Take a ticket."""
        answer = self.post("/tickets", {"service": service, **fields}, "kiosk")
        assert answer.status_code == 201, answer.text
        return dict(answer.json)  # type: ignore[arg-type]


def a_house(
    folder: Path, clock: Clock, edit: Callable[[str], str] = str, template: Path | None = None, **options: Any
) -> House:
    """The example branch in `folder`, its file changed by `edit`; `template` is a folder to begin with."""
    if template is not None and not folder.exists():
        shutil.copytree(template, folder)
    folder.mkdir(parents=True, exist_ok=True)
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    told = postgres.with_database(edit(example), postgres.database_of(folder))
    (folder / "branch.toml").write_text(told, encoding="utf-8")
    server = BranchServer(folder, clock=clock, **{"printers": False} | options)
    return House(server, clock, create_app(server))
