"""What the audit trail speaks of: every kind of act, and how a person reads it. A new act gets its line here first;
`Acts.note` refuses a kind that has none."""

from __future__ import annotations

from lobby.errors import N_

KINDS: dict[str, str] = {
    # who may come in
    "signed-in": N_("Signed in"),
    "sign-in-failed": N_("Tried to sign in and was refused"),
    "single-sign-on-refused": N_("Came from single sign-on and was refused"),
    "signed-out": N_("Signed out"),
    "sessions-ended": N_("Ended sessions"),
    "password-changed": N_("Changed the own password"),
    "staff-added": N_("Added a member of staff"),
    "staff-disabled": N_("Took a member of staff out"),
    "staff-reset": N_("Gave a member of staff a new one-time password"),
    "staff-role-changed": N_("Changed the role of a member of staff"),
    "token-created": N_("Made a token"),
    "token-rotated": N_("Replaced a token by a new one"),
    "token-revoked": N_("Ended a token"),
    "pairing-code-made": N_("Made a code that pairs a device"),
    "device-paired": N_("Paired a device"),
    # whose data was looked at
    "complaint-read": N_("Read a complaint"),
    "follow-up-read": N_("Read a promise"),
    "due-listed": N_("Read what is due"),
    "own-day-read": N_("Read the notes of the own day"),
    "records-listed": N_("Read notes of conversations"),
    "comments-listed": N_("Read comments of customers"),
    "article-reports-listed": N_("Read what colleagues wrote about answers"),
    "words-sent": N_("Sent words about a customer to another program"),
    "journal-read": N_("Read the journal"),
    "trail-read": N_("Read the audit trail"),
    "trail-exported": N_("Took the audit trail away"),
    "person-searched": N_("Searched for a customer in what was written"),
    "person-exported": N_("Took away all that is kept about a customer"),
    "person-erased": N_("Erased what was written about a customer"),
    "data-expired": N_("Deleted what had been kept long enough"),
    "data-exported": N_("Took data away"),
    "report-exported": N_("Took a report away"),
    "report-mailed": N_("Sent a report by mail"),
    # how the branch is run
    "server-started": N_("Started the server"),
    "settings-changed": N_("Changed the settings of the branch"),
    "day-closed": N_("Closed the day"),
    "day-reopened": N_("Opened the day again"),
    "rehearsal-started": N_("Started a rehearsal"),
    "service-closed": N_("Closed a service"),
    "service-opened": N_("Opened a service again"),
    "skills-set": N_("Changed what a counter serves"),
    "ticket-reassigned": N_("Moved a ticket to another counter"),
    "notice-posted": N_("Put up a notice"),
    "notice-taken-down": N_("Took a notice down"),
    "voice-quieted": N_("Silenced the announcements"),
    "voice-back": N_("Switched the announcements on again"),
    "volume-changed": N_("Changed the volume of the kiosks"),
    "webhook-replayed": N_("Had events sent to another program again"),
    "kiosk-pin-set": N_("Set the PIN of the kiosks"),
    "backup-made": N_("Made a backup"),
    "backup-restored": N_("Restored a backup"),
    "backup-drilled": N_("Tried a backup out"),
    "anchor-made": N_("Wrote down how far the records go"),
    "records-verified": N_("Checked the records"),
    "head-office-branch-added": N_("Let a branch report to the head office"),
    "head-office-fork-settled": N_("Looked into two versions of a branch's journal"),
}
"""Kind -> what was done, as the trail's page and exports say it."""
