"""The server's own certificate, as its files are: dates, names, the key that belongs to it, and who may read that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from display_server.running.certificate import BadCertificate, tls
from lobby.doctor.finding import Finding, Patient, broken, good, look, span

CERTIFICATE = "certificate"
SOON_S = 21 * 86_400


def look_at_certificate(patient: Patient) -> Iterator[Finding]:
    """Can the server use it, until when, and does it name the address of phones."""
    if patient.certificate is None:
        return
    chain, key = patient.certificate
    for path in (chain, key):
        if (wrong := _unreadable(path)) is not None:
            yield wrong
            return
    try:
        tls(chain, key)
    except BadCertificate as refused:
        yield broken(CERTIFICATE, f"{refused}.", "Name the chain first, then its own key.")
        return
    first = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    if key.stat().st_mode & 0o007:
        yield broken(CERTIFICATE, f"{key} may be read by everybody.", f"chmod 640 {key}")
    yield from _dates(first, patient.now)
    name = urlsplit(patient.config.public_url).hostname
    if name and not _is_for(first, name):
        named = ", ".join(_names(first))
        says = f"It is for {named}, not for {name}." if named else f"It names no server (subjectAltName), not {name}."
        yield broken(CERTIFICATE, says, "Have one made for public_url's name.")


def _unreadable(path: Path) -> Finding | None:
    try:
        path.open("rb").close()
    except FileNotFoundError:
        return broken(CERTIFICATE, f"There is no {path}.", "Name the files that are used.")
    except PermissionError:
        do = "Chain and key for root and the server's group: docs/installing.md"
        return broken(CERTIFICATE, f"{path} may not be read by the server's account.", do)
    return None


def _dates(certificate: x509.Certificate, now: int) -> Iterator[Finding]:
    moment = datetime.fromtimestamp(now / 1000, UTC)
    left_s = (certificate.not_valid_after_utc - moment).total_seconds()
    if certificate.not_valid_before_utc > moment:
        yield broken(CERTIFICATE, f"It begins on {certificate.not_valid_before_utc:%Y-%m-%d}.", "Look at the clock.")
    elif left_s <= 0:
        yield broken(CERTIFICATE, f"It ended {span(-left_s)} ago.", "Renew it, and restart the server.")
    elif left_s < SOON_S:
        yield look(CERTIFICATE, f"It ends in {span(left_s)}.", "Renew it, and restart the server.")
    else:
        yield good(CERTIFICATE, f"It is good for {span(left_s)}.")


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found if isinstance(name, x509.DNSName | x509.IPAddress)]


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    """RFC 6125, 6.4.3: a star stands for the whole first label."""
    parent = name.partition(".")[2]
    return any(known.lower() in (name.lower(), f"*.{parent}".lower()) for known in _names(certificate))
