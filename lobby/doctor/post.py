"""What leaves the branch: mail, what webhooks deliver, and the journal to the head office."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from lobby.doctor.database import is_made, reading
from lobby.doctor.finding import Finding, Patient, broken, good, look, span
from lobby.outbound.mail import reach
from lobby.outbound.mail_values import BadPassword
from lobby.outbound.ship_room import HeadOfficeLine
from lobby.records.chain import GENESIS
from lobby.records.parcels import Parcel, packed, read_answer
from lobby.records.schema import events, webhooks

MAIL, WEBHOOKS, HEAD_OFFICE = "mail", "webhooks", "head office"


def look_at_mail(patient: Patient) -> Iterator[Finding]:
    """Connect as a report does, sign in, and send nothing."""
    setup = patient.config.mail
    if setup is None:
        return
    try:
        problem = reach(setup)
    except BadPassword as wrong:
        problem = f"its password file {wrong}"
    if problem:
        yield look(MAIL, f"{setup.host}:{setup.port}: {problem}", "Reports wait until it works: see docs/reports.md")
    else:
        yield good(MAIL, f"{setup.host} takes mail from here.")


def look_at_webhooks(patient: Patient) -> Iterator[Finding]:
    """How their last deliveries went, as the server noted."""
    if not patient.config.webhooks or not is_made(patient):
        return
    table = webhooks.c
    with reading(patient) as connection:
        found = connection.execute(select(webhooks).where(table.branch == patient.config.setup.id)).all()
    stood = {row.name: row for row in found}
    for name in (webhook.name for webhook in patient.config.webhooks):
        row = stood.get(name)
        if row is None:
            yield look(WEBHOOKS, f"{name} has not begun.", "It begins when the server is started.")
        elif row.stopped:
            yield broken(
                WEBHOOKS, f"{name} was given up: {row.problem}", f"Mend it, then: lobby webhooks replay {name}"
            )
        elif row.failing_since:
            since = span((patient.now - row.failing_since) / 1000)
            yield look(WEBHOOKS, f"{name} has taken nothing for {since}: {row.problem}", "Tell whoever looks after it.")
        else:
            yield good(WEBHOOKS, f"{name} takes what it is sent.")


def look_at_head_office(patient: Patient) -> Iterator[Finding]:
    """How much of the journal it has; asked as by `lobby ship`, with no row."""
    office = patient.config.head_office
    if office is None or not is_made(patient):
        return
    line = HeadOfficeLine(office, patient.config.setup.id)
    try:
        outcome, body = line(packed(Parcel(0, GENESIS, _last_row(patient), patient.now)))
    finally:
        line.close()
    if not outcome.delivered:
        do = "The branch goes on; what is missing arrives later, after a 401 with another token: docs/head-office.md"
        yield look(HEAD_OFFICE, f"{office.url}: {outcome.problem}", do)
        return
    try:
        standing = read_answer(body)
    except ValueError:
        yield broken(HEAD_OFFICE, f"{office.url} answers, but as no head office does.", "Look at [head_office] url.")
        return
    last = _last_row(patient)  # read after the answer: a server that ships meanwhile is not ahead of itself
    if standing.forked or standing.seq > last:
        row = standing.forked or last + 1
        yield broken(HEAD_OFFICE, f"It holds another version of the journal from row {row} on.", "docs/head-office.md")
    elif standing.seq < last and not patient.server:
        yield look(HEAD_OFFICE, f"It has {standing.seq} of {last} rows.", "The server sends them when it runs.")
    else:
        yield good(HEAD_OFFICE, f"It has {standing.seq} of {last} rows.")


def _last_row(patient: Patient) -> int:
    query = select(func.max(events.c.seq)).where(events.c.branch == patient.config.setup.id)
    with reading(patient) as connection:
        return connection.execute(query).scalar_one() or 0
