"""Refusals that a person may read.

A refusal is a class: its name is the refusal (`NobodyWaiting`), its `message` is the English sentence that the
gettext catalogues translate, its `facts` fill the sentence's `%(name)s` places. Each front translates once, at its
edge: HTTP into a problem document, the console into a notification, the kiosk into a page. The five branches below
say what kind of refusal it is, so that an edge needs five rules and not fifty.
"""

from __future__ import annotations

from typing import ClassVar


def N_(message: str) -> str:
    """Mark a message for the catalogues without translating it here."""
    return message


class LobbyError(Exception):
    """A command was refused and nothing was changed. `facts` fill the message; `spoken` facts are translated too."""

    message: ClassVar[str] = N_("This cannot be done.")
    spoken: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, **facts: str | int) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts

    @property
    def name(self) -> str:
        """The refusal's name, as it ends the `type` of a problem document."""
        return type(self).__name__


class NotThere(LobbyError):
    """What the command addresses does not exist."""

    message = N_("There is no such thing here.")


class Conflict(LobbyError):
    """The command makes sense, only not in the present state."""

    message = N_("This cannot be done just now.")


class Invalid(LobbyError):
    """The command itself is wrong: a field is missing, unknown or out of range."""

    message = N_("Something in the request is not right.")


class Forbidden(LobbyError):
    """Whoever asks may not do this."""

    message = N_("You are not allowed to do this.")


class Unavailable(LobbyError):
    """The branch cannot do it at the moment for a reason of its own: disk, database, network. Try again."""

    message = N_("The branch cannot do this at the moment. Please try again.")


class UnknownBranch(NotThere):
    message = N_("There is no branch “%(branch)s” here.")


class UnknownTicket(NotThere):
    message = N_("There is no ticket “%(ticket)s” today.")


class NoTicketThatDay(NotThere):
    message = N_("There is no ticket “%(ticket)s” on %(day)s.")


class UnknownCounter(NotThere):
    message = N_("There is no counter %(counter)s in this branch.")


class UnknownService(Invalid):
    message = N_("There is no service “%(service)s” in this branch.")


class UnknownPriority(Invalid):
    message = N_("There is no priority class “%(priority)s” in this branch.")


class UnknownLanguage(Invalid):
    message = N_("This branch does not serve in “%(language)s”.")


class BadField(Invalid):
    message = N_("The field “%(field)s” is not right: %(problem)s")


class UnknownColleague(Invalid):
    message = N_("Nobody here has the user name “%(name)s”.")


class BadRequest(LobbyError):
    """The request cannot be read at all: not JSON, no idempotency key."""

    message = N_("The request cannot be read: %(problem)s")


class TooLong(LobbyError):
    """The body of a request is larger than any command."""

    message = N_("This is too long to be kept. Please make it shorter: at most about two pages.")


class KeyReused(Invalid):
    message = N_("This idempotency key was used before for another request. Use a new key for a new request.")


class BranchClosed(Conflict):
    message = N_("The branch is closed now.")


class ServiceClosed(Conflict):
    message = N_("%(service)s is closed now. Hours today: %(hours)s.")


class ServiceClosedByHand(Conflict):
    message = N_("%(service)s is not possible at the moment. We are sorry. Please ask our staff.")


class NumbersExhausted(Conflict):
    message = N_("All ticket numbers for %(service)s are used up today. Please ask the staff.")


class DailyLimitReached(Conflict):
    message = N_("%(service)s has no more tickets today. Please ask our staff about another day.")


class UnknownAppointment(NotThere):
    message = N_("We cannot find an appointment with this code. Please check it, or take a ticket.")


class UnknownComplaint(NotThere):
    message = N_("We cannot find a complaint with the reference %(complaint)s. Please check it.")


class UnknownFollowUp(NotThere):
    message = N_("There is no follow-up %(follow_up)s. It may have been done long ago.")


class UnknownRecord(NotThere):
    message = N_("Record %(record)s is not at hand. Records of the last two weeks are.")


