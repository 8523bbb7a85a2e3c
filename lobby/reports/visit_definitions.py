"""The figures of visits: how many came, and what became of them."""

from __future__ import annotations

from lobby.errors import N_
from lobby.reports.units import COUNT, MEAN, SECONDS, SHARE, Figure

VISITS: dict[str, Figure] = {
    "issued": Figure(N_("Issued"), COUNT, N_("Tickets issued in this time.")),
    "called": Figure(
        N_("Called"), COUNT, N_("Tickets that were called at least once. A call that was undone does not count.")
    ),
    "served": Figure(N_("Served"), COUNT, N_("Visits whose last service was finished.")),
    "left": Figure(N_("Left"), COUNT, N_("Visits that ended without being served to the end: the four ways together.")),
    "no_show": Figure(N_("No-show"), COUNT, N_("Called, and did not come.")),
    "left_share": Figure(N_("Left, share"), SHARE, N_("As a share of the tickets issued.")),
    "no_show_share": Figure(N_("No-show, share"), SHARE, N_("As a share of the tickets issued.")),
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
    "issued_per_day": Figure(
        N_("Issued per day"),
        MEAN,
        N_(
            "Tickets issued in the half-hour, on average over the business days of the period; by weekday, over those "
            "that fell on it."
        ),
    ),
}
