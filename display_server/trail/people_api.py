"""One customer's data over HTTP: what is kept, to be given to them, and its erasure. docs/privacy.md says what for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from display_server.api import json_of
from display_server.gate.access import holder, server
from display_server.problems import problem
from display_server.trail.notes import note
from lobby.errors import LobbyError, NotThere
from lobby.person import Mention, account, mentions, words_in
from lobby.records.outcomes import asked
from lobby.records.people import Look

people_api = Blueprint("people_api", __name__, url_prefix="/api/v1/branches/<branch>/people/<reference>")


@people_api.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@people_api.get("")
def export_person(branch: str, reference: str) -> Response:
    """All that is kept under a reference, as a file for the customer."""
    reference = reference.upper()  # as the trail is searched for it
    found, house, who = _found(branch, reference), server(), holder()
    words = words_in(found)
    if not words:
        note("person-exported", reference, texts="0")
    said = house.people.read(words, Look("person-exported", who.name, who.role, house.clock(), reference))
    content = account(house.id, ZoneInfo(house.desk.setup.zone), reference, found, said)
    answer = Response(content, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found[0].recorded.seq}.json"'
    return answer


@people_api.delete("")
def erase_person(branch: str, reference: str) -> Response:
    """Erase the words under a reference; how many texts that were."""
    reference = reference.upper()
    words, house = words_in(_found(branch, reference)), server()
    with asked(note, "person-erased", reference, texts=str(len(words))):
        erased = house.offload(lambda: house.people.erase(words))
    return json_of({"erased": erased})


def _found(branch: str, reference: str) -> list[Mention]:
    house = server()
    journal = house.branch_desk(branch).journal
    found: list[Mention] = house.offload(lambda: mentions(journal.stream(), reference))
    if not found:
        raise NotThere()
    return found
