"""The figures of work: services given, and what counters did with their time."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.units import COUNT, COUNTS, MEAN, PER_HOUR, SECONDS, SHARE, Figure

WORK: dict[str, Figure] = {
    "steps": Figure(
        N_("Services given"),
        COUNT,
        N_("Services that were started and finished or transferred. A visit can take several."),
    ),
    "handling_mean_s": Figure(
        N_("Mean handling time"),
        SECONDS,
        N_("From start to end of a service, without the time parked. Mean per service given."),
    ),
    "handling_median_s": Figure(
        N_("Median handling time"),
        SECONDS,
        N_("Half of these handling times were shorter. Not shown for fewer than 5."),
    ),
    "handling_p90_s": Figure(
        N_("Handling time, 90th percentile"),
        SECONDS,
        N_("The 90th percentile of the same times. Not shown for fewer than 5."),
    ),
    "visit_handling_mean_s": Figure(
        N_("Mean handling time of a visit"),
        SECONDS,
        N_("All handling times of a visit together. Mean over the visits served."),
    ),
    "staffed_s": Figure(N_("Staffed"), SECONDS, N_("Time for which counters were open, breaks included.")),
    "break_s": Figure(N_("Breaks"), SECONDS, N_("Time on a break.")),
    "serving_s": Figure(
        N_("Serving"), SECONDS, N_("Time between the start and the end of services, without the time parked.")
    ),
    "occupancy": Figure(
        N_("Occupancy"), SHARE, N_("Serving time as a share of the staffed time without breaks; the rest is idle.")
    ),
    "customers": Figure(N_("Customers"), COUNT, N_("Visits of which at least one service was finished here.")),
    "per_hour": Figure(
        N_("Customers per teller-hour"),
        PER_HOUR,
        N_(
            "Customers for each staffed hour without breaks. Read it beside the services given: a loan takes longer "
            "than a deposit."
        ),
    ),
    "counters_open": Figure(
        N_("Counters open"),
        MEAN,
        N_("Counters open and not on a break, on average over the time for which at least one was open."),
    ),
    "counters_serving": Figure(
        N_("Counters serving"), MEAN, N_("Counters that served, on average over the same time.")
    ),
    "mix_share": Figure(
        N_("Service mix"), SHARE, N_("Services of this kind that were finished, as a share of all that were finished.")
    ),
    "mix": Figure(N_("Services finished"), COUNTS, N_("How many services of each kind were finished.")),
    "open_on_average": Figure(
        N_("Counters open"),
        MEAN,
        N_("Counters open and not on a break, on average over the half-hour and the same days."),
    ),
    "busy": Figure(
        N_("Counters busy"),
        SHARE,
        N_("Serving time as a share of the time for which counters were open and not on a break."),
    ),
    "open_counters": Figure(N_("Open counters"), COUNT, N_("Counters that are open now, on a break or not.")),
}
