"""The figures of waits: by first call, against the target, and against the law's limit."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.units import COUNT, SECONDS, SHARE, Figure

WAITS: dict[str, Figure] = {
    "wait_mean_s": Figure(
        N_("Mean wait"),
        SECONDS,
        N_(
            "First call less issue; a recall does not restart it. Mean over the visits that were served or are being "
            "served; who left and who still waits is counted beside it."
        ),
    ),
    "wait_median_s": Figure(
        N_("Median wait"), SECONDS, N_("Half of these waits were shorter. Not shown for fewer than 5.")
    ),
    "wait_p90_s": Figure(
        N_("Wait, 90th percentile"),
        SECONDS,
        N_(
            "The 90th percentile of the same waits, interpolated linearly between neighbours in rank. "
            "Not shown for fewer than 5."
        ),
    ),
    "wait_max_s": Figure(N_("Longest wait"), SECONDS, N_("The longest of the same waits.")),
    "last_call_mean_s": Figure(
        N_("Mean wait to the last call"),
        SECONDS,
        N_(
            "The same visits as in the mean wait, but up to the last call for their first service instead of the first."
        ),
    ),
    "service_level": Figure(
        N_("Service level"),
        SHARE,
        N_(
            "Called within the target, as a share of everyone whose service began and everyone who left after more "
            "than the target. Who left sooner does not count, and neither does who still waits."
        ),
    ),
    "within_of_all": Figure(
        N_("Within the target, of all"),
        SHARE,
        N_("Called within the target, as a share of everyone whose service began and everyone who left, however soon."),
    ),
    "within_of_served": Figure(
        N_("Within the target, of the served"),
        SHARE,
        N_("Called within the target, as a share of everyone whose service began. Who left does not count."),
    ),
    "legal_judged": Figure(
        N_("Visits under the law's limit"),
        COUNT,
        N_("Visits that were called, and those that waited longer than the limit without a call."),
    ),
    "legal_within": Figure(
        N_("Within the law's limit"), SHARE, N_("Of these, the share that waited no longer than the law allows.")
    ),
    "breaches": Figure(
        N_("Longer than the law allows"),
        COUNT,
        N_(
            "Visits that waited longer from issue to first call, or until they left, than the limit of the day. The "
            "longer limit for every counter open holds only where they were open all through the wait."
        ),
    ),
}