class UnknownArticle(NotThere):
    message = N_("There is no article “%(article)s”.")


class UnknownArticleReport(NotThere):
    message = N_("There is no report %(report)s about an article.")


class UnknownComment(NotThere):
    message = N_("There is no comment %(comment)s. It may be older than two months.")


class UnknownNotice(NotThere):
    message = N_("This notice is not shown any more.")


class TooManyNotices(Conflict):
    message = N_("There are %(most)s notices on the screens already. Please take one down first.")


class AlertIsOver(NotThere):
    message = N_("This alert is over.")


class AlertHeld(Conflict):
    message = N_("%(owner)s sees to this alert already.")


class WrongComplaintState(Conflict):
    message = N_("Complaint %(complaint)s is %(state)s. This step does not come next.")
    spoken = frozenset({"state"})


class FollowUpDone(Conflict):
    message = N_("Follow-up %(follow_up)s is over already.")


class NoLongerTime(Conflict):
    message = N_("The law gives no longer time for complaint %(complaint)s.")


class OwnRecord(Conflict):
    message = N_("This record is your own. A colleague should look at it.")


class AlreadyAnswered(Conflict):
    message = N_("You have told us already how it went. Thank you.")


class TooSoonToSay(Conflict):
    message = N_("Please tell us how it went once we have served you.")


class CommentIsSettled(Conflict):
    message = N_("%(by)s has seen to this already.")


class NobodyToPraise(Conflict):
    message = N_("Nobody has served %(number)s yet. Name the colleague instead.")


class TicketInService(Conflict):
    message = N_(
        "%(number)s is being served by %(teller)s at counter %(counter)s. "
        "Ask %(teller)s to transfer it, or have the counter handed over."
    )


class CounterOffered(Conflict):
    message = N_("Counter %(counter)s is being handed over to %(teller)s.")


class AppointmentUsed(Conflict):
    message = N_("This appointment is checked in already. Its number is %(number)s.")


class AppointmentIsCancelled(Conflict):
    message = N_("This appointment was cancelled. Please take a ticket, or ask our staff.")


class AppointmentTooEarly(Conflict):
    message = N_("Your appointment is at %(time)s. You can check in from %(opens)s, or take a ticket now.")


class AppointmentTooLate(Conflict):
    message = N_("Your appointment was at %(time)s. Please take a ticket; our staff will help you.")


class AppointmentOnAnotherDay(Conflict):
    message = N_("Your appointment is on %(date)s at %(time)s.")


class CodeTaken(Conflict):
    message = N_("There is an appointment with the code %(code)s already.")


class NoNumbersToLease(Conflict):
    message = N_("%(service)s has too few numbers left to keep some for a kiosk. Give it a wider range.")


class NumberNotLeased(Conflict):
    message = N_("The number %(number)s was not kept for this kiosk.")


class NumberTaken(Conflict):
    message = N_("The number %(number)s was given out already.")


class NotWithoutServer(Unavailable):
    message = N_("This is not possible while the connection is interrupted. Please take a ticket or ask our staff.")


class WrongState(Conflict):
    message = N_("Ticket %(number)s is %(state)s, so this step is not possible.")
    spoken = frozenset({"state"})


class NobodyWaiting(Conflict):
    message = N_("Nobody is waiting for this counter.")


class NothingAtCounter(Conflict):
    message = N_("There is no customer at counter %(counter)s.")


class CounterBusy(Conflict):
    message = N_("Counter %(counter)s still has ticket %(number)s. Finish, park or transfer it first.")


class CounterNotOpen(Conflict):
    message = N_("Counter %(counter)s is not open.")


class CounterOnBreak(Conflict):
    message = N_("Counter %(counter)s is on a break.")


class CounterNotOnBreak(Conflict):
    message = N_("Counter %(counter)s is not on a break.")


class CounterTaken(Conflict):
    message = N_("%(teller)s is at counter %(counter)s.")


class NotYourTicket(Conflict):
    message = N_("Ticket %(number)s is kept for another counter or colleague.")


