"""Roles, and what each may do. One table; every front asks it."""

from __future__ import annotations

from lobby.care import commands as care
from lobby.errors import N_, NotAllowed
from lobby.queue import commands as c
from lobby.queue import supervision

CUSTOMER, KIOSK, DISPLAY, TELLER = "customer", "kiosk", "display", "teller"
SUPERVISOR, MANAGER, AUDITOR, ADMINISTRATOR = "supervisor", "manager", "auditor", "administrator"
BRANCH = "branch"
"""A branch at its head office: it may send its own journal there, and nothing else."""

ROLES = (CUSTOMER, KIOSK, DISPLAY, TELLER, SUPERVISOR, MANAGER, AUDITOR, ADMINISTRATOR, BRANCH)
STAFF = (TELLER, SUPERVISOR, MANAGER, AUDITOR, ADMINISTRATOR)
"""Roles that a person may hold; the others belong to devices and to a customer's own ticket."""

ROLE_NAMES = {
    CUSTOMER: N_("customer"),
    KIOSK: N_("kiosk"),
    DISPLAY: N_("lobby screen"),
    TELLER: N_("teller"),
    SUPERVISOR: N_("supervisor"),
    MANAGER: N_("manager"),
    AUDITOR: N_("auditor"),
    ADMINISTRATOR: N_("administrator"),
    BRANCH: N_("branch"),
}

_LEADS = {SUPERVISOR, MANAGER, ADMINISTRATOR}

PERMISSIONS: dict[str, frozenset[str]] = {
    "see the branch": frozenset({KIOSK, DISPLAY, TELLER, AUDITOR} | _LEADS),
    "see the queue": frozenset({TELLER, AUDITOR} | _LEADS),
    "see a ticket": frozenset({KIOSK, TELLER, AUDITOR} | _LEADS),
    "take a ticket": frozenset({KIOSK, TELLER} | _LEADS),
    "go on without the server": frozenset({KIOSK}),
    "keep appointments": frozenset({TELLER} | _LEADS),
    "give feedback": frozenset({CUSTOMER, KIOSK, TELLER} | _LEADS),
    "report devices": frozenset({KIOSK, DISPLAY} | _LEADS),
    "print a ticket again": frozenset({KIOSK, TELLER} | _LEADS),
    "keep or leave a place": frozenset({CUSTOMER, TELLER} | _LEADS),
    "serve": frozenset({TELLER} | _LEADS),
    "take a complaint": frozenset({CUSTOMER, KIOSK, TELLER} | _LEADS),
    "handle complaints": frozenset({TELLER} | _LEADS),
    "decide on complaints": frozenset(_LEADS),
    "see complaints": frozenset({TELLER, AUDITOR} | _LEADS),
    "look answers up": frozenset({TELLER, AUDITOR} | _LEADS),
    "review records": frozenset(_LEADS),
    "see comments": frozenset({AUDITOR} | _LEADS),
    "see to comments": frozenset(_LEADS),
    "close the day": frozenset(_LEADS),
    "steer the branch": frozenset(_LEADS),
    "see to alerts": frozenset(_LEADS),
    "revise promises": frozenset({MANAGER, ADMINISTRATOR}),
    "rehearse": frozenset({MANAGER, ADMINISTRATOR}),
    "see figures": frozenset({AUDITOR} | _LEADS),
    "take tables away": frozenset({MANAGER, AUDITOR, ADMINISTRATOR}),
    "read the journal": frozenset({MANAGER, AUDITOR, ADMINISTRATOR}),
    "read the audit trail": frozenset({AUDITOR, ADMINISTRATOR}),
    "answer for personal data": frozenset({MANAGER, ADMINISTRATOR}),
    "administer": frozenset({ADMINISTRATOR}),
    "send the journal": frozenset({BRANCH}),
}

_COMMANDS: dict[type[c.Command], str] = {
    c.Issue: "take a ticket",
    c.CheckIn: "take a ticket",
    c.TakeList: "take a ticket",
    c.LeaseNumbers: "go on without the server",
    c.HandIn: "go on without the server",
    c.Book: "keep appointments",
    c.CancelAppointment: "keep appointments",
    c.GiveFeedback: "give feedback",
    c.RaiseAlert: "report devices",
    c.ResolveAlert: "report devices",
    care.TakeComplaint: "take a complaint",
    care.SayWhetherSolved: "take a complaint",
    care.NoteOnComplaint: "take a complaint",
    care.Praise: "take a complaint",
    care.AcknowledgeComplaint: "handle complaints",
    care.InvestigateComplaint: "handle complaints",
    care.AnswerComplaint: "handle complaints",
    care.PromiseFollowUp: "handle complaints",
    care.KeepFollowUp: "handle complaints",
    care.MoveFollowUp: "handle complaints",
    care.DropFollowUp: "handle complaints",
    care.ReportArticle: "look answers up",
    care.AssessComplaint: "decide on complaints",
    care.CloseComplaint: "decide on complaints",
    care.ReopenComplaint: "handle complaints",
    care.AssignComplaint: "decide on complaints",
    care.ExtendComplaint: "decide on complaints",
    care.SettleArticleReport: "decide on complaints",
    care.ReviewRecord: "review records",
    care.SettleComment: "see to comments",
    supervision.CloseService: "steer the branch",
    supervision.OpenService: "steer the branch",
    supervision.SetCounterSkills: "steer the branch",
    supervision.Reassign: "steer the branch",
    supervision.PostNotice: "steer the branch",
    supervision.TakeNoticeDown: "steer the branch",
    supervision.QuietVoice: "steer the branch",
    supervision.LoudVoice: "steer the branch",
    supervision.TakeAlert: "see to alerts",
    supervision.AcknowledgeAlert: "see to alerts",
    c.Hold: "keep or leave a place",
    c.Release: "keep or leave a place",
    c.Return: "keep or leave a place",
    c.Cancel: "keep or leave a place",
    c.Reprint: "print a ticket again",
    c.CloseDay: "close the day",
    c.ReopenDay: "close the day",
    c.StartRehearsal: "rehearse",
    c.RevisePromises: "revise promises",
}


def permission_for(command: type[c.Command]) -> str:
    """The permission that a command asks for; whatever happens at a counter is `serve`."""
    return _COMMANDS.get(command, "serve")


def may(role: str, permission: str) -> bool:
    return role in PERMISSIONS[permission]


def require(role: str, permission: str) -> None:
    """Refuse with `NotAllowed` unless the role has the permission."""
    if not may(role, permission):
        raise NotAllowed(role=ROLE_NAMES[role])
