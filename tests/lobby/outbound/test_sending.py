"""One attempt against a receiver that fails on purpose, and over TLS."""

from __future__ import annotations

import logging
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lobby.outbound.sending import MOST_READ, Outcome, Sender
from tests.end_to_end.branch_process import free_port
from tests.lobby.outbound.receiver import (
    PATIENCE_S,
    Receiver,
    a_receiver,
    answers,
    drips,
    drops,
    garbage,
    says_nothing,
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as found:
        yield found


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender(total_s=PATIENCE_S)
    yield made
    made.close()


def post(sender: Sender, receiver: Receiver) -> Outcome:
    return sender.post(receiver.url, b"{}", {"webhook-id": "north/1"})


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_delivery(sender: Sender, receiver: Receiver, status: int) -> None:
    receiver.behaviours = [answers(status)]
    assert post(sender, receiver) == Outcome(True)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 418, 500, 502, 503, 504])
def test_no_other_status_is_a_delivery(sender: Sender, receiver: Receiver, status: int) -> None:
    receiver.behaviours = [answers(status)]
    assert post(sender, receiver) == Outcome(False, f"answered {status}")


def test_gone_says_that_the_receiver_wants_no_more(sender: Sender, receiver: Receiver) -> None:
    receiver.behaviours = [answers(410)]
    assert post(sender, receiver).gone


@pytest.mark.parametrize(("said", "understood"), [("120", 120.0), ("soon", 0.0), ("-5", 0.0), ("9" * 300, 0.0)])
def test_a_receiver_may_ask_to_be_left_alone_for_a_while(
    sender: Sender, receiver: Receiver, said: str, understood: float
) -> None:
    receiver.behaviours = [answers(429, retry_after=said)]
    assert post(sender, receiver).retry_after_s == understood


def test_a_redirect_is_never_followed(sender: Sender, receiver: Receiver) -> None:
    with a_receiver() as elsewhere:
        receiver.behaviours = [answers(status, location=elsewhere.url) for status in (301, 302, 307, 308)]
        for status in (301, 302, 307, 308):
            outcome = post(sender, receiver)
            assert outcome.problem == f"answered {status}, a redirect; write the new address into branch.toml"
            assert not outcome.delivered
        assert elsewhere.got == []


@pytest.mark.parametrize("behaviour", [says_nothing, drips], ids=["silent", "a byte at a time"])
def test_an_attempt_ends_in_time_whatever_the_receiver_does(receiver: Receiver, behaviour: object) -> None:
    receiver.behaviours = [behaviour]  # type: ignore[list-item]
    began = time.monotonic()
    with closing(Sender(total_s=0.4)) as hasty:
        assert post(hasty, receiver) == Outcome(False, "no answer within 0.4 s")
    assert time.monotonic() - began < PATIENCE_S, "the receiver gave up first"


@pytest.mark.parametrize("behaviour", [drops, garbage])
def test_a_connection_that_breaks_is_a_failure_in_one_short_line(
    sender: Sender, receiver: Receiver, behaviour: object
) -> None:
    receiver.behaviours = [behaviour]  # type: ignore[list-item]
    outcome = post(sender, receiver)
    assert outcome.problem.startswith("the connection broke (")
    assert outcome.problem.isprintable()
    assert len(outcome.problem) < 200


def test_nobody_there_is_a_failure(sender: Sender) -> None:
    outcome = sender.post(f"http://127.0.0.1:{free_port()}/", b"{}", {})
    assert outcome == Outcome(False, "no connection (Connection refused)")


def test_a_name_that_nobody_has_is_a_failure(sender: Sender) -> None:
    assert sender.post("http://nobody.invalid/", b"{}", {}).problem.startswith("no connection (")


def test_a_receiver_without_tls_is_not_trusted_with_https(sender: Sender, receiver: Receiver) -> None:
    outcome = sender.post(receiver.url.replace("http:", "https:"), b"{}", {})
    assert outcome.problem.startswith("no connection (")
    assert receiver.got == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Certificate and key of 127.0.0.1 in one file, made by nobody that anyone knows."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the command openssl")
    path = tmp_path / "receiver.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *names, "-keyout", path, "-out", tmp_path / "crt"], check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "crt").read_text())
    return path


def test_over_tls_a_receiver_is_believed_only_with_a_certificate_of_a_known_authority(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    for known, outcome in ((certificate, Outcome(True)), (None, None)):
        with a_receiver(tls) as receiver:
            sender = Sender(total_s=PATIENCE_S, tls=ssl.create_default_context(cafile=known))
            said = post(sender, receiver)
            sender.close()
            if outcome is None:
                assert said.problem.startswith("no connection (")
                assert "certificate verify failed" in said.problem
                assert receiver.got == []
            else:
                assert said == outcome


def test_the_connection_is_kept_from_one_event_to_the_next(sender: Sender, receiver: Receiver) -> None:
    receiver.behaviours = [answers(200, b"thanks"), answers(200, b"thanks")]
    post(sender, receiver)
    post(sender, receiver)
    first, second = receiver.got
    assert first.connection == second.connection


def test_a_long_answer_is_not_read_to_its_end(sender: Sender, receiver: Receiver) -> None:
    receiver.behaviours = [answers(200, bytes(MOST_READ * 200))]
    assert post(sender, receiver) == Outcome(True)
    assert post(sender, receiver) == Outcome(True)
    first, second = receiver.got
    assert first.connection != second.connection


def test_an_endless_heading_is_a_failure(sender: Sender, receiver: Receiver) -> None:
    receiver.behaviours = [answers(200, x="y" * 300_000)]
    assert not post(sender, receiver).delivered


def test_no_address_and_no_signature_comes_into_a_log(
    sender: Sender, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sender.post(receiver.url, b"{}", {"webhook-signature": "v1,c2lnbmF0dXJl"})
    assert "key-in-the-path" not in caplog.text
    assert "c2lnbmF0dXJl" not in caplog.text
