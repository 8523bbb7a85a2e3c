"""The figures of complaints and of follow-ups."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.units import COUNT, COUNTS, LONG_SECONDS, SHARE, Figure

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

COUNTED: dict[str, Figure] = {
    "complaints_received": COMPLAINTS["received"],
    "complaints_open": COMPLAINTS["still_open"],
    "complaints_over": COMPLAINTS["over"],
    "complaints_promise_kept": COMPLAINTS["promise_kept"],
    "complaints_law_kept": COMPLAINTS["law_kept"],
    "complaints_closed_median_s": COMPLAINTS["closed_median_s"],
    "complaints_categories": Figure(
        N_("Complaints by category"),
        COUNTS,
        N_("What the complaints received were about, and how many. Of a branch, not shown for fewer than 5."),
    ),
    "follow_ups_due": Figure(
        N_("Follow-ups due"),
        COUNT,
        N_("What customers were promised to be done in this time, without what was dropped before its time."),
    ),
    "follow_ups_kept": Figure(
        N_("Follow-ups kept"),
        SHARE,
        N_("Done in time, as a share of those that were done or whose time is over."),
    ),
    "follow_ups_over": Figure(
        N_("Follow-ups overdue"), COUNT, N_("Of these, what is still to do, though its time is over.")
    ),
}
"""In the report of a branch or a chain, by the keys of `ComplaintCounts` and `FollowUpFigures`."""
