"""The kiosk's pages inside the branch server: the door, the paper and the customer's page, for a paired kiosk."""

from __future__ import annotations

from pathlib import Path

from display_server.branch_server import BranchServer
from display_server.gate.access import holder
from hardware.document import Document
from kiosk import speech
from kiosk.staff_room import PrintersRoom
from lobby.door import Door
from lobby.errors import StorageFull
from lobby.signage import Look
from lobby.views import BranchView, TicketView

VOLUME = "kiosk-volume"
"""The file beside the branch file that holds what staff set."""


class KioskVolume:
    """How loud the kiosks' chimes and speech are, in percent: `unless_set` is the branch file's."""

    def __init__(self, folder: Path, unless_set: int) -> None:
        self._file = folder / VOLUME
        self._unless_set = unless_set

    def percent(self) -> int:
        """What staff set, else the branch file's."""
        try:
            return min(100, int(self._file.read_text(encoding="ascii")))
        except (OSError, ValueError):
            return self._unless_set

    def keep(self, percent: int) -> None:
        """Keep what staff set, over a restart too; `StorageFull` where it cannot be written."""
        try:
            self._file.write_text(str(percent), encoding="ascii")
        except OSError as fault:
            raise StorageFull() from fault


class KioskInside:
    """What `kiosk.pages` asks of the place that it runs in."""

    def __init__(self, house: BranchServer) -> None:
        self._house = house
        self._volume = KioskVolume(house.folder, house.config.setup.kiosk.volume)

    def staff_room(self) -> PrintersRoom:
        """The staff page over this server's printers."""
        house = self._house

        return PrintersRoom(self, house.printing, house.pin, house.clock, self._volume.keep, offload=house.offload)

    def door(self) -> Door:
        return self._house.desk.door(self._house.actor(holder()))

    def print(self, ticket: TicketView, branch: BranchView) -> None:
        url = self.ticket_url(ticket)
        self._house.printing.send(ticket, branch, url)

    def print_slip(self, id: str, slip: Document) -> None:
        self._house.printing.send_slip(id, slip)

    def paper(self, id: str, copy: int = 0) -> str:
        return self._house.printing.state(id, copy)

    def connected(self) -> bool:
        return True

    def look(self) -> Look:
        return self._house.config.signage.look

    def speech(self) -> tuple[str, ...]:
        return speech.spoken(self._house.config.setup.languages)

    def volume(self) -> int:
        return self._volume.percent()

    def ticket_url(self, ticket: TicketView) -> str:
        return self._house.ticket_url(ticket.token)

    def complaint_url(self, reference: str) -> str:
        return self._house.complaint_url(reference)
