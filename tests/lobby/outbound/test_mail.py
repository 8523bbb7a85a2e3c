"""A mail is handed in once, over TLS, and what became of it is known as far as it can be."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec import structs

from lobby.outbound import mail
from lobby.outbound.mail import Fate, hand_in
from lobby.outbound.mail_values import BadPassword
from tests.end_to_end.branch_process import free_port
from tests.lobby.outbound.fake_smtp import Mailbox, a_mail_server
from tests.lobby.outbound.receiver import PATIENCE_S


def a_letter() -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = "The day"
    letter.set_content("Ten tickets.\n.\nA line of one dot stands above.\n")
    return letter


def handed_in(box: Mailbox, *to: str, **options: object) -> dict[str, Fate]:
    setup = box.setup(*to)
    return hand_in(setup, a_letter(), setup.to, timeout_s=PATIENCE_S, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of 127.0.0.1 in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the command openssl")
    folder = tmp_path_factory.mktemp("mail")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *names, "-keyout", folder / "key", "-out", folder / "crt"], check=True, capture_output=True)
    path = folder / "server.pem"
    path.write_text((folder / "key").read_text() + (folder / "crt").read_text())
    return path


def test_a_mail_reaches_every_recipient_at_once() -> None:
    with a_mail_server() as box:
        assert handed_in(box, "mia@x", "bob@x") == {"mia@x": Fate("sent"), "bob@x": Fate("sent")}
        assert [to for to, _ in box.got] == [["mia@x", "bob@x"]]
        assert "A line of one dot" in box.mails()[0].get_content()


def test_who_is_refused_does_not_keep_it_from_the_others() -> None:
    with a_mail_server(refuse={"RCPT TO:<bob@": "550 no such person"}) as box:
        fates = handed_in(box, "mia@x", "bob@x")
    assert fates == {"mia@x": Fate("sent"), "bob@x": Fate("refused", "answered 550 no such person")}


@pytest.mark.parametrize(
    ("refuse", "problem"),
    [
        ({"MAIL": "451 try later"}, "answered 451 try later"),
        ({"DATA": "554 not now"}, "answered 554 not now"),
        ({".": "552 too large"}, "answered 552 too large"),
    ],
)
def test_a_refused_mail_was_certainly_not_sent(refuse: dict[str, str], problem: str) -> None:
    with a_mail_server(refuse=refuse) as box:
        assert handed_in(box) == {"mia@bank.example": Fate("refused", problem)}


def test_a_connection_that_breaks_before_the_mail_has_sent_nothing() -> None:
    with a_mail_server(break_at="RCPT") as box:
        assert handed_in(box)["mia@bank.example"].state == "refused"


def test_a_connection_that_breaks_before_the_answer_leaves_everybody_unsure() -> None:
    told: list[str] = []
    with a_mail_server(break_at=".") as box:
        assert handed_in(box, before=told.extend)["mia@bank.example"].state == "unsure"
    assert told == ["mia@bank.example"]


def test_a_goodbye_that_never_comes_changes_nothing() -> None:
    with a_mail_server(break_at="QUIT") as box:
        assert handed_in(box) == {"mia@bank.example": Fate("sent")}


def test_nobody_at_the_address_is_a_refusal_in_one_line() -> None:
    setup = Mailbox(free_port()).setup()
    fate = hand_in(setup, a_letter(), setup.to, timeout_s=PATIENCE_S)["mia@bank.example"]
    assert fate == Fate("refused", "Connection refused")


def test_an_address_that_the_protocol_cannot_say_is_refused() -> None:
    with a_mail_server() as box:
        fates = handed_in(box, "müller@x", "mia@x")
        assert fates == {"müller@x": Fate("refused", "an address may hold Latin letters only"), "mia@x": Fate("sent")}


def test_a_sender_that_the_protocol_cannot_say_sends_nothing() -> None:
    with a_mail_server() as box:
        setup = structs.replace(box.setup(), sender="bücher@x")
        assert hand_in(setup, a_letter(), setup.to, timeout_s=PATIENCE_S)["mia@bank.example"].state == "refused"
        assert box.got == []


def test_a_mail_that_nobody_may_have_is_not_begun() -> None:
    told: list[str] = []
    with a_mail_server(refuse={"RCPT": "550 nobody here"}) as box:
        assert {fate.state for fate in handed_in(box, "mia@x", "bob@x", before=told.extend).values()} == {"refused"}
        assert not [command for command in box.said if command == "DATA"]
    assert told == []


def test_a_server_cannot_fill_a_log() -> None:
    with a_mail_server(refuse={"MAIL": "550 " + "no \x07" * 90}) as box:
        problem = handed_in(box)["mia@bank.example"].problem
    assert len(problem) <= 160
    assert problem.isprintable()


def test_over_starttls_the_password_goes_after_the_certificate_was_believed(certificate: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a long secret\n")
    secret.chmod(0o600)
    with a_mail_server(starttls=True, certificate=certificate) as box:
        setup = box.setup(user="lobby", password_file=secret)
        known = ssl.create_default_context(cafile=certificate)
        assert hand_in(setup, a_letter(), setup.to, tls=known, timeout_s=PATIENCE_S)["mia@bank.example"] == Fate("sent")
        assert [command.split()[0] for command in box.said[:4]] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]

        box.said.clear()
        fate = hand_in(setup, a_letter(), setup.to, timeout_s=PATIENCE_S)["mia@bank.example"]
        assert "certificate verify failed" in fate.problem
        assert not [command for command in box.said if command.startswith("AUTH")]


def test_a_server_without_starttls_is_told_nothing() -> None:
    with a_mail_server() as box:
        setup = box.setup(starttls=True)
        assert hand_in(setup, a_letter(), setup.to, timeout_s=PATIENCE_S)["mia@bank.example"].state == "refused"
        assert not [command for command in box.said if command.startswith("MAIL")]


def test_the_port_for_tls_from_the_first_byte_is_spoken_to_in_tls(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_mail_server(at_once=True, certificate=certificate) as box:
        monkeypatch.setattr(mail, "SUBMISSIONS", box.port)
        known = ssl.create_default_context(cafile=certificate)
        assert handed_in(box, tls=known)["mia@bank.example"] == Fate("sent")
        assert "STARTTLS" not in box.said


def test_a_wrong_password_is_a_refusal_and_a_missing_one_an_error(certificate: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    secret.chmod(0o600)
    known = ssl.create_default_context(cafile=certificate)
    with a_mail_server(starttls=True, certificate=certificate, refuse={"AUTH": "535 who are you"}) as box:
        setup = box.setup(user="lobby", password_file=secret)
        fate = hand_in(setup, a_letter(), setup.to, tls=known, timeout_s=PATIENCE_S)["mia@bank.example"]
        assert fate == Fate("refused", "answered 535 who are you")
        secret.unlink()
        with pytest.raises(BadPassword):
            hand_in(setup, a_letter(), setup.to, tls=known, timeout_s=PATIENCE_S)
