"""The figures of promises, and of what would have foretold the wait better."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.units import COUNT, SECONDS, SHARE, Figure

PROMISES: dict[str, Figure] = {
    "promised": Figure(
        N_("Promises given"),
        COUNT,
        N_(
            "Visits served that were told a range of waits at issue. "
            "Who asked for a few minutes before its end does not count."
        ),
    ),
    "promise_kept": Figure(N_("Promise kept"), SHARE, N_("Share of these whose wait lay inside the promised range.")),
    "promise_late": Figure(N_("Later than promised"), SHARE, N_("Share of these who waited longer than the range.")),
    "promise_error_mean_s": Figure(
        N_("Mean error of the promise"),
        SECONDS,
        N_("Mean of the wait less the middle of the promised range; above zero means later than said."),
    ),
    "promise_late_p90_s": Figure(
        N_("Late tail"),
        SECONDS,
        N_(
            "Of those who waited longer than promised, the 90th percentile of how much longer. "
            "Not shown for fewer than 5."
        ),
    ),
    "promise_early": Figure(N_("Sooner than promised"), SHARE, N_("Share of these who waited shorter than the range.")),
    "coverage": Figure(
        N_("Called by the promised end"),
        SHARE,
        N_(
            "Called before the promised range was over, as a share of these and of those who left after it was over. "
            "Who left before does not count. The promise aims at 90 %."
        ),
    ),
    "width_mean_s": Figure(
        N_("Width of the promise"), SECONDS, N_("From the beginning of the promised range to its end, on average.")
    ),
    "promise_error_abs_s": Figure(
        N_("Mean error, either way"),
        SECONDS,
        N_("Mean distance of the wait from the middle of the promised range, sooner or later."),
    ),
    "held": Figure(
        N_("Asked for a few minutes"),
        COUNT,
        N_(
            "Visits with a promise whose customer asked for a few minutes before the promised range was over. "
            "Nobody knows what would have become of it, so it is not judged."
        ),
    ),
    "about": Figure(
        N_("Promised with “about”"),
        COUNT,
        N_("Of these, how many were told that the branch has seen too little to be sure."),
    ),
    "revised": Figure(
        N_("Promises revised"), COUNT, N_("Visits that were told another wait while they waited, also those who left.")
    ),
    "told_kept": Figure(
        N_("Revised promise kept"),
        SHARE,
        N_("Of those served who were told another wait, the share whose wait lay inside what they were told last."),
    ),
    "warned": Figure(
        N_("Told before it broke"),
        SHARE,
        N_("Of those who waited longer than promised, the share who were told so before the promised range was over."),
    ),
    "judged": Figure(
        N_("Visits judged"),
        COUNT,
        N_("Visits with a promise for which this prediction was known when they took their number."),
    ),
    "bias_s": Figure(
        N_("Mean error"), SECONDS, N_("Mean of the wait less the prediction; above zero means later than predicted.")
    ),
    "mae_s": Figure(
        N_("Mean error, either way"), SECONDS, N_("Mean distance of the wait from the prediction, sooner or later.")
    ),
    "rmse_s": Figure(
        N_("Root mean square error"),
        SECONDS,
        N_("The square root of the mean squared distance of the wait from the prediction: large errors weigh more."),
    ),
    "promise_mae_s": Figure(
        N_("Promise: mean error, either way"),
        SECONDS,
        N_("The same of the middle of the promised range, on the same visits."),
    ),
    "promise_rmse_s": Figure(
        N_("Promise: root mean square error"),
        SECONDS,
        N_("The same of the middle of the promised range, on the same visits."),
    ),
    "closer": Figure(
        N_("Closer than the promise"),
        SHARE,
        N_("Share of these visits where the prediction was nearer to the wait than the middle of the promised range."),
    ),
}
