"""Lobby screens: `/screen` is the device's own, by the name it was paired with; `/screen/<name>` any that the branch
file names. What each shows, how large, and which way it points is `lobby.signage.Screen`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server import sentences
from display_server.gate.access import holders, server
from display_server.pages import refused, render
from lobby.access import DISPLAY
from lobby.errors import LobbyError, NotAllowed, NotSignedIn
from lobby.queue.services import Setup, named
from lobby.signage import CUSTOMER, ROTATE, Look, Screen
from lobby.words import LANGUAGES, Words, words

screens = Blueprint("screens", __name__)


@screens.errorhandler(LobbyError)
def not_shown(error: LobbyError) -> BaseResponse:
    """A browser that may not see the branch is to be paired."""
    if request.endpoint == "screens.screen" and isinstance(error, (NotSignedIn, NotAllowed)):
        return redirect(url_for("pairing.pair_form"))
    return refused(error)


@screens.get("/screen")
def screen() -> BaseResponse:
    """The screen of whoever asks."""
    name = next((found.name for found in holders() if found.role == DISPLAY), "")
    return _show(server().config.signage.screen(name) or Screen(name))


@screens.get("/screen/<name>")
def named_screen(name: str) -> BaseResponse:
    """A screen by its name in the branch file; a clear page with the names where there is none so."""
    signage = server().config.signage
    found = signage.screen(name)
    if found is not None:
        return _show(found)
    return render("screen_unknown.html", {"name": name, "known": [one.name for one in signage.screens]}, 404)


def _show(screen: Screen) -> Response:
    config = server().config
    return make_response(rendered(config.setup, config.signage.look, screen, request.args.get("language", "")))


def rendered(setup: Setup, look: Look, screen: Screen, asked: str = "", speak: Callable[[str], Words] = words) -> str:
    """The page of a screen; `asked` is a language that it is to keep to, for looking at it."""
    page = page_of(setup, look, screen, asked, speak)
    mine = speak(page["language"])
    return render_template(
        "screen.html", words=mine, language=mine.language, direction=mine.direction, page=page, screen=screen
    )


def page_of(setup: Setup, look: Look, screen: Screen, asked: str, speak: Callable[[str], Words]) -> dict[str, Any]:
    """What the screen's script knows from the start. `screen` is the screen itself; `shown` the services whose queues
    belong on it, empty for all; `longest` how many characters their numbers have at most; `ways` the way to each
    counter, as seen from it; `fixed` its only language, empty where there are several; `directions` how each language
    runs."""
    served = [code for code in setup.languages if code in LANGUAGES]
    fixed = next((code for code in (asked, screen.language) if code in served), "")
    spoken = {code: speak(code) for code in served}
    shown = shown_services(setup, screen)
    numbered = [setup.services[code] for code in shown or setup.services]
    return {
        "branch": setup.id,
        "names": setup.names,
        "title": named(setup.names, setup.languages[0], setup.id),
        "zone": setup.zone,
        "languages": served,
        "language": fixed or served[0],
        "fixed": fixed,
        "follows": CUSTOMER if screen.language == CUSTOMER else ROTATE,
        "directions": {code: mine.direction for code, mine in spoken.items()},
        "sentences_by_language": {code: {s: mine(s) for s in sentences.SCREEN} for code, mine in spoken.items()},
        "screen": msgspec.to_builtins(screen, str_keys=True),
        "theme": screen.theme or look.theme,
        "shown": shown,
        "longest": max(len(service.number(service.last)) for service in numbered),
        "ways": ways(setup, screen),
    }


def shown_services(setup: Setup, screen: Screen) -> list[str]:
    """The services whose queues belong on a screen: those of its zone, or those that its counters give; empty: all."""
    if screen.services:
        return [code for code in setup.services if code in screen.services]
    places = [setup.counters[number] for number in screen.counters if number in setup.counters]
    if not all(place.services for place in places):
        return []
    return [code for code in setup.services if any(code in place.services for place in places)]


def ways(setup: Setup, screen: Screen) -> dict[str, str]:
    """The way to each counter that has one, by its number: one of `lobby.queue.services.DIRECTIONS`. A sign hangs where
    its counter is, and points nowhere unless it is told to."""
    seats = {} if screen.layout == "sign" else {number: place.direction for number, place in setup.counters.items()}
    return {str(number): way for number, way in (seats | screen.directions).items() if way}