class WrongService(Conflict):
    message = N_("Counter %(counter)s does not serve %(service)s.")


class TooSoonForNoShow(Conflict):
    message = N_("Please wait a little. Recalls still needed: %(recalls)s. Seconds: %(seconds)s.")


class NothingToUndo(Conflict):
    message = N_("There is nothing to undo at counter %(counter)s.")


class TooLateToUndo(Conflict):
    message = N_("The last step is too old to be undone.")


class TooLateToReturn(Conflict):
    message = N_("Ticket %(number)s was called too long ago. Please take a new ticket.")


class CalledAlready(Conflict):
    message = N_("%(number)s is called already. Please go to counter %(counter)s.")


class HeldBefore(Conflict):
    message = N_("The place of %(number)s was kept once already, and that is possible once in a visit.")


class HoldNotOffered(Conflict):
    message = N_("This branch cannot keep a place. Please ask our staff.")


class DayAlreadyClosed(Conflict):
    message = N_("The day is closed already.")


class DayNotClosed(Conflict):
    message = N_("The day is not closed.")


class BranchIsLive(Conflict):
    message = N_("This branch has served real customers. A rehearsal needs a branch of its own.")


class NotARehearsal(Conflict):
    message = N_("Only a rehearsal branch takes the time from outside.")


class NotSignedIn(LobbyError):
    message = N_("Please sign in.")


class WrongPassword(LobbyError):
    message = N_("User name or password is not right.")


class WrongPin(LobbyError):
    message = N_("This PIN is not right.")


class UnknownUser(NotThere):
    message = N_("Nobody has the user name %(user)s.")


class UserNameTaken(Conflict):
    message = N_("The user name %(user)s is taken.")


class BadUserName(Invalid):
    message = N_("A user name has letters, digits and . _ @ + - alone, at most %(length)s of them.")


class LastAdministrator(Conflict):
    message = N_("%(user)s is the only administrator. Make somebody else one first.")


class NoPinSet(Conflict):
    message = N_("No PIN is set for the staff page. Set one with: lobby kiosk-pin")


class PasswordTooWeak(Invalid):
    message = N_("Please choose a password of at least %(length)s characters that is not the old one.")


class PasswordTooCommon(Invalid):
    message = N_("Others would try this password first. Please choose one that is harder to guess.")


class PasswordNamesUser(Invalid):
    message = N_("Please choose a password that does not hold your user name.")


class PasswordsDiffer(Invalid):
    message = N_("The two new passwords are not the same.")


class PasswordMustChange(Forbidden):
    message = N_("Please choose a new password first.")


class NotAllowed(Forbidden):
    message = N_("Your role (%(role)s) does not allow this.")
    spoken = frozenset({"role"})


class TooManyAttempts(LobbyError):
    """`seconds`: how long to wait. Said with the right plural by `lobby.words.refusal`."""

    message = N_("Too many attempts. Please wait %(seconds)s seconds.")


class TooManyRequests(TooManyAttempts):
    message = N_("Too many requests. Please wait %(seconds)s seconds.")


class StorageFull(Unavailable):
    message = N_("The branch's disk is full. Nothing was lost; please tell the operator.")


class StorageBusy(Unavailable):
    message = N_("The branch's database is busy. Please try again.")


class StorageAway(Unavailable):
    message = N_("The branch's database cannot be reached. Please tell the operator.")


class StorageDamaged(Unavailable):
    message = N_("The database %(path)s is damaged and cannot be read. Please restore a backup.")


class StorageNewer(Unavailable):
    message = N_("The database %(path)s was written by a newer version of this program. Please install that one again.")


class StorageOlder(Unavailable):
    message = N_("The database %(path)s is of an earlier version. The server brings it up to date when it starts.")


class BranchLocked(Unavailable):
    message = N_("Another server already runs on %(path)s. Stop it first.")


class ServerUnreachable(Unavailable):
    message = N_("The branch server cannot be reached.")
