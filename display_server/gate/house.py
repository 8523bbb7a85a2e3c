"""Before which server the gate stands: a branch's, or a head office's. Both let people in by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from flask import current_app

from display_server.gate.limits import Limits
from display_server.running.threads import Runs, plainly
from display_server.single_sign_on.provider import Provider
from lobby.brake import Brake
from lobby.branch_file.server_values import ServerSetup
from lobby.branch_file.single_sign_on_values import SingleSignOn
from lobby.queue.services import Setup
from lobby.records.acts import Acts
from lobby.records.staff import Staff
from lobby.records.tokens import Holder, Tokens


class Settings(Protocol):
    """How people sign in here, and for how long: `[server]` and `[single_sign_on]` of the server's file."""

    @property
    def server(self) -> ServerSetup: ...

    @property
    def single_sign_on(self) -> SingleSignOn | None: ...


class House(Protocol):
    """A server whose people sign in. `commits` runs what writes to the database, `offload` other slow work."""

    clock: Callable[[], int]
    commits: Runs
    offload: Runs
    staff: Staff
    tokens: Tokens
    acts: Acts
    brake: Brake
    limits: Limits
    single_sign_on: Provider | None

    @property
    def config(self) -> Settings: ...

    def holder(self, token: str) -> Holder:
        """Whom a token stands for, or `NotSignedIn`."""
        ...

    def holders(self, tokens: list[str]) -> list[Holder]:
        """Whomever these tokens stand for, without those that stand for nobody."""
        ...

    def used(self, tokens: list[str]) -> None:
        """Note that somebody is at these."""
        ...

    def forget_holders(self) -> None:
        """Look every token up again."""
        ...


@dataclass(frozen=True)
class Gate:
    """What a page of the gate needs to know. `setup` has names, languages and zone, `called` is said where a language
    has no name; `home` is the endpoint of the first page, `for_whom` the sentence of the page for signing in,
    `masthead` the template of the head of the staff's pages; `cookie` keeps a session, `device_cookies` a device's
    token by its role. `outside` runs what waits for another machine; `is_counting` says whether requests are counted
    now."""

    house: House
    setup: Setup
    called: str
    home: str
    for_whom: str
    masthead: str
    cookie: str
    device_cookies: Mapping[str, str] = field(default_factory=dict)
    outside: Runs = plainly
    is_counting: Callable[[], bool] = lambda: True


EXTENSION = "lobby-gate"


def gate() -> Gate:
    """The gate of the running app."""
    return cast(Gate, current_app.extensions[EXTENSION])


def house() -> House:
    """The server behind it."""
    return gate().house
