"""One customer's data as pages for who answers for it: found by a reference, a name or a number, given out, and erased
after it was shown what would go. docs/privacy.md says what for.

What is searched for comes in the body of a request: no name is in an address, nor in the trail.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.access import holder, server
from display_server.pages import page_words, refused, render
from display_server.trail.notes import note
from lobby.errors import N_, BadField, LobbyError, NotThere
from lobby.person import Mention, mentions, portions, words_in, written_under
from lobby.records.outcomes import asked
from lobby.records.people import Kept, Look
from lobby.retention import KIND_NAMES, kind_of

BECAUSE: dict[str, str] = {
    "asked": N_("The customer asked for it"),
    "mistake": N_("It should not have been written down"),
    "ordered": N_("An authority or a court has ordered it"),
}
"""Why somebody's words are erased, as the trail keeps it."""

SHORTEST, LONGEST = 3, 200
"""Letters that are searched for: with fewer, everybody's words would be found."""

MOST = 100
"""References that a search shows; who finds more searches for more letters."""

REFERENCE = re.compile(r"[CF]-\w+|\d{4}-\d\d-\d\d-\w+", re.ASCII | re.IGNORECASE)
"""A complaint's or promise's own reference, or the id of a ticket: nobody's name."""

people_pages = Blueprint("people_pages", __name__, url_prefix="/people")
people_pages.register_error_handler(LobbyError, refused)


class Hit(NamedTuple):
    """A reference under which the words were found: in texts of these kinds, written on these days."""

    reference: str
    link: str
    kinds: str
    first: str
    last: str


@people_pages.get("")
def search() -> Response:
    return _render("people.html", {"wanted": "", "hits": None})


@people_pages.post("")
def find() -> BaseResponse:
    """The references under which a name or number was written; who gives a reference is led to it."""
    wanted = request.form.get("wanted", "").strip()[:LONGEST]
    if REFERENCE.fullmatch(wanted) and _mentions(wanted):
        return redirect(_address(wanted.upper()), 303)
    if len(wanted) < SHORTEST:
        raise BadField(field="wanted", problem="three letters at the least")
    house, who = server(), holder()
    look = Look("person-searched", who.name, who.role, house.clock())
    holding = house.people.holding(wanted, look, aside=house.offload)
    kept = {one.reference: one for one in house.people.kept(holding)}
    found: dict[str, list[Kept]] = {}
    for reference, one in house.offload(lambda: list(written_under(house.desk.journal.stream(), holding))):
        words = words_in([Mention(one, tuple(getattr(one.event, name, "") for name in ("note", "person", "private")))])
        found.setdefault(reference, []).extend(kept[word] for word in sorted(words & kept.keys()))
    if wanted.upper() not in found and _mentions(wanted):
        found = {wanted.upper(): [], **found}
    hits = [_hit(reference, theirs) for reference, theirs in list(found.items())[:MOST]]
    return _render("people.html", {"wanted": wanted, "hits": hits, "more": len(found) > MOST})


@people_pages.get("/<reference>")
def person(reference: str) -> Response:
    return _shown(reference.upper())


@people_pages.post("/<reference>")
def erase(reference: str) -> Response:
    """Erase what was shown, and say so as a receipt; what was added meanwhile is shown first."""
    reference, house, mine = reference.upper(), server(), page_words()
    because = request.form.get("because", "")
    if because not in BECAUSE or "sure" not in request.form:
        return _shown(reference, error=mine("Please say why, and that you are sure."))
    words = words_in(_known(reference))
    kept = house.people.kept(words)
    if request.form.get("texts") != str(len(kept)):
        return _shown(reference, error=mine("Something was written or erased meanwhile. Please look again."))
    with asked(note, "person-erased", reference, texts=str(len(kept)), because=because) as line:
        gone = house.offload(lambda: house.people.erase(words))
    receipt = {
        "reference": reference,
        "gone": gone,
        "portions": _portions(kept),
        "at": _local(house.clock()),
        "by": holder().name,
        "because": mine(BECAUSE[because]),
        "line": line,
    }
    return _render("people_erased.html", receipt)


def _shown(reference: str, error: str = "") -> Response:
    """What is kept under a reference, in numbers, and the form that erases it."""
    found, house, mine = _known(reference), server(), page_words()
    note("person-looked-up", reference)
    kept = house.people.kept(words_in(found))
    book, names = house.desk.state.care, {getattr(one.recorded.event, "complaint", "") for one in found}
    page = {
        "reference": reference,
        "error": error,
        "events": len(found),
        "texts": len(kept),
        "portions": _portions(kept),
        "open": any(one.is_open for name in names if (one := book.complaints.get(name)) is not None),
        "because": [(code, mine(sentence)) for code, sentence in BECAUSE.items()],
    }
    return _render("people_one.html", page, 422 if error else 200)


def _portions(kept: list[Kept]) -> list[dict[str, Any]]:
    mine = page_words()
    return [
        {"kind": mine(KIND_NAMES[one.kind]), "count": one.count, "first": _day(one.first), "last": _day(one.last)}
        for one in portions(kept)
    ]


def _hit(reference: str, kept: list[Kept]) -> Hit:
    mine = page_words()
    kinds = dict.fromkeys(mine(KIND_NAMES[kind_of(one.kind)]) for one in kept)
    at = [one.at for one in kept]
    days = (_day(min(at)), _day(max(at))) if at else ("", "")
    return Hit(reference, _address(reference), " · ".join(kinds), *days)


def _known(reference: str) -> list[Mention]:
    found = _mentions(reference)
    if not found:
        raise NotThere()
    return found


def _mentions(reference: str) -> list[Mention]:
    house = server()
    found: list[Mention] = house.offload(lambda: mentions(house.desk.journal.stream(), reference))
    return found


def _render(template: str, page: dict[str, Any], code: int = 200) -> Response:
    asked_in = request.args.get("language", "")
    kept = f"?{urlencode({'language': asked_in})}" if asked_in else ""
    return render(template, page | {"kept": kept, "language_asked": asked_in, "shortest": SHORTEST}, code)


def _address(reference: str) -> str:
    return url_for("people_pages.person", reference=reference, language=request.args.get("language"))


def _day(at: int) -> str:
    return f"{server().desk.setup.local(at):%Y-%m-%d}"


def _local(at: int) -> str:
    return f"{server().desk.setup.local(at):%Y-%m-%d %H:%M:%S}"
