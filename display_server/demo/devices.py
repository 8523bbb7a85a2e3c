"""What the demo's kiosk wants of a person: a roll of paper, a cover closed."""

from __future__ import annotations

from lobby.queue import commands as c

KIOSK = "kiosk 2"


def troubles() -> tuple[tuple[int, c.Command], ...]:
    """Minutes after the opening, and what the kiosk's printer says then; the last is still wanted."""
    return (
        (35, c.RaiseAlert(KIOSK, "paper_near_end")),
        (52, c.RaiseAlert(KIOSK, "paper_out")),
        (55, c.ResolveAlert(KIOSK, "paper_out")),
        (55, c.ResolveAlert(KIOSK, "paper_near_end")),
        (95, c.RaiseAlert(KIOSK, "cover_open")),
        (97, c.ResolveAlert(KIOSK, "cover_open")),
        (140, c.RaiseAlert(KIOSK, "paper_near_end")),
    )
