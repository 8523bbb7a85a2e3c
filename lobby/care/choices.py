"""What may be chosen in the steps of a complaint, by code, in words. The same on every screen."""

from __future__ import annotations

from lobby.errors import N_

WAYS = {
    "in_person": N_("in person"),
    "phone": N_("by phone"),
    "email": N_("by e-mail"),
    "letter": N_("by letter"),
    "message": N_("by message"),
    "slip": N_("on a slip"),
}
"""How the customer was told."""

DECISIONS = {
    "upheld": N_("the customer is right"),
    "partly": N_("the customer is right in part"),
    "not_upheld": N_("the customer is not right"),
}

MATTERS = {"general": N_("general"), "payments": N_("payments")}
"""What the law makes of it."""

DEGREES = {1: N_("low"), 2: N_("middle"), 3: N_("high")}
"""Of severity and of priority."""
