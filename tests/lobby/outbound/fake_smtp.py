"""A mail server of a test's own: it keeps what it was handed, and fails on purpose."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from lobby.outbound.mail_values import MailSetup


@dataclass
class Mailbox:
    """What the server takes and refuses, what it was handed (recipients and bytes of each mail), and each command."""

    port: int = 0
    certificate: Path | None = None
    starttls: bool = False
    at_once: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers instead of the usual ones, by the beginning of the command: `RCPT TO:<bob@`, `DATA`, `AUTH`, `.`."""
    break_at: str = ""
    """The connection breaks when this command has come, before it is answered; `.` is the end of the mail."""
    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def mails(self) -> list[EmailMessage]:
        return [cast(EmailMessage, message_from_bytes(content, policy=default)) for _, content in self.got]

    def setup(self, *to: str, **changes: object) -> MailSetup:
        """The `[mail]` that leads here."""
        fields: dict[str, object] = {"starttls": self.starttls or self.at_once} | changes
        return MailSetup("127.0.0.1", self.port, "lobby@bank.example", to or ("mia@bank.example",), **fields)  # type: ignore[arg-type]


class _Talk(socketserver.StreamRequestHandler):
    box: Mailbox

    def setup(self) -> None:
        if self.box.at_once:
            self._secret()
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()  # what TLS was laid over is not the socket that the server knows

    def handle(self) -> None:
        self._to: list[str] = []
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode().rstrip("\r\n")
            command = command[:8].upper() + command[8:]  # the verbs; a client may write them small
            self.box.said.append(command)
            if not self._answer(command):
                return

    def _answer(self, command: str) -> bool:
        """Answer one command; False when the talk is over."""
        if self.box.break_at and command.startswith(self.box.break_at):
            return False
        refusal = next((said for begins, said in self.box.refuse.items() if command.startswith(begins)), None)
        if refusal is not None:
            self._say(refusal)
        elif command.startswith("EHLO"):
            self._say("250-here", *(["250-STARTTLS"] if self.box.starttls else []), "250 AUTH PLAIN")
        elif command == "STARTTLS":
            self._say("220 go on")
            self._secret()
            super().setup()
        elif command == "DATA":
            self._say("354 go on")
            return self._mail()
        elif command.startswith("AUTH"):
            self._say("235 welcome")
        elif command == "QUIT":
            self._say("221 bye")
            return False
        else:
            if command.startswith("RCPT TO:"):
                self._to.append(command[9:-1])
            self._say("250 so be it")
        return True

    def _mail(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.box.break_at == ".":
            return False
        if "." in self.box.refuse:
            self._say(self.box.refuse["."])
            return True
        self.box.got.append((self._to, b"".join(lines)))
        self._say("250 taken")
        return True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _secret(self) -> None:
        assert self.box.certificate is not None
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.box.certificate)
        self.request = tls.wrap_socket(self.request, server_side=True)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of these tests."""


@contextmanager
def a_mail_server(**how: object) -> Iterator[Mailbox]:
    """A server on a port of this machine, and the box that rules it."""
    box = Mailbox(**how)  # type: ignore[arg-type]
    server = _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"box": box}))
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
