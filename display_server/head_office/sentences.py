"""What the head office's page says: its columns, what they mean, and what its script says."""

from __future__ import annotations

from display_server.sentences import EVERY_PAGE
from lobby.errors import N_
from lobby.reports.chain_now import FORKED, NEVER, SILENT, UNREADABLE, WELL
from lobby.reports.definitions import FIGURES

COLUMNS: dict[str, str] = {
    "state": N_("State"),
    "waiting": N_("Waiting"),
    "longest_s": N_("Longest"),
    "over": N_("Over the target"),
    "at_work": N_("Counters at work"),
    "served": N_("Served"),
    "left": N_("Left"),
    "promise_kept": N_("Promise kept"),
    "satisfied": N_("Satisfied"),
    "complaints": N_("Complaints"),
    "heard": N_("Heard of"),
    "behind": N_("Still to come"),
}
"""After the name of the branch."""

STATES: dict[str, str] = {
    WELL: N_("open now"),
    SILENT: N_("not heard of"),
    FORKED: N_("two versions"),
    NEVER: N_("never heard of"),
    UNREADABLE: N_("needs a newer version here"),
}

DEFINITIONS: dict[str, str] = {
    "waiting": N_("Customers who wait to be called now, in the branches that are heard of."),
    "longest_s": N_("The longest that anybody who waits now has waited."),
    "over": N_("Customers who wait now, and have waited longer than the target of their service."),
    "at_work": N_("Counters that are open and not on a break. Serving: somebody was called there, or is being served."),
    "satisfied": FIGURES["satisfied"].definition,
    "complaints": N_(
        "Complaints that are not closed, whenever they were received. Overdue: the time for the first or the final "
        "answer is over."
    ),
    "served": FIGURES["served"].definition,
    "left": FIGURES["left"].definition,
    "promise_kept": N_(
        "Of the promises made today in all these branches, the share that was kept. One promise is one promise, "
        "whichever branch gave it."
    ),
    "live": N_(
        "Branches that were heard of in the last minute and a half. A branch that is not heard of goes on without the "
        "head office; what it has recorded arrives when the line is back."
    ),
    "state": N_(
        "Two versions: the head office holds a row of the branch's journal that the branch has otherwise. Nothing is "
        "overwritten; somebody must look into it."
    ),
    "heard": N_("How long ago the branch was last heard of."),
    "behind": N_("Events that the branch has recorded and that have not arrived here yet."),
}

CHAIN: tuple[str, ...] = (
    *EVERY_PAGE,
    N_("closed now"),
    N_("nobody waits"),
    N_("not enough data yet"),
    N_("The figures may be out of date."),
    N_("Promised: %(count)s"),
    N_("%(open)s of %(total)s"),
    N_("To look at: %(count)s"),
    N_("Open: %(count)s"),
    N_("row %(row)s"),
    N_("Over the target: %(count)s"),
    N_("no counter is open"),
    N_("less than %(share)s"),
    N_("nothing known of today"),
    N_("Overdue: %(count)s"),
    N_("Answers: %(count)s"),
    N_("Serving: %(count)s"),
    N_("never heard of"),
)

REPORT: tuple[str, ...] = (N_("Order by: %(column)s"),)
"""What the script of the report says."""
