"""An anchor as a mail: so that it lies where nobody who could change the database can change it."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from lobby.outbound.mail import hand_in
from lobby.outbound.mail_values import MailSetup
from lobby.outbound.mailed import Mailed

LETTER = """\
{anchor}

This line says how far the records of the branch {branch} went, and proves it later. Please keep it.
Whoever is to check the branch's records gives it with:

    lobby audit verify --data DIR --anchor "..."

A row that was changed, removed or cut off since is then named.
"""


def mail_anchor(folder: Path, mail: MailSetup, anchor: str, now: int, tls: ssl.SSLContext | None = None) -> str:
    """Mail it, once, to the recipients of the branch file; what went wrong, in one line, empty when nothing did."""
    with Mailed(folder) as mailed:
        open_to = [one for one in mail.to if mailed.state(anchor, one) in {None, "refused"}]

        def before(taken: Sequence[str]) -> None:
            mailed.note(anchor, taken, "begun", now)

        fates = hand_in(mail, _message(mail, anchor, now), open_to, before=before, tls=tls) if open_to else {}
        for state in ("sent", "refused"):
            mailed.note(anchor, [one for one, fate in fates.items() if fate.state == state], state, now)
    return "; ".join(f"{one}: {fate.problem}" for one, fate in fates.items() if fate.state != "sent")


def _message(mail: MailSetup, anchor: str, now: int) -> EmailMessage:
    branch, check = anchor.split()[1], anchor.split()[-1]
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    letter["From"] = mail.sender
    letter["To"] = ", ".join(mail.to)
    letter["Subject"] = f"Anchor of {branch}, {datetime.fromtimestamp(now / 1000, UTC):%Y-%m-%d}"
    letter["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    letter["Message-ID"] = f"<anchor.{branch}.{now}.{check}@{mail.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(LETTER.format(anchor=anchor, branch=branch), cte="7bit")  # whole, in the saved mail too
    return letter
