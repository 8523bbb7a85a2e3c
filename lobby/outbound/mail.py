"""One mail to one server over SMTP, and what became of it for each recipient.

A mail server takes a mail with one answer, after the last line (RFC 5321, 4.2.5). Where the connection breaks between
that line and the answer, nobody can know whether the mail goes out: such a mail is `unsure`, and is not sent again by
itself. Passwords go over TLS alone, and the server's certificate is checked.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Literal

import msgspec

from lobby.outbound.mail_values import MailSetup

TIMEOUT_S = 30.0
"""For the connection, and for each answer of the server."""

SUBMISSIONS = 465
"""The port on which a server speaks TLS from the first byte (RFC 8314); on any other it begins with STARTTLS."""


NOT_ASCII = "an address may hold Latin letters only"


class Fate(msgspec.Struct, frozen=True):
    """What became of a mail for one recipient: sent, refused (certainly not sent; `problem` says why), unsure."""

    state: Literal["sent", "refused", "unsure"]
    problem: str = ""


def hand_in(
    server: MailSetup,
    message: EmailMessage,
    recipients: Sequence[str],
    *,
    before: Callable[[Sequence[str]], None] = lambda accepted: None,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = TIMEOUT_S,
) -> dict[str, Fate]:
    """Hand `message` in once, for all recipients. `before` hears, right before the mail's first line goes out, of the
    recipients that the server takes: from then on they are unsure. Never raises for what a server or a network does;
    `BadPassword` when there is a password file that cannot be read.
    """
    password, content = server.password, message.as_bytes()
    fates: dict[str, Fate] = {}
    try:
        with _connected(server, password, tls or ssl.create_default_context(), timeout_s) as smtp:
            _asked(smtp.mail(server.sender))
            for recipient in recipients:
                if not recipient.isascii():
                    fates[recipient] = Fate("refused", NOT_ASCII)
                elif (answer := smtp.rcpt(recipient))[0] not in {250, 251}:
                    fates[recipient] = Fate("refused", _answer(*answer))
            accepted = [recipient for recipient in recipients if recipient not in fates]
            if accepted:
                before(accepted)
                fate = _sent(smtp, content)
                fates |= dict.fromkeys(accepted, fate)
    except smtplib.SMTPResponseException as error:
        fates = _all_others(recipients, fates, _answer(error.smtp_code, error.smtp_error))
    except UnicodeEncodeError:
        fates = _all_others(recipients, fates, NOT_ASCII)
    except (OSError, smtplib.SMTPException) as error:
        fates = _all_others(recipients, fates, _cause(error))
    return fates


def reach(server: MailSetup, *, tls: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S) -> str:
    """Connect and sign in as `hand_in` does, and hand nothing in. What went wrong, in a line; empty when nothing did.
    `BadPassword` as there."""
    try:
        with _connected(server, server.password, tls or ssl.create_default_context(), timeout_s):
            return ""
    except smtplib.SMTPResponseException as error:
        return _answer(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException, UnicodeEncodeError) as error:
        return _cause(error)


def _connected(server: MailSetup, password: str, tls: ssl.SSLContext, timeout_s: float) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    secret_at_once = server.starttls and server.port == SUBMISSIONS
    if secret_at_once:
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=tls)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        if server.starttls and not secret_at_once:
            smtp.starttls(context=tls)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sent(smtp: smtplib.SMTP, content: bytes) -> Fate:
    """Send the mail itself. Only an answer says for certain."""
    try:
        code, said = smtp.data(content)
    except smtplib.SMTPDataError as error:  # not even the first line was wanted
        return Fate("refused", _answer(error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return Fate("unsure", _cause(error))
    return Fate("sent") if code == 250 else Fate("refused", _answer(code, said))


def _asked(answer: tuple[int, bytes]) -> None:
    if answer[0] != 250:
        raise smtplib.SMTPResponseException(*answer)


def _all_others(recipients: Sequence[str], fates: dict[str, Fate], problem: str) -> dict[str, Fate]:
    """Whoever has no fate yet was certainly not sent anything; a server that breaks off its goodbye changes nothing."""
    return {recipient: fates.get(recipient, Fate("refused", problem)) for recipient in recipients}


def _answer(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _line(f"answered {code} {text}")


def _cause(error: Exception) -> str:
    return _line(str(getattr(error, "strerror", None) or error) or type(error).__name__)


def _line(text: str) -> str:
    """One short line: whatever a server says must not fill a log."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))[:160]
