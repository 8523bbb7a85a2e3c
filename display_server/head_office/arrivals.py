"""Where a branch's parcels arrive; see `lobby.records.parcels`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from display_server.gate.access import holder
from display_server.head_office.office_server import office_server
from display_server.problems import problem
from lobby.access import BRANCH, ROLE_NAMES
from lobby.errors import BadRequest, LobbyError, NotAllowed, UnknownBranch
from lobby.records.parcels import answer, unpacked

arrivals = Blueprint("arrivals", __name__, url_prefix="/api/v1/chain")


@arrivals.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@arrivals.post("/<branch>")
def take(branch: str) -> Response:
    """Take a parcel of this branch, and say how far its journal has arrived. A token is good for its own branch."""
    house, own = office_server(), holder().name
    try:
        if own != branch:
            raise NotAllowed(role=ROLE_NAMES[BRANCH])
        with house.sending(branch):
            sent = request.get_data(cache=False)
            standing = house.taking(lambda: house.received.take(branch, unpacked(sent), house.clock()))
    except (BadRequest, NotAllowed, UnknownBranch) as refusal:
        house.note_refused(own, refusal)
        raise
    return Response(answer(standing), content_type="application/json")
