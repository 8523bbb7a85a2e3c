"""Addresses: is the server's port free or served, is its certificate good, does the address of phones lead here, does
single sign-on answer."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
from cryptography import x509

from display_server.single_sign_on.provider import Provider
from display_server.single_sign_on.refusals import ProviderAway
from lobby.doctor.finding import Finding, Patient, broken, good, look, span
from lobby.errors import LobbyError
from lobby.outbound.mail_values import BadPassword

PORT, CERTIFICATE, PUBLIC, SIGN_ON = "port", "certificate", "public address", "single sign-on"
PATIENCE_S = 5.0
SOON_S = 21 * 86_400


def look_at_port(patient: Patient) -> Iterator[Finding]:
    """Free for the server; or served by it, and what it says of itself."""
    where = f"{patient.host}:{patient.port}"
    if not patient.server:
        family = socket.AF_INET6 if ":" in patient.host else socket.AF_INET
        with socket.socket(family) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((patient.host, patient.port))
            except OSError as fault:
                yield broken(PORT, f"{where} cannot be had: {fault.strerror}.", "ss -ltnp shows who has it.")
                return
        yield look(PORT, f"No server runs; {where} is free for it.", f"systemctl start {patient.unit}")
        return
    try:
        answer = httpx.get(f"{_own_url(patient)}/readyz", timeout=PATIENCE_S, verify=False, trust_env=False)
        ready = answer.json()
        reasons = [f"{one['name']} {one['cause']}".strip() for one in ready["reasons"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as fault:
        said = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        yield broken(PORT, f"The server runs, but not at {where}: {said}", "Name its --host, --port and --certificate.")
        return
    if reasons:
        yield broken(PORT, f"The server at {where} is not ready: {', '.join(reasons)}.", f"journalctl -u {patient.unit}")
    else:
        yield good(PORT, f"The server at {where} is ready.")


def _own_url(patient: Patient) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(patient.host, patient.host)
    scheme = "https" if patient.certificate else "http"
    return f"{scheme}://[{host}]:{patient.port}" if ":" in host else f"{scheme}://{host}:{patient.port}"


def look_at_certificate(patient: Patient) -> Iterator[Finding]:
    """The files: dates, the public name, the key that belongs to it, and who may read that."""
    if patient.certificate is None:
        return
    chain, key = patient.certificate
    if absent := [path for path in dict.fromkeys((chain, key)) if not path.exists()]:
        yield broken(CERTIFICATE, f"There is no {' and no '.join(map(str, absent))}.", "Name the files that are used.")
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key)
        first = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    except (OSError, ValueError) as fault:  # ssl.SSLError is an OSError
        said = getattr(fault, "reason", None) or getattr(fault, "strerror", None) or fault
        yield broken(CERTIFICATE, f"{chain} and {key} do not go together: {said}.", "Chain first, then its own key.")
        return
    if key.stat().st_mode & 0o007:
        yield broken(CERTIFICATE, f"{key} may be read by everybody.", f"chmod 640 {key}")
    yield from _dates(first, patient.now)
    name = urlsplit(patient.config.public_url).hostname
    if name and not _is_for(first, name):
        named = ", ".join(_names(first))
        says = f"It is for {named}, not for {name}." if named else f"It names no server (subjectAltName), not {name}."
        yield broken(CERTIFICATE, says, "Have one made for public_url's name.")


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


def look_at_public_address(patient: Patient) -> Iterator[Finding]:
    """Whether the address on the tickets leads here, as far as this machine can tell."""
    url = patient.config.public_url
    if not url:
        yield look(PUBLIC, "Tickets carry no QR code.", "Set public_url in branch.toml, if phones are to follow them.")
        return
    if urlsplit(url).scheme != "https":
        yield look(PUBLIC, f"{url} is not secret on its way.", "Use https: docs/installing.md")
    if not patient.server:
        return
    try:
        known = ssl.create_default_context()
        answer = httpx.get(f"{url.rstrip('/')}/healthz", timeout=PATIENCE_S, verify=known)
        if answer.text == "ok\n":
            yield good(PUBLIC, f"{url} leads here.")
        else:
            yield broken(
                PUBLIC, f"{url} leads to something else (it answers {answer.status_code}).", "Ask your network."
            )
    except httpx.HTTPError as fault:
        said = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        yield look(PUBLIC, f"{url} cannot be reached from here: {said}", "Try it from a phone.")


def look_at_single_sign_on(patient: Patient) -> Iterator[Finding]:
    """Whether its provider says who it is, and the secret can be read."""
    setup = patient.config.single_sign_on
    if setup is None:
        return
    try:
        setup.secret  # noqa: B018  # it is read anew each time
        Provider(setup, lambda: patient.now).about()
    except BadPassword as wrong:
        yield broken(SIGN_ON, f"Its secret: {wrong}.", "Nobody can sign in by it: docs/signing-in.md")
    except LobbyError as refusal:
        said = "cannot be reached" if isinstance(refusal, ProviderAway) else "says something that cannot be believed"
        yield broken(SIGN_ON, f"{setup.issuer} {said}.", "Administrators still sign in with a password.")
    else:
        yield good(SIGN_ON, f"{setup.issuer} answers.")
