"""`lobby head-office doctor`: everything that a head office stands on, looked at and told in plain words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from display_server.doctor.command import doctor_of, server_of

if TYPE_CHECKING:  # loaded when it is wanted
    from lobby.doctor.finding import Finding, Look


def _examined(folder: Path, host: str, port: int, certificate: tuple[Path, Path] | None) -> Iterator[Finding]:
    from lobby.config import BadBranchFile
    from lobby.doctor.finding import broken, examine, good
    from lobby.head_office.looks import the_office
    from lobby.head_office.office_file import load

    try:
        office = load(folder)
    except BadBranchFile as wrong:
        for mistake in wrong.mistakes:
            yield broken("file", str(mistake), f"Mend it in {wrong.path}: docs/head-office.md")
        return
    yield good("file", f"{folder / 'head-office.toml'} can be used.")
    now, server = time.time_ns() // 1_000_000, server_of(folder)
    patient = the_office(folder, office, now, server=server, host=host, port=port, certificate=certificate)
    yield from examine(patient, _looks())


def _looks() -> list[tuple[str, Look]]:
    """Everything that is looked at, the ground first."""
    from display_server.doctor import address, certificate
    from lobby.doctor import clock, database, disk, folder, keeping, machine
    from lobby.head_office import looks

    return [
        (machine.VERSIONS, machine.look_at_versions),
        (folder.MINE, folder.look_at_folder),
        (disk.DISK, disk.look_at_disk),
        (disk.SPEED, disk.look_at_speed),
        (clock.CLOCK, clock.look_at_clock),
        (database.DATABASE, database.look_at_database),
        (keeping.BACKUP, keeping.look_at_backups),
        (machine.FILES, machine.look_at_files),
        (address.PORT, address.look_at_port),
        (certificate.CERTIFICATE, certificate.look_at_certificate),
        (address.PROXY, address.look_at_proxies),
        (address.SIGN_ON, address.look_at_single_sign_on),
        (looks.BRANCHES, looks.look_at_branches),
        (looks.CLOCKS, looks.look_at_branch_clocks),
        (looks.PARCELS, looks.look_at_parcels),
    ]


doctor = doctor_of(
    _examined,
    8090,
    "Look at everything the head office stands on and say how it is. Exit code 1 when something is broken.",
)
