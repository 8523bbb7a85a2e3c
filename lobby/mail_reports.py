"""A report as a mail: the page and the workbook with it, the headline figures in the letter; mailed once."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from lobby.errors import N_
from lobby.outbound.mail import Fate, hand_in
from lobby.outbound.mail_values import MailSetup
from lobby.outbound.mailed import Mailed
from lobby.reports.forms import page, workbook
from lobby.reports.forms.document import Document
from lobby.words import Words

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Posted(msgspec.Struct, frozen=True):
    """What became of the report for each recipient of the branch file; `before` were sent it by an earlier run."""

    fates: dict[str, Fate]
    before: tuple[str, ...] = ()

    @property
    def went_well(self) -> bool:
        return all(fate.state == "sent" for fate in self.fates.values())

    def of(self, state: str) -> list[str]:
        """The recipients of this fate."""
        return [one for one, fate in self.fates.items() if fate.state == state]

    @property
    def problem(self) -> str:
        """One line that says who did not get it and why; empty when all did."""
        said = []
        for state, what in (("refused", "not mailed to"), ("unsure", "may have been mailed or not to")):
            if whom := self.of(state):
                why = "; ".join(dict.fromkeys(self.fates[one].problem for one in whom))
                said.append(f"{what} {', '.join(whom)} ({why})")
        hint = "; ask them, and mail it with --again if they have it not" if self.of("unsure") else ""
        return "; ".join(said) + hint


def mail_report(
    folder: Path,
    mail: MailSetup,
    code: str,
    report: Document,
    words: Words,
    now: int,
    *,
    again: bool = False,
    begun: Callable[[Sequence[str]], None] = lambda taken: None,
    tls: ssl.SSLContext | None = None,
) -> Posted:
    """Mail the report that `code` names to whoever was not sent it before. What was sent is kept in `folder`, the data
    folder; `again` sends it to everybody all the same; `begun` hears of the recipients before it goes out. A mail that
    an earlier run has begun and never ended is not sent again by itself; its recipients are unsure."""
    with Mailed(folder) as mailed:
        states = {one: None if again else mailed.state(code, one) for one in mail.to}
        open_to = [one for one, state in states.items() if state in {None, "refused"}]
        fates = {one: Fate("unsure", EARLIER) for one, state in states.items() if state == "begun"}
        if open_to:

            def before(taken: Sequence[str]) -> None:
                begun(taken)
                mailed.note(code, taken, "begun", now)

            fates |= hand_in(mail, message(mail, code, report, words, now), open_to, before=before, tls=tls)
        for state in ("sent", "refused"):
            mailed.note(code, [one for one in open_to if fates[one].state == state], state, now)
    return Posted(fates, tuple(one for one, state in states.items() if state == "sent"))


EARLIER = "an earlier run broke off while it was mailed"


def message(mail: MailSetup, code: str, report: Document, words: Words, now: int) -> EmailMessage:
    """The mail. The same report has the same Message-ID, so that a mail server or program may drop a second copy."""
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    letter["From"] = mail.sender
    letter["To"] = ", ".join(mail.to)
    letter["Subject"] = " ".join(report.title.split())
    letter["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    name = sha256(f"{code} {dict(report.about)['branch']}".encode()).hexdigest()[:24]
    letter["Message-ID"] = f"<report.{name}@{mail.sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_text(report, words))
    file = "-".join([dict(report.about)["branch"], *code.split("/")])
    letter.add_attachment(page.as_html(report, words), subtype="html", filename=f"{file}.html")
    maintype, subtype = XLSX
    letter.add_attachment(workbook.as_xlsx(report, words), maintype=maintype, subtype=subtype, filename=f"{file}.xlsx")
    letter["Content-Language"] = words.language
    return letter


def _text(report: Document, words: Words) -> str:
    """The letter: the headline figures, a line each."""
    parts: list[Sequence[str]] = [[report.title], report.notes]
    for headline in report.headlines:
        lines = [headline.title]
        for figure in headline.figures:
            before = words(N_(" (before: %(figure)s)"), figure=figure.before.text) if figure.before else ""
            lines.append(f"  {figure.title}: {figure.now.text}{before}")
        parts.append(lines)
    parts.append([words(N_("The whole report is attached, with the definition of every figure."))])
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"
