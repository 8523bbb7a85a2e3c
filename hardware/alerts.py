"""What staff are told about printers and slips: each thing once when it begins, and once when it is over.

A `Watch` is what is open and what wavers; sightings fold into it. A look at an idle printer must say the same twice
before anything begins or ends, so that a sensor that flaps is no stream of alerts. Paper and cover found by a job, and
all that a printed slip disproves, count at once. Silence proves nothing about paper or cover: what was open stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from hardware.paper_roll import PaperRoll
from hardware.print_job import Job
from hardware.status import PrinterStatus

Kind = Literal[
    "paper_near_end", "paper_out", "cover_open", "cutter", "error", "offline", "silent", "wrong_device", "not_set_up",
    "roll_low", "slip_held", "slip_unknown", "spool",
]  # fmt: skip
KINDS: frozenset[Kind] = frozenset(get_args(Kind))
OBSTACLES: frozenset[Kind] = frozenset(
    ("paper_out", "cover_open", "cutter", "error", "offline", "silent", "wrong_device", "not_set_up")
)
UNANSWERED: frozenset[Kind] = frozenset(("silent", "wrong_device", "not_set_up"))
SEEN_BY_A_JOB: frozenset[Kind] = frozenset(("paper_out", "cover_open"))
OF_SLIPS: frozenset[Kind] = frozenset(("slip_held", "slip_unknown"))
SPOOL = "spool"
"""The device of an alert about the spool itself."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What needs a person: the printer's name (or "spool"), what is wrong, the ticket that it concerns or "", since
    when (seconds since 1970), and a sentence."""

    device: str
    kind: Kind
    subject: str
    since: float
    detail: str

    @property
    def key(self) -> Key:
        """What tells open alerts apart."""
        return self.device, self.kind, self.subject


Key: TypeAlias = tuple[str, Kind, str]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a printer: the kinds it speaks of, those of them that are so, those that count at once."""

    device: str
    at: float
    judged: frozenset[Kind]
    wrong: Mapping[Kind, str] = field(default_factory=dict)
    certain: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Watch:
    """The open alerts, and what the last look contradicted but one look does not settle."""

    open: Mapping[Key, Alert] = field(default_factory=dict)
    wavering: frozenset[Key] = frozenset()


def looked(device: str, status: PrinterStatus, at: float, by_job: bool = False) -> Sighting:
    """What a status says; `by_job` when it explains why a slip was not printed."""
    wrong = _wrong(status)
    if status.fault in UNANSWERED:
        return Sighting(device, at, UNANSWERED, wrong)
    judged: frozenset[Kind] = OBSTACLES if status.paper == "out" else OBSTACLES | {"paper_near_end"}
    return Sighting(device, at, judged, wrong, SEEN_BY_A_JOB & wrong.keys() if by_job else frozenset())


def printed(device: str, at: float) -> Sighting:
    """What a printed slip says: nothing stands in the way."""
    return Sighting(device, at, OBSTACLES, certain=OBSTACLES)


def see(watch: Watch, sighting: Sighting) -> Watch:
    """The watch after a sighting."""
    opened, wavering = dict(watch.open), set(watch.wavering)
    for kind in sighting.judged:
        key: Key = (sighting.device, kind, "")
        if (kind in sighting.wrong) == (key in opened):
            wavering.discard(key)
        elif key not in wavering and kind not in sighting.certain:
            wavering.add(key)
        else:
            wavering.discard(key)
            if opened.pop(key, None) is None:
                opened[key] = Alert(sighting.device, kind, "", sighting.at, sighting.wrong[kind])
    return Watch(opened, frozenset(wavering))


def with_all(watch: Watch, kinds: Iterable[Kind], alerts: Iterable[Alert]) -> Watch:
    """The watch with exactly these alerts of those kinds; one that was open stays as it was."""
    gone = frozenset(kinds)
    kept = {key: alert for key, alert in watch.open.items() if key[1] not in gone}
    for alert in alerts:
        kept.setdefault(alert.key, watch.open.get(alert.key, alert))
    return replace(watch, open=kept)


def without_strangers(watch: Watch, devices: Iterable[str]) -> Watch:
    """The watch without alerts of devices that are not there any more, or of a kind that is not known any more."""
    known = frozenset(devices)
    kept = {key: alert for key, alert in watch.open.items() if key[0] in known and key[1] in KINDS}
    return replace(watch, open=kept)


def differences(before: Watch, after: Watch) -> list[tuple[Alert, bool]]:
    """What was resolved (False) and what was raised (True) between the two, oldest first within each."""
    over = [alert for key, alert in before.open.items() if key not in after.open]
    begun = [alert for key, alert in after.open.items() if key not in before.open]
    return [(alert, False) for alert in by_age(over)] + [(alert, True) for alert in by_age(begun)]


def by_age(alerts: Iterable[Alert]) -> list[Alert]:
    """Oldest first."""
    return sorted(alerts, key=lambda alert: (alert.since, alert.key))


def of_slips(jobs: Iterable[Job], main: str) -> Iterable[Alert]:
    """The alerts of held and unknown slips; of `main` where no printer ever had the slip."""
    for job in jobs:
        if job.state in ("held", "unknown"):
            kind: Kind = "slip_held" if job.state == "held" else "slip_unknown"
            yield Alert(job.printer or main, kind, job.ticket, job.changed_at, job.reason)


def of_rolls(rolls: Iterable[PaperRoll], at: float) -> Iterable[Alert]:
    """The alerts of rolls that are nearly used up by counting."""
    for roll in rolls:
        if roll.is_low():
            detail = f"about {roll.left_m():.0f} of {roll.length_m:.0f} m of paper are left, by counting"
            yield Alert(roll.printer, "roll_low", "", at, detail)


def of_spool(trouble: str, at: float) -> Iterable[Alert]:
    """The alert of a spool that cannot be written."""
    if trouble:
        yield Alert(SPOOL, "spool", "", at, trouble)


def _wrong(status: PrinterStatus) -> dict[Kind, str]:
    if status.fault in UNANSWERED:
        return {status.fault: status.error}
    wrong: dict[Kind, str] = {}
    if status.fault:
        wrong[status.fault] = status.error
    if status.paper == "out":
        wrong["paper_out"] = "the printer is out of paper"
    elif status.paper == "near_end":
        wrong["paper_near_end"] = "the paper is nearly used up"
    if status.cover_open:
        wrong["cover_open"] = "the printer's cover is open"
    if status.obstacle and not wrong.keys() & OBSTACLES:
        wrong["offline"] = status.obstacle
    return wrong
