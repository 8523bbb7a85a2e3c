"""Why single sign-on lets somebody not in, in words for them. What went wrong in detail is in the log."""

from __future__ import annotations

from lobby.errors import N_, Forbidden, NotThere, Unavailable


class NoSingleSignOn(NotThere):
    message = N_("Single sign-on is not set up here.")


class ProviderAway(Unavailable):
    message = N_("Single sign-on cannot be reached at the moment. Please try again.")


class NotTrusted(Forbidden):
    message = N_("Single sign-on gave an answer that cannot be trusted. Please try again.")


class JourneyOver(Forbidden):
    message = N_("Signing in took too long, or was begun in another window. Please sign in again.")


class ProviderRefused(Forbidden):
    message = N_("Single sign-on did not let you in.")


class NoRoleHere(Forbidden):
    message = N_("You have no role here yet. Please ask your administrator.")


class NameTaken(Forbidden):
    message = N_("The user name “%(name)s” is somebody else's here. Please ask your administrator.")


class AccountClosed(Forbidden):
    message = N_("Your account here is closed. Please ask your administrator.")


class OnlySingleSignOn(Forbidden):
    message = N_("Please use single sign-on.")
