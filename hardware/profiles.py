"""How wide a printer's head is and how fine. Figures from the data sheets of the models named."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.errors import DeviceError

REFERENCE_DPI = 203  # documents give their sizes for this head
MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Profile:
    """A print head: `dots` across (a multiple of 8), `dpi` both ways, `columns` of its own 12-dot font A."""

    name: str
    dots: int
    dpi: int
    columns: int
    margin: int = 8  # dots left white at each side

    def scaled(self, dots: float) -> int:
        """Dots of a 203 dpi head, as dots of this one."""
        return round(dots * self.dpi / REFERENCE_DPI)

    def from_mm(self, mm: float) -> int:
        """Millimetres, as dots of this head."""
        return round(mm * self.dpi / MM_PER_INCH)


EIGHTY_MM = Profile("80mm", dots=576, dpi=203, columns=48)  # TM-T20II, TM-L90, TM-m30, RP-F10, most 80 mm printers
TM_T88 = Profile("tm-t88", dots=512, dpi=180, columns=42)  # TM-T88II to V
FIFTY_EIGHT_MM = Profile("58mm", dots=384, dpi=203, columns=32)
FIFTY_EIGHT_MM_180 = Profile("58mm-180", dots=360, dpi=180, columns=30)  # TM-T88 with the guide for 58 mm paper

PROFILES = {profile.name: profile for profile in (EIGHTY_MM, TM_T88, FIFTY_EIGHT_MM, FIFTY_EIGHT_MM_180)}


def profile_named(name: str) -> Profile:
    """The profile called `name`; refuses others, naming those that exist."""
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(sorted(PROFILES))
        raise DeviceError(f"There is no printer profile '{name}'. Write one of: {known}.", permanent=True) from None
