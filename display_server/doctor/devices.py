"""The devices of a branch: what slips are drawn with, what speaks, printers and signs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import select

from display_server.signs.follower import DEVICE as SIGN
from display_server.signs.follower import PROBLEM as SIGN_SILENT
from display_server.voice.shelf import Shelf
from hardware.counter_sign import read_address
from hardware.errors import DeviceError
from hardware.printer import open_printer
from hardware.profiles import profile_named
from kiosk.printing import VIRTUAL, paper_notes
from lobby.doctor.database import is_made, reading
from lobby.doctor.finding import Finding, Patient, broken, good, look
from lobby.queue.alerts import PROBLEMS
from lobby.queue.events import AlertRaised, AlertResolved, Event
from lobby.records.schema import events

FONTS, SPEECH, PRINTERS, SIGNS = "fonts", "speech", "printers", "signs"
NONE = "none"
PLUGGED_IN = {
    "tcp": "Is it switched on, with paper, and in this network? ping tells.",
    "usb": "Is it switched on, with paper, and plugged in? lsusb tells.",
    "serial": "Is it switched on, with paper, and plugged in? ls /dev/tty* tells.",
    "file": "Is it switched on, with paper, and plugged in? ls /dev/usb tells.",
}
ALERTS = 2000
"""So many of the newest alerts are read to know which are open."""


def look_at_fonts(patient: Patient) -> Iterator[Finding]:
    """Whether a slip in each language of the branch can be drawn right here."""
    languages = patient.config.setup.languages
    notes = paper_notes(languages)
    for note in notes:
        yield look(FONTS, note, "apt install libfribidi0, and restart the server.")
    if not notes:
        yield good(FONTS, f"Slips can be drawn in {', '.join(languages)}.")


def look_at_speech(patient: Patient) -> Iterator[Finding]:
    """The clips of each language: recorded, made, or still to be made by a voice that is there."""
    shelf = Shelf(patient.folder, patient.config.setup)
    speaks = [screen.name for screen in patient.config.signage.screens if screen.room]
    if not speaks:
        return
    for language in shelf.languages:
        clips = [one for one in shelf.check() if one.language == language]
        missing = sum(one.state == "missing" for one in clips)
        for one in clips:
            if one.problem:
                yield look(SPEECH, f"A recording cannot be played: {one.problem}", "Record it again: docs/voice.md")
        if missing and not shelf.speaks(language):
            yield look(
                SPEECH,
                f"{missing} of {len(clips)} clips in {language} are missing, and no voice is there to make them.",
                "apt install espeak-ng, or record them: docs/voice.md",
            )
        else:
            states = Counter(one.state for one in clips)
            counted = ", ".join(f"{states[state]} {state}" for state in ("recorded", "made") if states[state])
            later = f"{missing} to be made when they are wanted" if missing else ""
            yield good(SPEECH, f"Clips in {language}: {', '.join(filter(None, (counted, later)))}.")


def look_at_printers(patient: Patient) -> Iterator[Finding]:
    """Each is asked how it is; while a server has them, the journal is."""
    if not patient.config.printers:
        yield look(PRINTERS, "No printer is set up: tickets are shown on the screen only.", "See docs/hardware.md.")
    open_ = _open_alerts(patient) if patient.server else {}
    for printer in patient.config.printers:
        if patient.server:
            yield from _by_alerts(PRINTERS, printer.name, open_.get(printer.name, []))
        elif printer.address == VIRTUAL:
            yield look(PRINTERS, f"{printer.name} is virtual: its slips are pictures.", "See docs/hardware.md.")
        else:
            yield from _asked(printer.name, printer.address, printer.profile)


def _asked(name: str, address: str, profile: str) -> Iterator[Finding]:
    try:
        status = open_printer(address, profile_named(profile)).status()
    except DeviceError as fault:
        yield broken(PRINTERS, f"{name}: {fault.message}", "See docs/hardware.md.")
        return
    if address == NONE:
        yield look(PRINTERS, f"{name} is none: its slips are held until there is one.", "See docs/hardware.md.")
    elif status.obstacle:
        do = f"{PLUGGED_IN.get(urlsplit(address).scheme, 'Look at it.')} docs/hardware.md has more."
        yield broken(PRINTERS, f"{name} at {address}: {status.obstacle.rstrip('.')}.", do)
    elif status.paper == "near_end":
        yield look(PRINTERS, f"{name}: the paper is nearly used up.", "Have a new roll ready.")
    else:
        yield good(PRINTERS, f"{name} at {address} is ready.")


def _by_alerts(subject: str, name: str, problems: list[str]) -> Iterator[Finding]:
    for problem in problems:
        yield look(subject, f"{name}: {PROBLEMS.get(problem, problem)}", "It is an open alert of the branch.")
    if not problems:
        yield good(subject, f"{name}: the server has it, and there is no alert.")


def look_at_signs(patient: Patient) -> Iterator[Finding]:
    """Whether the lines of the signs can be opened; while a server has them, the journal is asked."""
    open_ = _open_alerts(patient) if patient.server and patient.config.signage.signs else {}
    for sign in patient.config.signage.signs:
        name = f"{SIGN}{sign.counter}"
        if patient.server:
            yield from _by_alerts(SIGNS, name, [one for one in open_.get(name, []) if one == SIGN_SILENT])
            continue
        device = Path(read_address(sign.address).line.device)
        if not device.exists():
            yield broken(SIGNS, f"{name}: there is no {device}.", "Plug the adapter in: docs/counter-signs.md")
        elif not os.access(device, os.R_OK | os.W_OK):
            yield broken(SIGNS, f"{name}: {device} is not open to this account.", "adduser lobby dialout")
        else:
            yield good(SIGNS, f"{name}: {device} can be opened.")


def _open_alerts(patient: Patient) -> dict[str, list[str]]:
    """The problems of each device that the journal holds open."""
    if not is_made(patient):
        return {}
    table = events.c
    kinds = (AlertRaised.__name__, AlertResolved.__name__)
    query = select(table.body).where(table.branch == patient.config.setup.id, table.kind.in_(kinds))
    with reading(patient) as connection:
        bodies = connection.execute(query.order_by(table.seq.desc()).limit(ALERTS)).scalars().all()
    known: set[tuple[str, str, str]] = set()
    found: dict[str, list[str]] = {}
    for body in bodies:
        event = msgspec.json.decode(body, type=Event)
        if isinstance(event, AlertRaised | AlertResolved):
            which = (event.device, event.problem, event.subject)
            if which not in known and isinstance(event, AlertRaised):
                found.setdefault(event.device, []).append(event.problem)
            known.add(which)
    return found
