"""Who may do what at a branch's server: one line for every address and for every message over Socket.IO. What has no
line cannot start.

A line names a permission of `lobby.access`, or says which other key opens (`Key`). It is asked before the view runs, in
one place, `display_server.gate.guarding`; a view has who was let in from `display_server.gate.access.holder`.
docs/roles.md is printed from here.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, request

from display_server.gate import guarding
from display_server.gate.access import server
from display_server.gate.guarding import OWN, Asks, Key, NoLine
from display_server.live.told import CONSOLE, DASHBOARD, DISPLAY, TICKET
from lobby.access import KIOSK, may, permission_for
from lobby.care import commands as care
from lobby.care.casebook import spelled
from lobby.command_shape import Command
from lobby.queue import commands as queue

COMMANDS: dict[str, type[Command]] = {
    **{f"api.{verb}": command for verb, command in queue.TICKET_VERBS.items()},
    **{f"api.{verb}": command for verb, command in queue.COUNTER_VERBS.items()},
    **{f"api.{verb}": command for verb, command in queue.BRANCH_VERBS.items() if command is not queue.Issue},
    **{f"care_api.complaint-{verb}": command for verb, command in care.COMPLAINT_VERBS.items()},
    **{f"care_api.follow-up-{verb}": command for verb, command in care.FOLLOW_UP_VERBS.items()},
    **{f"care_api.visit-{verb}": command for verb, command in queue.VISIT_VERBS.items()},
    "api.issue": queue.Issue,
}
"""Addresses that carry out a command: it says itself what it asks for."""

ROUTES: dict[str, Asks] = {
    **{endpoint: permission_for(command) for endpoint, command in COMMANDS.items()},
    # what pages are made of
    "static": Key.NONE,
    "pages.static": Key.NONE,
    "kiosk.static": Key.NONE,
    "kiosk.page": Key.NONE,
    "kiosk.sentences": Key.NONE,
    "look.bank": Key.NONE,
    "look.font": Key.NONE,
    "look.font_faces": Key.NONE,
    "look.icon": Key.NONE,
    "look.logo": Key.NONE,
    "look.our_mark": Key.NONE,
    "look.tokens": Key.NONE,
    "pages.problem_kind": Key.NONE,
    "api.openapi": Key.NONE,
    # machines that look after the server; /metrics asks itself
    "operating.healthz": Key.NONE,
    "operating.readyz": Key.NONE,
    "operating.metrics": Key.MACHINE,
    # coming in, and going
    "signing_in.sign_in_form": Key.NONE,
    "signing_in.sign_in": Key.NONE,
    "signing_in.sign_out": Key.NONE,
    "single_sign_on.go": Key.NONE,
    "single_sign_on.back": Key.NONE,
    "signing_in.new_password_form": Key.PERSON,
    "signing_in.new_password": Key.PERSON,
    "signing_in.sessions": Key.PERSON,
    "signing_in.end_other_sessions": Key.PERSON,
    "console_codes.make": Key.PERSON,
    "pairing.pair_form": Key.NONE,
    "pairing.pair": Key.NONE,
    "pairing.devices": "administer",
    "pairing.make_code": "administer",
    "pairing.end": "administer",
    "pages.home": Key.ANYONE,
    "api.sign_in": Key.NONE,
    "api.sign_out": Key.PERSON,
    "api.new_password": Key.PERSON,
    # customers, on their own phones
    "phone_pages.customer_ticket": Key.TICKET,
    "phone_pages.ask": Key.TICKET,
    "phone_pages.asked_anew": Key.TICKET,
    "opinion_pages.praise": Key.TICKET,
    "opinion_pages.praise_form": Key.TICKET,
    "opinion_pages.rate": Key.TICKET,
    "opinion_pages.wrong": Key.TICKET,
    "opinion_pages.wrong_form": Key.TICKET,
    "complaint_pages.complaint": Key.REFERENCE,
    "complaint_pages.add_words": Key.REFERENCE,
    "complaint_pages.say_whether_solved": Key.REFERENCE,
    "complaint_pages.form_opened_anew": Key.REFERENCE,
    # the kiosk; its staff page asks for the PIN as well
    "kiosk.offered": "take a ticket",
    "kiosk.issue": "take a ticket",
    "kiosk.take_list": "take a ticket",
    "kiosk.check_in": "take a ticket",
    "kiosk.complain": "take a ticket",
    "kiosk.feedback": "take a ticket",
    "kiosk.reprint": "take a ticket",
    "kiosk.copy_paper": "take a ticket",
    "kiosk.slip_paper": "take a ticket",
    "kiosk.say": "take a ticket",
    "kiosk.staff_sign_in": "take a ticket",
    "kiosk.staff_sign_out": "take a ticket",
    "kiosk.staff_state": "take a ticket",
    "kiosk.staff_drop": "take a ticket",
    "kiosk.staff_paper_changed": "take a ticket",
    "kiosk.staff_release": "take a ticket",
    "kiosk.staff_test_print": "take a ticket",
    "kiosk.staff_volume": "take a ticket",
    # lobby screens
    "screens.screen": "see the branch",
    "screens.named_screen": "see the branch",
    "media.programme": "see the branch",
    "media.media_file": "see the branch",
    "information.information_board": "see the branch",
    "voice.announcement": "see the branch",
    # the branch, read
    "api.branches": "see the branch",
    "api.branch": "see the branch",
    "api.board": "see the branch",
    "api.queue": "see the queue",
    "api.ticket": "see a ticket",
    "api.setup": "go on without the server",
    "api.known_appointments": "keep appointments",
    "api.known_alerts": "see figures",
    "api.events": "read the journal",
    "why_api.why": "see the queue",
    "why_api.fairness": "see figures",
    # figures
    "pages.manager": "see figures",
    "dashboard.day_timeline": "see figures",
    "report_pages.report": "see figures",
    "reports.day": "see figures",
    "reports.period": "see figures",
    "reports.complaints": "see figures",
    "briefs.brief": "see figures",
    "care_api.export": "take tables away",
    # the audit trail, and one customer's data
    "audit_pages.trail": "read the audit trail",
    "audit_pages.export": "read the audit trail",
    "people_api.export_person": "answer for personal data",
    "people_api.erase_person": "answer for personal data",
    "people_pages.search": "answer for personal data",
    "people_pages.find": "answer for personal data",
    "people_pages.person": "answer for personal data",
    "people_pages.erase": "answer for personal data",
    # care
    "care_pages.due": "see complaints",
    "care_pages.complaint": "see complaints",
    "care_pages.follow_up": "see complaints",
    "care_pages.comments": "see comments",
    "care_pages.records": "review records",
    "care_pages.answers": "decide on complaints",
    "care_pages.analysis": "see figures",
    "care_api.care": "look answers up",
    "care_api.complaints": "see complaints",
    "care_api.complaint": "see complaints",
    "care_api.follow_up": "see complaints",
    "care_api.due": "see complaints",
    "care_api.my_day": "serve",
    "care_api.reviews": "review records",
    "care_api.article_reports": "decide on complaints",
    "care_api.comments": "see comments",
    "care_api.search": "look answers up",
    "care_api.opening": "look answers up",
    "care_api.article": "look answers up",
    "care_api.news": "look answers up",
    "care_api.phrases": "look answers up",
}
"""What each address asks for, by its endpoint."""

SPEAKS_FOR = {"kiosk": KIOSK}
"""In whose role a browser that is several things speaks, by blueprint."""

SOCKETS: dict[tuple[str, str], Asks] = {
    (DISPLAY, "connect"): "see the branch",
    (DISPLAY, "resync"): "see the branch",
    (DISPLAY, "health"): "report devices",
    (DISPLAY, "said"): "report devices",
    (CONSOLE, "connect"): "see the queue",
    (CONSOLE, "resync"): "see the queue",
    (DASHBOARD, "connect"): "see figures",
    (DASHBOARD, "resync"): "see figures",
    (TICKET, "connect"): Key.TICKET,
    (TICKET, "resync"): Key.TICKET,
}
"""What each message of a client asks for, by namespace and event."""


def may_send(namespace: str, event: str, roles: Collection[str]) -> bool:
    """Whether a client with one of these roles may send this. What has no line nobody may."""
    asks = SOCKETS.get((namespace, event))
    return isinstance(asks, str) and any(may(role, asks) for role in roles)


def known_messages(namespace: str, events: Collection[str]) -> None:
    """`NoLine` where a namespace takes a message that the table leaves out. Whoever is connected may go."""
    missing = sorted(event for event in events if event != "disconnect" and (namespace, event) not in SOCKETS)
    if missing:
        raise NoLine(f"no line in display_server/gate/permissions.py for {namespace}: {', '.join(missing)}")


def guard(app: Flask) -> None:
    """Have every request asked for its key before its view runs; `NoLine` for an address that the table leaves out."""
    guarding.guard(app, ROUTES, where="display_server/gate/permissions.py", opened=_opened, speaks_for=SPEAKS_FOR)


def _opened(asks: Asks | None) -> str:
    """The token or reference by which a customer's page is asked for; empty where nobody has it. Who makes tokens up
    is not given an allowance for each."""
    if asks not in OWN:
        return ""
    given, state = str(next(iter((request.view_args or {}).values()), "")), server().desk.state
    if asks is Key.TICKET:
        return given if state.ticket_by(given) is not None else ""
    found = state.care.complaints.get(spelled(given))
    return found.reference if found else ""
