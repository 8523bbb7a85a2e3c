"""Every figure that a report shows: its title, its unit, and the sentence that defines it.

The keys are the field names of the figures. The sentences are English and marked for the catalogues; whoever shows
them translates. They follow what branches agree on (notes of the field: wait by first call, service level with its
variant stated, four kinds of leaving, occupancy without breaks).
"""

from __future__ import annotations

from typing import NamedTuple

from lobby.care.feedback import RATING_NAMES
from lobby.errors import N_

COUNT, SECONDS, SHARE, PER_HOUR, SCORE, COUNTS = "count", "s", "share", "per_hour", "score", "counts"
MEAN = "mean"
"""A mean of counts: one decimal."""
LONG_SECONDS = "seconds"
"""Times of hours and days; seconds in a sheet too."""


class Figure(NamedTuple):
    """`unit` is one of the constants above."""

    title: str
    unit: str
    definition: str


COMPLAINTS: dict[str, Figure] = {
    "received": Figure(
        N_("Received"), COUNT, N_("Complaints that were received in this time, whatever happened to them later.")
    ),
    "still_open": Figure(N_("Still open"), COUNT, N_("Of these, how many are not closed now.")),
    "over": Figure(
        N_("Overdue"), COUNT, N_("Of those that are open, how many have a clock that has run out and still runs.")
    ),
    "promise_kept": Figure(
        N_("First answer in time"),
        SHARE,
        N_(
            "Acknowledged within the time that the bank has promised, as a share of those that were acknowledged or "
            "whose time is over. What is still in time does not count."
        ),
    ),
    "law_kept": Figure(
        N_("Final answer in time"),
        SHARE,
        N_(
            "Answered within the law's time, as a share of those that were answered or whose time is over. A complaint "
            "that was opened again counts by its new answer."
        ),
    ),
    "acknowledged": Figure(N_("Acknowledged"), COUNT, N_("Complaints whose customer was told that it is worked on.")),
    "acknowledged_median_s": Figure(
        N_("Time to acknowledge, median"),
        LONG_SECONDS,
        N_("From receipt to acknowledgement, nights and holidays included. Not shown for fewer than 5."),
    ),
    "acknowledged_p90_s": Figure(
        N_("Time to acknowledge, 90th percentile"),
        LONG_SECONDS,
        N_("The 90th percentile of the same times. Not shown for fewer than 5."),
    ),
    "closed": Figure(N_("Closed"), COUNT, N_("Complaints that are closed now.")),
    "closed_median_s": Figure(
        N_("Time to close, median"),
        LONG_SECONDS,
        N_("From receipt to the last closing, nights and holidays included. Not shown for fewer than 5."),
    ),
    "closed_p90_s": Figure(
        N_("Time to close, 90th percentile"),
        LONG_SECONDS,
        N_("The 90th percentile of the same times. Not shown for fewer than 5."),
    ),
    "reopened": Figure(N_("Opened again"), COUNT, N_("Complaints that were opened again at least once.")),
    "reopened_share": Figure(
        N_("Opened again, share"), SHARE, N_("Opened again, as a share of those that were answered.")
    ),
    "upheld": Figure(N_("The customer was right"), COUNT, N_("Complaints upheld, or upheld in part, by the answer.")),
    "asked": Figure(N_("Customers asked"), COUNT, N_("Customers who said afterwards whether it is solved.")),
    "solved": Figure(N_("Solved"), SHARE, N_("Those whose last answer was yes, as a share of the customers asked.")),
    "count": Figure(N_("Complaints"), COUNT, N_("How many of the complaints received in this time.")),
    "share": Figure(N_("Share"), SHARE, N_("The same as a share of all in the table.")),
    "together": Figure(N_("Together"), SHARE, N_("The share of this line and all lines above it.")),
}
"""The figures of complaints, by the keys of `lobby.reports.complaints`. Causes are counted of what is closed."""

