"""The figures of what customers said."""

from __future__ import annotations

from lobby.care.feedback import RATING_NAMES
from lobby.errors import N_
from lobby.reports.units import COUNT, COUNTS, LONG_SECONDS, SCORE, SHARE, Figure

OPINIONS: dict[str, Figure] = {
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
    "satisfied_low": Figure(
        N_("Satisfied, at least"),
        SHARE,
        N_("The lower end of what chance alone explains in 95 of 100 cases (Wilson). Not shown for fewer than 5."),
    ),
    "satisfied_high": Figure(
        N_("Satisfied, at most"), SHARE, N_("The upper end of the same. Not shown for fewer than 5.")
    ),
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
}
