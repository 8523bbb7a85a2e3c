"""What each figure of the manager's page means: one sentence, one tap away from the figure."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.definitions import FIGURES

LIVE: dict[str, str] = {
    "waiting": FIGURES["waiting"].definition,
    "longest_s": FIGURES["longest_s"].definition,
    "open_counters": FIGURES["open_counters"].definition,
    "served": FIGURES["served"].definition,
    "left": FIGURES["left"].definition,
    **{
        way: FIGURES[way].definition
        for way in ("no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close")
    },
    "mean_wait_s": FIGURES["wait_mean_s"].definition,
    "p90_wait_s": FIGURES["wait_p90_s"].definition,
    "service_level": FIGURES["service_level"].definition,
    "promise_kept": FIGURES["promise_kept"].definition,
    "complaints": N_(
        "Complaints that are not closed. Soon: the time for the first or the final answer will soon be over. Overdue: "
        "it is over."
    ),
    "follow_ups": N_(
        "Promises to customers that are not kept yet. Soon: their time will soon be over. Overdue: it is."
    ),
    "at_risk": N_(
        "Customers who wait longer than the law allows, than they were told or than the target of their service, and "
        "those whose wait will hardly end within what they were told. The gravest reason counts."
    ),
    "alerts": N_("What a device or the queue needs a person for, from when it began until it is over."),
    "wait": N_("What a customer who takes a number now is told. Nothing while no counter is open for the service."),
    "posts": N_("Counters that are open, not on a break, and give this service."),
    "since": N_("How long the counter has been in this state."),
    "calls": N_(
        "The latest first calls, and the rule by which each came before everybody else who waited for the counter."
    ),
    "ratings": N_(
        "What customers answered today when they were asked how it went, from 5 (very good) to 1 (bad). "
        "Of those served: visits that were served today and whose customer answered, as a share of all that were."
    ),
    "course_waiting": N_("How many waited to be called, taken every five minutes."),
    "course_visits": N_("Tickets issued, and visits finished, in each half-hour."),
    "demand": N_(
        "By service and half-hour of arrival: tickets issued, or the mean wait until the first call of those who were "
        "called. Counters: open and not on a break, the mean over the half-hour."
    ),
    "spread_waits": N_(
        "How many visits waited so long, from the issue to the first call. Who left without a call is not among them."
    ),
    "spread_services": N_("How many services took so long, from start to end without the time parked."),
    "devices": N_("What is connected to the branch server now."),
}
"""Definitions by the keys of `LiveFigures` and of the page's pictures."""