FIGURES: dict[str, Figure] = {
    "issued": Figure(N_("Issued"), COUNT, N_("Tickets issued in this time.")),
    "called": Figure(
        N_("Called"), COUNT, N_("Tickets that were called at least once. A call that was undone does not count.")
    ),
    "served": Figure(N_("Served"), COUNT, N_("Visits whose last service was finished.")),
    "left": Figure(N_("Left"), COUNT, N_("Visits that ended without being served to the end: the four ways together.")),
    "no_show": Figure(N_("No-show"), COUNT, N_("Called, and did not come.")),
    "cancelled_by_customer": Figure(N_("Cancelled by the customer"), COUNT, N_("Given up by the customer.")),
    "cancelled_by_staff": Figure(N_("Removed by staff"), COUNT, N_("Cancelled by a member of staff.")),
    "left_at_close": Figure(
        N_("Left at close"), COUNT, N_("Still waiting, called or parked when the day was closed; not a no-show.")
    ),
    "waiting": Figure(N_("Waiting"), COUNT, N_("Visits that wait to be called. They are in no mean of waits.")),
    "waiting_over_target": Figure(
        N_("Waiting beyond the target"),
        COUNT,
        N_("Of those who wait, how many do so for longer than the target already."),
    ),
    "at_counter": Figure(N_("At a counter"), COUNT, N_("Visits that are called or being served.")),
    "parked": Figure(N_("Parked"), COUNT, N_("Visits set aside by a teller, to be taken up again.")),
    "longest_s": Figure(
        N_("Longest wait now"),
        SECONDS,
        N_("How long the one who has waited longest waits: since the issue, or since waiting again after a transfer."),
    ),
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
    "service_level": Figure(
        N_("Service level"),
        SHARE,
        N_(
            "Called within the target, as a share of everyone whose service began and everyone who left after more "
            "than the target. Who left sooner does not count, and neither does who still waits."
        ),
    ),
    "appointments": Figure(N_("By appointment"), COUNT, N_("Visits that came by an appointment.")),
    "transferred": Figure(
        N_("Transferred"), COUNT, N_("Visits that a counter sent on to another service, counter or teller.")
    ),
    "in_one_place": Figure(
        N_("Served without a transfer"),
        SHARE,
        N_(
            "Visits served that were never transferred, as a share of the visits served. Tickets carry no names, so "
            "who comes again on another day is not seen."
        ),
    ),
    "last_call_mean_s": Figure(
        N_("Mean wait to the last call"),
        SECONDS,
        N_(
            "The same visits as in the mean wait, but up to the last call for their first service instead of the first."
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
    "issued_per_day": Figure(
        N_("Issued per day"),
        MEAN,
        N_(
            "Tickets issued in the half-hour, on average over the business days of the period; by weekday, over those "
            "that fell on it."
        ),
    ),
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
    "mix": Figure(N_("Services finished"), COUNTS, N_("How many services of each kind were finished.")),
    "lists_taken": Figure(
        N_("Lists taken away"), COUNT, N_("Customers who took a list of documents at the kiosk and no number.")
    ),
    "handed_in_late": Figure(
        N_("Handed in after their day"),
        COUNT,
        N_(
            "Tickets that a kiosk issued without the server and that reached it when their day was over. They count on "
            "the day on which they reached it, and in no other figure."
        ),
    ),
    "ratings": Figure(
        N_("Answers"), COUNT, N_("Customers who said how it went, on the page of their ticket or elsewhere.")
    ),
    "answered": Figure(
        N_("Visits answered"),
        COUNT,
        N_("Visits that were served and whose customer said how it went; each has one answer."),
    ),
    "response_rate": Figure(
        N_("Response rate"),
        SHARE,
        N_("Visits answered, as a share of the visits served. What is said at a kiosk belongs to no visit."),
    ),
    "rating_mean": Figure(N_("Mean rating"), SCORE, N_("The mean of all answers, from 1 (bad) to 5 (good).")),
    "satisfied": Figure(N_("Satisfied"), SHARE, N_("Answers of 4 or 5, as a share of all answers.")),
    **{
        f"rated_{rating}": Figure(
            name, COUNT, N_("How often customers gave this answer, from 5 (very good) to 1 (bad).")
        )
        for rating, name in RATING_NAMES.items()
    },
    "comments": Figure(N_("Answers with words"), COUNT, N_("Answers beside which the customer wrote something.")),
    "bad_comments": Figure(
        N_("Bad answers with words"),
        COUNT,
        N_("Answers of 1 or 2 beside which the customer wrote something: each waits for somebody who leads."),
    ),
    "comments_settled": Figure(
        N_("Seen to"), SHARE, N_("Bad answers with words that somebody has seen to, as a share of all of them.")
    ),
    "settled_median_s": Figure(
        N_("Time until seen to, median"),
        LONG_SECONDS,
        N_("From the answer until somebody has seen to it, nights and holidays included. Not shown for fewer than 5."),
    ),
    "good_named": Figure(
        N_("What was good"), COUNTS, N_("How often each was chosen by customers who answered 4 or 5.")
    ),
    "bad_named": Figure(
        N_("What could be better"), COUNTS, N_("How often each was chosen by customers who answered 1, 2 or 3.")
    ),
    "named": Figure(N_("Times named"), COUNT, N_("How many customers chose this.")),
    "named_share": Figure(N_("Share"), SHARE, N_("As a share of all that was chosen.")),
    "named_together": Figure(
        N_("Share together"), SHARE, N_("The share together with all that were chosen more often.")
    ),
    "complaints_received": COMPLAINTS["received"],
    "complaints_open": COMPLAINTS["still_open"],
    "complaints_over": COMPLAINTS["over"],
    "complaints_promise_kept": COMPLAINTS["promise_kept"],
    "open_counters": Figure(N_("Open counters"), COUNT, N_("Counters that are open now, on a break or not.")),
}

PERCENTILES = N_(
    "Percentiles interpolate linearly between neighbours in rank, as PERCENTILE.INC in spreadsheets, and are not shown "
    "for fewer than 5 values."
)
