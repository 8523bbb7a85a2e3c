"""What the door over HTTP has besides the contract: who prints, the briefing of a kiosk, patience."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from logging import WARNING
from pathlib import Path

import pytest

from lobby import errors
from lobby.care.commands import PromiseFollowUp, TakeComplaint
from lobby.config import load
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.records.tokens import DEVICE
from lobby.remote import ORDINARY, Patience, RemoteDesk
from lobby.views import AppointmentView
from tests.builders import ANN, KIOSK, TUESDAY, VISITOR
from tests.contract.houses import RemoteHouse, Visit, remote_house

CODE = "7F2K9QM"


@pytest.fixture
def branch(tmp_path: Path, database: str) -> Iterator[RemoteHouse]:
    with remote_house(tmp_path, database) as house:
        assert isinstance(house, RemoteHouse)
        yield house


@pytest.fixture
def with_own_printer(branch: RemoteHouse) -> Iterator[RemoteDesk]:
    """The door of a kiosk that prints itself."""
    token = branch.server.tokens.create(DEVICE, "machine", "kiosk", branch.clock())
    desk = RemoteDesk(branch.url, token, branch.server.id, prints=False)
    yield desk
    desk.close()


def on_paper(branch: RemoteHouse, id: str, copy: int = 0) -> bool:
    """Whether the server has put the slip into its own spool."""
    return branch.server.printing.state(id, copy) != "none"


def printed(branch: RemoteHouse, desk: object) -> list[bool]:
    """Whether the server printed a ticket, a check-in and a copy that this door asked for."""
    branch.door(ANN).submit(c.Book("cash", TUESDAY, CODE), key="book")
    door: RemoteDesk = desk  # type: ignore[assignment]
    issued = door.submit(c.Issue("cash"), key="issue").ticket
    met = door.submit(c.CheckIn(CODE), key="met").ticket
    copy = door.submit(c.Reprint("A001"), key="copy").ticket
    assert issued
    assert met
    assert copy
    return [on_paper(branch, issued.id), on_paper(branch, met.id), on_paper(branch, issued.id, copy.copies)]


def test_the_server_prints_what_ends_in_a_slip(branch: RemoteHouse) -> None:
    assert printed(branch, branch.door(KIOSK)) == [True, True, True]


def test_a_kiosk_with_a_printer_of_its_own_has_nothing_printed_by_the_server(
    branch: RemoteHouse, with_own_printer: RemoteDesk
) -> None:
    assert printed(branch, with_own_printer) == [False, False, False]


def test_a_paper_that_is_handed_in_is_not_printed_again(branch: RemoteHouse) -> None:
    door = branch.door(KIOSK)
    door.submit(c.LeaseNumbers("cash", "one", 10), key="lease")
    came = door.submit(c.HandIn("A990", "cash", "one", "token", TUESDAY), key="paper").ticket
    assert came
    assert not on_paper(branch, came.id)


def test_the_same_touch_through_either_kind_of_door_is_one_ticket(
    branch: RemoteHouse, with_own_printer: RemoteDesk
) -> None:
    """Who prints is not part of the intention."""
    machine = RemoteDesk(
        branch.url, branch.server.tokens.create(DEVICE, "machine", "kiosk", branch.clock()), branch.server.id
    )
    first = with_own_printer.submit(c.Issue("cash"), key="touch")
    assert machine.submit(c.Issue("cash"), key="touch") == first
    machine.close()


def test_a_kiosk_is_briefed_with_all_that_the_branch_file_says(branch: RemoteHouse, tmp_path: Path) -> None:
    door = branch.door(KIOSK)
    assert isinstance(door, RemoteDesk)
    branch.server.public_url = "https://lobby.example"
    briefing = door.briefing()
    lists = branch.server.knowledge.library.documents(date(2024, 3, 5))
    assert briefing.setup == load(tmp_path).setup.with_documents(lists)
    assert briefing.setup.services["notary"].documents == {"en": ("Passport", "The contract")}
    assert (briefing.public_url, briefing.at) == ("https://lobby.example", TUESDAY)
    branch.clock.forward(90)
    assert door.briefing().at == TUESDAY + 90_000


@pytest.mark.parametrize("actor", [ANN, VISITOR, Actor("screen", "display")], ids=lambda actor: actor.role)
def test_only_a_kiosk_is_briefed(branch: RemoteHouse, actor: Actor) -> None:
    door = branch.door(actor)
    assert isinstance(door, RemoteDesk)
    with pytest.raises(errors.NotAllowed):
        door.briefing()


def test_the_staff_see_the_appointments_that_are_known(branch: RemoteHouse) -> None:
    door = branch.door(ANN)
    assert isinstance(door, RemoteDesk)
    assert door.appointments() == []
    door.submit(c.Book("loans", TUESDAY + 60_000, "LATER", "ru"), key="1")
    door.submit(c.Book("cash", TUESDAY, CODE), key="2")
    branch.door(KIOSK).submit(c.CheckIn(CODE), key="3")
    assert door.appointments() == [
        AppointmentView(CODE, "cash", TUESDAY, "", "A001", False),
        AppointmentView("LATER", "loans", TUESDAY + 60_000, "ru", "", False),
    ]
    kiosk = branch.door(KIOSK)
    assert isinstance(kiosk, RemoteDesk)
    with pytest.raises(errors.NotAllowed):
        kiosk.appointments()


def test_what_becomes_of_a_visit_is_told_like_at_the_desk_itself(branch: RemoteHouse) -> None:
    issued = branch.door(KIOSK).submit(c.Issue("cash", documents=True), key="k").ticket
    assert issued == branch.server.desk.door(KIOSK).submit(c.Issue("cash", documents=True), key="k").ticket


def test_patience_is_two_tries_unless_said_otherwise() -> None:
    assert Patience() == ORDINARY
    assert (ORDINARY.tries, ORDINARY.connect_s, ORDINARY.answer_s) == (2, 2.0, 10.0)


# -- what the server does by itself


def test_what_ran_out_stays_with_its_owner_when_nobody_has_the_name_in_the_branchs_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with remote_house(tmp_path) as house:
        assert isinstance(house, RemoteHouse)
        house.server.tokens.revoke_all("boss", DEVICE, house.clock())
        do = Visit(house)
        taken, promised = do(ANN, TakeComplaint("Too slow")), do(ANN, PromiseFollowUp("Call back", within_h=1))
        assert taken.complaint
        assert promised.follow_up
        house.clock.forward(hours=2)
        with caplog.at_level(WARNING):
            house.watch()
        assert house.care(ANN).follow_up(promised.follow_up.reference).owner == "ann"
        assert "nobody here is “boss”" in caplog.text
        do(Actor("boss", "supervisor"), c.OpenCounter(1))
        house.clock.forward(hours=24)
        house.watch()
        found = house.care(ANN).complaint(taken.complaint.reference)
        assert (found.owner, found.clocks[0].standing) == ("boss", "over"), "whoever is at a counter is known"
