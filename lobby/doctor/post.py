"""What leaves the branch: mail, and what webhooks deliver."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from lobby.doctor.database import is_made, reading
from lobby.doctor.finding import Finding, Patient, broken, good, look, span
from lobby.outbound.mail import reach
from lobby.outbound.mail_values import BadPassword
from lobby.records.schema import webhooks

MAIL, WEBHOOKS = "mail", "webhooks"


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
