"""What the virtual printer's paper shows of a job."""

from __future__ import annotations

from PIL import Image

from hardware.profiles import Profile
from hardware.virtual_paper import VirtualPaper


def on_virtual_paper(data: bytes, profile: Profile) -> Image.Image:
    """The one strip of paper (mode "1") that the bytes print."""
    found: list[Image.Image] = []
    VirtualPaper(profile, found.append).take(data, lambda _: None)
    assert len(found) == 1
    return found[0]
