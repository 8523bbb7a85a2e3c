"""What a report shows, in which order: headings, and under each the keys of its figures (see `definitions`)."""

from __future__ import annotations

from typing import NamedTuple

from lobby.errors import N_


class Part(NamedTuple):
    """A grid, or a part of one: its heading, the keys of its columns, and the name of its sheet in a workbook, where it
    has one of its own. Excel takes 31 characters."""

    heading: str
    keys: tuple[str, ...]
    sheet: str = ""


PROMISED = (
    "promised",
    "promise_kept",
    "promise_early",
    "promise_late",
    "coverage",
    "width_mean_s",
    "promise_error_mean_s",
    "promise_error_abs_s",
    "promise_late_p90_s",
    "held",
    "about",
    "revised",
    "told_kept",
    "warned",
)
"""The figures of promises, wherever they stand."""

HEADLINES = (
    Part(
        N_("Visits"),
        ("issued", "called", "served", "left", "appointments", "transferred"),
    ),
    Part(
        N_("Left without being served"),
        (
            "left",
            "left_share",
            "no_show",
            "no_show_share",
            "cancelled_by_customer",
            "cancelled_by_staff",
            "left_at_close",
        ),
    ),
    Part(
        N_("Waits"),
        (
            "wait_mean_s",
            "wait_median_s",
            "wait_p90_s",
            "wait_max_s",
            "last_call_mean_s",
            "service_level",
            "within_of_all",
            "within_of_served",
        ),
    ),
    Part(
        N_("Promises"),
        PROMISED,
    ),
    Part(
        N_("Work"),
        (
            "steps",
            "handling_mean_s",
            "handling_median_s",
            "handling_p90_s",
            "visit_handling_mean_s",
            "in_one_place",
            "staffed_s",
            "break_s",
            "serving_s",
            "counters_open",
            "counters_serving",
            "occupancy",
            "customers",
            "per_hour",
            "mix",
        ),
    ),
    Part(
        N_("Besides the queue"),
        ("lists_taken", "handed_in_late"),
    ),
    Part(
        N_("What customers said"),
        (
            "ratings",
            "answered",
            "response_rate",
            "rating_mean",
            "satisfied",
            "satisfied_low",
            "satisfied_high",
            "comments",
            "bad_comments",
            "comments_settled",
            "settled_median_s",
        ),
    ),
    Part(
        N_("Complaints"),
        (
            "complaints_received",
            "complaints_open",
            "complaints_over",
            "complaints_promise_kept",
            "complaints_law_kept",
            "complaints_closed_median_s",
        ),
    ),
    Part(N_("Follow-ups"), ("follow_ups_due", "follow_ups_kept", "follow_ups_over")),
)

STILL_HERE = ("waiting", "waiting_over_target", "at_counter", "parked")
"""Shown while the period goes on; all zero once it is over."""
HEADLINE_STILL_HERE = Part(N_("Still in the branch"), STILL_HERE)
SERVICES_STILL_HERE = (Part(N_("By service: still in the branch"), STILL_HERE),)

COMPARED = ("issued", "left", "wait_mean_s", "wait_p90_s", "service_level", "promise_kept")
"""What is shown of each service beside the same in the period before."""

SERVICES = (
    Part(
        N_("By service: visits"),
        (
            "issued",
            "called",
            "served",
            "left",
            "no_show",
            "cancelled_by_customer",
            "cancelled_by_staff",
            "left_at_close",
        ),
    ),
    Part(
        N_("By service: waits"),
        (
            "wait_mean_s",
            "wait_median_s",
            "wait_p90_s",
            "wait_max_s",
            "last_call_mean_s",
            "service_level",
            "within_of_all",
            "within_of_served",
        ),
    ),
    Part(
        N_("By service: handling"),
        (
            "steps",
            "handling_mean_s",
            "handling_median_s",
            "handling_p90_s",
            "appointments",
            "transferred",
            "in_one_place",
        ),
    ),
)

SAID = (
    "ratings",
    "response_rate",
    "rating_mean",
    "satisfied",
    "rated_5",
    "rated_4",
    "rated_3",
    "rated_2",
    "rated_1",
    "bad_comments",
)
SAID_OF_SERVICES = (Part(N_("What customers said, by service"), SAID),)
GOOD_OF_SERVICES = (Part(N_("What was good, by service"), ("good_named",)),)
BAD_OF_SERVICES = (Part(N_("What could be better, by service"), ("bad_named",)),)
SAID_AT_PLACES = (Part(N_("What customers said, by where"), tuple(key for key in SAID if key != "response_rate")),)
SAID_OF_TELLERS = (Part(N_("What customers said, by teller"), ("ratings", "rating_mean", "satisfied")),)

DONE = ("called", "no_show", "customers", "wait_mean_s", "wait_p90_s", "handling_mean_s", "handling_p90_s")
TIME = ("staffed_s", "break_s", "serving_s", "occupancy", "per_hour", "mix")
COUNTERS = (Part(N_("By counter: customers"), DONE), Part(N_("By counter: time"), TIME))
TELLERS = (Part(N_("By teller: customers"), DONE), Part(N_("By teller: time"), TIME))

GROUP = (
    "issued",
    "served",
    "left",
    "no_show",
    "cancelled_by_customer",
    "cancelled_by_staff",
    "left_at_close",
    "wait_mean_s",
    "wait_p90_s",
    "wait_max_s",
    "service_level",
)
LANGUAGES = (Part(N_("By the customer's language"), GROUP),)
CLASSES = (Part(N_("By priority class"), GROUP),)

DAYS = (
    Part(
        N_("By day"),
        ("issued", "served", "left", "wait_mean_s", "wait_p90_s", "service_level", "promise_kept", "occupancy"),
    ),
)
AT_HALF_HOUR = ("left", "wait_mean_s", "wait_p90_s", "service_level", "open_on_average", "busy")
HALF_HOURS = (Part(N_("By half-hour of arrival"), ("issued", *AT_HALF_HOUR)),)
HALF_HOURS_OF_DAYS = (Part(N_("By half-hour of arrival"), ("issued_per_day", *AT_HALF_HOUR)),)
HEAT = (
    Part(N_("Customers a day, by weekday and half-hour"), ("issued_per_day",), N_("Customers by weekday")),
    Part(N_("Open counters, by weekday and half-hour"), ("open_on_average",), N_("Counters by weekday")),
    Part(N_("Mean wait, by weekday and half-hour"), ("wait_mean_s",), N_("Waits by weekday")),
)

PROMISED_BY_SERVICE = (Part(N_("Promises by service"), PROMISED),)
PROMISED_BY_HOUR = (Part(N_("Promises by hour of arrival"), PROMISED),)
PROMISED_BY_LANGUAGE = (Part(N_("Promises by the customer's language"), PROMISED),)
PREDICTED = (
    Part(
        N_("What would have been better"),
        ("judged", "bias_s", "mae_s", "rmse_s", "promise_mae_s", "promise_rmse_s", "closer"),
    ),
)
PREDICTORS = {
    "median_s": N_("Simulation, median"),
    "ql_s": N_("Length of the queue"),
    "qlm_s": N_("Length of the queue, less those who leave"),
    "les_s": N_("Wait of the last one called"),
    "hol_s": N_("Wait so far of the next in line"),
    "recent_s": N_("Mean wait of the last five called"),
}
