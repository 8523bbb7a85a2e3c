"""What the scripts of the pages say, by page; the templates ask the catalogue themselves.

The scripts write counts as "Waiting: 6", so that no sentence here needs a plural.
"""

from __future__ import annotations

from lobby.errors import N_

EVERY_PAGE: tuple[str, ...] = (
    N_("Live"),
    N_("Connecting…"),
    N_("%(low)s–%(high)s min"),
    N_("up to %(high)s min"),
    N_("about %(low)s–%(high)s min"),
    N_("%(seconds)s s"),
    N_("%(minutes)s min"),
    N_("%(hours)s h %(minutes)s min"),
)

SCREEN: tuple[str, ...] = (
    *EVERY_PAGE,
    N_("Now serving"),
    N_("Last calls"),
    N_("Counter"),
    N_("Called again"),
    N_("Please go to counter %(counter)s"),
    N_("Welcome"),
    N_("Please wait until your number is shown here."),
    N_("The numbers may be out of date. Please ask the staff."),
    N_("This screen is not allowed to show the branch. Please ask the staff."),
    N_("Waiting: %(count)s"),
    N_("Expected wait"),
    N_("not known yet"),
    N_("closed"),
    N_("today %(hours)s"),
)

MANAGER: tuple[str, ...] = (
    *EVERY_PAGE,
    N_("not enough data yet"),
    N_("%(open)s of %(total)s"),
    N_("within %(minutes)s min"),
    N_("over %(minutes)s min"),
    N_("nobody waits"),
    N_("no counter is open"),
    N_("No-show: %(count)s"),
    N_("Cancelled by customer: %(count)s"),
    N_("Cancelled by staff: %(count)s"),
    N_("Left at close: %(count)s"),
    N_("Counter %(counter)s"),
    N_("closed"),
    N_("free"),
    N_("called"),
    N_("serving"),
    N_("on a break"),
    N_("Soon: %(count)s"),
    N_("Overdue: %(count)s"),
)

CARE: tuple[str, ...] = (
    *EVERY_PAGE,
    N_("Saved."),
    N_("The server does not answer. What you wrote is still here; please try again."),
)

RATINGS = ((5, N_("Very good")), (4, N_("Good")), (3, N_("All right")), (2, N_("Not good")), (1, N_("Bad")))
"""How it was, from the best; in the words of the kiosk."""

TICKET: tuple[str, ...] = (
    *EVERY_PAGE,
    N_("Please wait"),
    N_("This page tells you when it is your turn."),
    N_("It is your turn"),
    N_("Please go to counter %(counter)s"),
    N_("Counter %(counter)s"),
    N_("You are being served"),
    N_("Please take a seat"),
    N_("Your counter will call you again."),
    N_("Thank you"),
    N_("Your visit is finished. Goodbye."),
    N_("We called you"),
    N_("You did not come to the counter. If you are still here, please speak to the staff."),
    N_("Cancelled"),
    N_("This ticket is no longer valid. If you still need us, please take a new one."),
    N_("by %(to)s"),
    N_("It takes longer than we said. We are sorry. You have not been forgotten."),
    N_("It goes faster than we said. Please stay near."),
    N_("not known yet"),
)
