"""What the report of a chain shows of each branch, in which order: the figures of the branch's own report."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.forms.contents import Part

VISITS = (
    Part(
        N_("By branch: visits"),
        (
            "issued",
            "served",
            "left",
            "left_share",
            "no_show",
            "no_show_share",
            "cancelled_by_customer",
            "cancelled_by_staff",
            "left_at_close",
        ),
    ),
)
BRANCHES = (
    Part(
        N_("By branch: waits and promises"),
        (
            "wait_mean_s",
            "wait_median_s",
            "wait_p90_s",
            "wait_max_s",
            "service_level",
            "promised",
            "promise_kept",
            "promise_late",
        ),
    ),
    Part(
        N_("By branch: work"),
        (
            "steps",
            "handling_mean_s",
            "handling_median_s",
            "handling_p90_s",
            "customers",
            "per_hour",
        ),
    ),
    Part(N_("By branch: counters"), ("staffed_s", "counters_open", "counters_serving", "occupancy")),
    Part(
        N_("By branch: what customers said"),
        (
            "ratings",
            "response_rate",
            "rating_mean",
            "satisfied",
            "satisfied_low",
            "satisfied_high",
            "bad_comments",
            "comments_settled",
        ),
    ),
    Part(
        N_("By branch: complaints"),
        (
            "complaints_received",
            "complaints_promise_kept",
            "complaints_law_kept",
            "complaints_closed_median_s",
            "complaints_open",
            "complaints_over",
        ),
    ),
    Part(N_("By branch: follow-ups"), ("follow_ups_due", "follow_ups_kept", "follow_ups_over")),
)
ABOUT = (Part(N_("By branch: what complaints are about"), ("complaints_categories",)),)
