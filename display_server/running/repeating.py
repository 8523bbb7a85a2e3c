"""Work that is done again and again, for ever. What fails is logged, and done again the next time."""

from __future__ import annotations

import logging

import gevent
from gevent.event import Event

from display_server.running.threads import Work

log = logging.getLogger(__name__)


def every(seconds: float, work: Work, what: str, *, first_s: float | None = None) -> None:
    """Do it every so many seconds, the first time after `first_s` (unless given: the same)."""
    wait_s = seconds if first_s is None else first_s
    while True:
        gevent.sleep(wait_s)
        wait_s = seconds
        attempt(work, what)


def after(happened: Event, work: Work, what: str, *, again_s: float, pause_s: float = 0.0) -> None:
    """Do it when something has happened, and after `again_s` without; `pause_s` is left between one time and the
    next."""
    while True:
        happened.wait(again_s)
        happened.clear()
        attempt(work, what)
        gevent.sleep(pause_s)


def attempt(work: Work, what: str) -> None:
    """Do it; where it fails, that is logged, and whoever asked goes on."""
    try:
        work()
    except Exception:  # a fault of ours in one round must not end all later ones, which a person would only miss
        log.exception("%s failed", what)
