"""The figures of forecasts, staffing and briefs, each with the sentence that defines it: the report's own where it
has the figure too."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.definitions import FIGURES
from lobby.reports.units import COUNT, MEAN, SHARE, Figure

EIGHT_OF_TEN = N_("A range behind a number holds on eight days of ten; on one of ten it is less, on one more.")

BRIEF: dict[str, Figure] = {
    "expected": Figure(
        N_("Expected"),
        MEAN,
        N_(
            "Customers without an appointment who will come, learnt from the days before: from the same weekday, and "
            "from other paydays or days beside holidays on such a day."
        ),
    ),
    "arrivals": Figure(
        N_("Customers"), MEAN, N_("Customers who come in this half-hour, those with an appointment at its time.")
    ),
    "counters": Figure(
        N_("Counters"),
        COUNT,
        N_("The fewest counters with which the goal is reached in every half-hour when the day is played many times."),
    ),
    "erlang": Figure(
        N_("By formula"),
        COUNT,
        N_(
            "Counters by the Erlang C formula, as if this half-hour lasted for ever and every counter gave every "
            "service. Only where the search begins."
        ),
    ),
    "in_time": Figure(
        N_("In time"),
        SHARE,
        N_(
            "Called within the wait that was promised, or within the target of the service where nothing was promised; "
            "the first call of each customer who came in this time. Who left before that wait was over is not counted."
        ),
    ),
    "one_more": Figure(
        N_("One more"),
        MEAN,
        N_("What this counter, open besides, changes in the number of the day's customers who are called in time."),
    ),
    "one_fewer": Figure(
        N_("One fewer"),
        MEAN,
        N_("What it changes in that number when the counter that is missed least is closed."),
    ),
    "break_costs": Figure(
        N_("Costs"),
        MEAN,
        N_("What this break changes in the number of the day's customers who are called in time, given the others."),
    ),
    "break_worst": Figure(
        N_("At the worst time"),
        MEAN,
        N_("The same, had the break been put where it hurts most of all times it may be."),
    ),
    "done": Figure(N_("Last customer done"), "", N_("When the last counter is done with its last customer.")),
    "came": Figure(N_("Came"), COUNT, N_("Customers who took a number on the day.")),
    "served": FIGURES["served"],
    "left": FIGURES["cancelled_by_customer"],
    "no_show": FIGURES["no_show"],
    "wait_mean_s": FIGURES["wait_mean_s"],
    "wait_p90_s": FIGURES["wait_p90_s"],
    "ratings": FIGURES["ratings"],
    "rating_mean": FIGURES["rating_mean"],
    "judged": Figure(
        N_("Judged"),
        MEAN,
        N_("Customers whose first wait can be judged: all but those who left before what was promised was over."),
    ),
    "kept": Figure(N_("Called in time"), MEAN, N_("Of those judged, how many were called in time.")),
    "lost": Figure(N_("Left or never called"), MEAN, N_("Customers who gave up, or whom nobody called.")),
}
