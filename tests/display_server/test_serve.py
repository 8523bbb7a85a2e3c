"""What the server makes of the address that it listens on."""

from __future__ import annotations

from pathlib import Path

import pytest

from display_server.running.certificate import BadCertificate, pair, tls
from display_server.running.listening import phones_reach
from tests.certificate import a_certificate


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.1.1", "::1", "0.0.0.0", "::"])
def test_no_phone_reaches_this_machine_alone_nor_an_address_that_is_none(address: str) -> None:
    assert not phones_reach(address)


@pytest.mark.parametrize("address", ["192.168.1.20", "10.0.0.7", "fe80::1%eth0", "2001:db8::7"])
def test_a_phone_may_reach_an_address_of_the_house(address: str) -> None:
    assert phones_reach(address)


def test_a_certificate_is_told_from_one_that_has_another_key_and_from_what_is_none(tmp_path: Path) -> None:
    ours, others = tmp_path / "ours", tmp_path / "others"
    ours.mkdir()
    others.mkdir()
    certificate, key = a_certificate(ours), a_certificate(others)
    tls(certificate, certificate)
    with pytest.raises(BadCertificate, match="do not go together"):
        tls(certificate, key)
    for content in ("", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        (tmp_path / "none.pem").write_text(content)
        with pytest.raises(BadCertificate, match="no certificate and"):
            tls(tmp_path / "none.pem", certificate)
    with pytest.raises(BadCertificate, match="cannot be read: No such file"):
        tls(tmp_path / "nowhere.pem", certificate)


def test_a_certificate_whose_key_was_forgotten_is_no_server_without_one() -> None:
    certificate, key = Path("certificate.pem"), Path("key.pem")
    assert pair(certificate, key) == (certificate, key)
    assert pair(None, None) is None
    for one in ((certificate, None), (None, key)):
        with pytest.raises(BadCertificate, match="go together"):
            pair(*one)
