"""What the doctor says of devices and addresses, and his command."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import structs

from display_server.doctor import devices
from display_server.doctor.address import (
    look_at_port,
    look_at_proxies,
    look_at_public_address,
    look_at_single_sign_on,
)
from display_server.doctor.certificate import look_at_certificate
from display_server.doctor.command import doctor, server_of
from display_server.doctor.devices import look_at_fonts, look_at_printers, look_at_signs, look_at_speech
from hardware.virtual_device import VirtualPrinter
from lobby.branch_file.single_sign_on_values import SingleSignOn
from lobby.config import PrinterSetup
from lobby.doctor.finding import Patient
from lobby.queue.commands import RaiseAlert, ResolveAlert
from lobby.records.lock import FolderLock
from lobby.signage import LedSign
from tests.builders import KIOSK, Clock, a_desk
from tests.display_server.provider import FakeProvider
from tests.end_to_end.branch_process import free_port
from tests.lobby.doctor.patients import a_patient, everything_in, states, told

YEAR = timedelta(days=365)


@pytest.fixture
def patient(tmp_path: Path, empty_store: Path) -> Patient:
    return a_patient(tmp_path / "branch", empty_store)


def with_printer(patient: Patient, address: str) -> Patient:
    config = structs.replace(patient.config, printers=(PrinterSetup("ticket", address),))
    return structs.replace(patient, config=config)


# -- what slips and voices are made with


def test_a_language_that_cannot_be_drawn_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "paper_notes", lambda languages: ["Slips in ar are printed in en."])
    assert told(look_at_fonts, patient) == [("look", "Slips in ar are printed in en.")]
    monkeypatch.setattr(devices, "paper_notes", lambda languages: [])
    assert states(look_at_fonts(patient)) == ["good"]


def test_a_language_without_a_voice_and_without_clips_is_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices.Shelf, "speaks", lambda shelf, language: language != "ar")
    found = list(look_at_speech(patient))
    assert states(found) == ["good", "look", "good", "good"]
    assert "in ar are missing" in found[1].says
    assert not (patient.folder / "voice").exists(), "no clip is made for being looked at"


# -- printers and signs


def test_a_printer_is_asked_how_it_is(patient: Patient, tmp_path: Path) -> None:
    virtual = VirtualPrinter(tmp_path / "paper")
    there = with_printer(patient, f"tcp://127.0.0.1:{virtual.start()}")
    try:
        assert states(look_at_printers(there)) == ["good"]
        virtual.paper_near_end()
        assert states(look_at_printers(there)) == ["look"]
        virtual.paper_out()
        ((state, says),) = told(look_at_printers, there)
        assert state == "broken"
        assert "out of paper" in says
    finally:
        virtual.stop()
    assert states(look_at_printers(there)) == ["broken"]


@pytest.mark.parametrize(("address", "state"), [("virtual", "look"), ("none", "look"), ("tcp://", "broken")])
def test_a_printer_that_is_none_is_told(patient: Patient, address: str, state: str) -> None:
    assert states(look_at_printers(with_printer(patient, address))) == [state]


def test_no_printer_at_all_is_told(patient: Patient) -> None:
    without = structs.replace(patient, config=structs.replace(patient.config, printers=()))
    assert states(look_at_printers(without)) == ["look"]


def test_a_printer_that_the_server_has_is_left_alone_and_its_alerts_are_read(patient: Patient) -> None:
    served = structs.replace(with_printer(patient, "tcp://192.0.2.1:9100"), server=1)
    assert states(look_at_printers(served)) == ["good"]
    desk = a_desk(patient.folder, clock=Clock(patient.now), setup=patient.config.setup)
    desk.submit(RaiseAlert("ticket", "paper_out"), key="1", actor=KIOSK)
    ((state, says),) = told(look_at_printers, served)
    assert state == "look"
    assert "put in a new roll" in says
    desk.submit(ResolveAlert("ticket", "paper_out"), key="2", actor=KIOSK)
    assert states(look_at_printers(served)) == ["good"]


def test_a_sign_whose_line_is_not_there_is_told(patient: Patient, tmp_path: Path) -> None:
    def with_line(device: str) -> Patient:
        signs = (LedSign(1, f"modbus://{device}?unit=1"),)
        signage = structs.replace(patient.config.signage, signs=signs)
        return structs.replace(patient, config=structs.replace(patient.config, signage=signage))

    assert states(look_at_signs(with_line("/dev/nothing-there"))) == ["broken"]
    (tmp_path / "line").touch()
    assert states(look_at_signs(with_line(str(tmp_path / "line")))) == ["good"]
    assert states(look_at_signs(structs.replace(with_line("/dev/nothing-there"), server=1))) == ["good"]


# -- addresses


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(1)
        yield sock.getsockname()[1]


def test_a_port_that_somebody_has_is_told_and_a_free_one_too(patient: Patient, taken: int) -> None:
    assert states(look_at_port(structs.replace(patient, port=taken))) == ["broken"]
    free = free_port()
    assert states(look_at_port(structs.replace(patient, port=free))) == ["look"]
    (found,) = look_at_port(structs.replace(patient, port=free, server=1))
    assert "not at 127.0.0.1" in found.says
    (found,) = look_at_port(structs.replace(patient, host="192.0.2.77"))
    assert "no such address" in found.do, "of a network for examples (RFC 5737)"


Certified = Callable[..., Patient]


@pytest.fixture
def certified(patient: Patient) -> Certified:
    """A patient with a certificate, and a public address."""

    def make(name: str = "lobby.bank.example", begins: timedelta = -YEAR, ends: timedelta = YEAR) -> Patient:
        key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        now = datetime.fromtimestamp(patient.now / 1000, UTC)
        subject = x509.Name([])
        made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now + begins, now + ends)
        if name:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        signed = made.sign(key, hashes.SHA256())
        chain, private, wrong = (patient.folder / one for one in ("chain.pem", "key.pem", "wrong.pem"))
        chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        for path, owner in ((private, key), (wrong, other)):
            form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            path.write_bytes(owner.private_bytes(serialization.Encoding.PEM, *form))
            path.chmod(0o600)
        server = structs.replace(patient.config.server, public_url="https://lobby.bank.example")
        config = structs.replace(patient.config, server=server)
        return structs.replace(patient, config=config, certificate=(chain, private))

    return make


def test_a_certificate_of_the_right_name_and_time_is_good(certified: Certified) -> None:
    assert states(look_at_certificate(certified())) == ["good"]
    assert states(look_at_certificate(certified("*.bank.example"))) == ["good"]


def test_a_certificate_of_another_name_is_told(certified: Certified) -> None:
    assert [one.says for one in look_at_certificate(certified("other.example")) if one.state == "broken"] == [
        "It is for other.example, not for lobby.bank.example."
    ]
    assert [one.says for one in look_at_certificate(certified("")) if one.state == "broken"] == [
        "It names no server (subjectAltName), not lobby.bank.example."
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "state"),
    [(-YEAR, -timedelta(days=3), "broken"), (-YEAR, timedelta(days=9), "look"), (timedelta(days=1), YEAR, "broken")],
)
def test_a_certificate_of_another_time_is_told(
    certified: Certified, begins: timedelta, ends: timedelta, state: str
) -> None:
    assert states(look_at_certificate(certified(begins=begins, ends=ends))) == [state]


def test_a_key_of_another_certificate_or_for_everybody_is_told(certified: Certified) -> None:
    patient = certified()
    assert patient.certificate is not None
    chain, key = patient.certificate
    wrong = structs.replace(patient, certificate=(chain, patient.folder / "wrong.pem"))
    assert states(look_at_certificate(wrong)) == ["broken"]
    none = patient.folder / "none.pem"
    for pair in ((none, key), (chain, none)):
        missing = structs.replace(patient, certificate=pair)
        assert told(look_at_certificate, missing) == [("broken", f"There is no {none}.")]
    key.chmod(0o644)
    assert states(look_at_certificate(patient)) == ["broken", "good"]


def test_an_address_for_phones_that_is_missing_or_not_secret_is_told(patient: Patient) -> None:
    assert states(look_at_public_address(patient)) == ["look"]
    server = structs.replace(patient.config.server, public_url="http://lobby.bank.example")
    plain = structs.replace(patient, config=structs.replace(patient.config, server=server))
    ((state, says),) = told(look_at_public_address, plain)
    assert state == "look"
    assert "not secret" in says


def test_a_chain_and_a_key_in_each_others_place_are_told(certified: Certified) -> None:
    patient = certified()
    assert patient.certificate is not None
    (found,) = look_at_certificate(structs.replace(patient, certificate=patient.certificate[::-1]))
    assert "are no certificate and its key" in found.says
    assert "chain first" in found.do


def test_a_proxy_that_nobody_named_and_one_that_is_everybody_are_told(certified: Certified) -> None:
    def behind(*proxies: str) -> Patient:
        server = structs.replace(certified().config.server, behind_proxy=proxies)
        return structs.replace(certified(), config=structs.replace(certified().config, server=server), certificate=None)

    assert list(look_at_proxies(certified())) == [], "it has the certificate itself"
    ((state, says),) = told(look_at_proxies, behind())
    assert state == "look"
    assert "neither a certificate nor the name of a proxy" in says
    assert states(look_at_proxies(behind("127.0.0.1/32"))) == ["good"]
    assert states(look_at_proxies(behind("::/0"))) == ["broken"]


def test_whether_single_sign_on_answers_is_told(patient: Patient, tmp_path: Path) -> None:
    provider = FakeProvider(lambda: patient.now)
    secret = tmp_path / "secret"
    secret.write_text("the secret of the client\n")
    secret.chmod(0o600)
    sign_on = SingleSignOn(provider.issuer, "branch-lobby", {"teller": ("tellers",)}, secret)
    with_it = structs.replace(patient, config=structs.replace(patient.config, single_sign_on=sign_on))
    try:
        assert states(look_at_single_sign_on(with_it)) == ["good"]
        provider.wrong = "another provider's address"
        assert states(look_at_single_sign_on(with_it)) == ["broken"]
        provider.wrong = "down"
        ((state, says),) = told(look_at_single_sign_on, with_it)
        assert (state, says) == ("broken", f"{provider.issuer} cannot be reached.")
        secret.chmod(0o644)
        assert "may be read by others" in told(look_at_single_sign_on, with_it)[0][1]
    finally:
        provider.close()
    assert list(look_at_single_sign_on(patient)) == []


# -- the command


def test_the_command_tells_everything_changes_nothing_and_fails_for_what_is_broken(patient: Patient) -> None:
    ask = CliRunner()
    before = everything_in(patient.folder)
    told = ask.invoke(doctor, ["--data", str(patient.folder), "--port", "1", "--json"])
    findings = json.loads(told.stdout)["findings"]
    assert {"branch file", "folder", "disk", "database", "clock", "port", "printers", "fonts"} <= {
        one["subject"] for one in findings
    }
    assert told.exit_code == (1 if any(one["state"] == "broken" for one in findings) else 0)
    assert everything_in(patient.folder) == before
    patient.folder.chmod(0o755)
    plain = ask.invoke(doctor, ["--data", str(patient.folder), "--port", "1"])
    assert plain.exit_code == 1
    assert f"chmod 700 {patient.folder}" in plain.stdout


def test_every_mistake_of_the_branch_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "branch.toml").write_text("[branch]\nid = 3\nlanguages = []\n")
    told = CliRunner().invoke(doctor, ["--data", str(tmp_path), "--json"])
    findings = json.loads(told.stdout)["findings"]
    assert told.exit_code == 1
    assert len(findings) > 2
    assert {(one["subject"], one["state"]) for one in findings} == {("branch file", "broken")}


def test_a_server_that_runs_is_known_by_its_lock(patient: Patient) -> None:
    assert server_of(patient.folder) == 0
    lock = FolderLock(patient.folder)
    assert server_of(patient.folder) == os.getpid()
    lock.release()
    assert server_of(patient.folder) == 0
