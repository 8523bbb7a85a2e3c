"""Addresses: is the server's port free or served, does the address of phones lead here, does it see who asks behind a
proxy, does single sign-on answer."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx

from display_server.single_sign_on.provider import Provider
from display_server.single_sign_on.refusals import ProviderAway
from lobby.doctor.finding import Finding, Patient, broken, good, look
from lobby.errors import LobbyError
from lobby.outbound.mail_values import BadPassword

PORT, PUBLIC, PROXY, SIGN_ON = "port", "public address", "proxy", "single sign-on"
PATIENCE_S = 5.0
WHY_NOT = {
    errno.EADDRINUSE: "ss -ltnp shows who has it.",
    errno.EADDRNOTAVAIL: "This machine has no such address; ip address shows those that it has.",
    errno.EACCES: "A port below 1024 needs a line in the unit: docs/installing.md",
}


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
                do = WHY_NOT.get(fault.errno or 0, "Name another --host or --port.")
                yield broken(PORT, f"{where} cannot be had: {fault.strerror}.", do)
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
        yield broken(
            PORT, f"The server at {where} is not ready: {', '.join(reasons)}.", f"journalctl -u {patient.unit}"
        )
    else:
        yield good(PORT, f"The server at {where} is ready.")


def _own_url(patient: Patient) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(patient.host, patient.host)
    scheme = "https" if patient.certificate else "http"
    return f"{scheme}://[{host}]:{patient.port}" if ":" in host else f"{scheme}://{host}:{patient.port}"


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


def look_at_proxies(patient: Patient) -> Iterator[Finding]:
    """Whether the server is told who asks and that it was by TLS, where something else has the certificate."""
    named, url = patient.config.server.behind_proxy, patient.config.public_url
    if any(ip_network(one).prefixlen == 0 for one in named):
        says = "behind_proxy names everybody: whoever asks may claim any address, and guess passwords for ever."
        yield broken(PROXY, says, "Name the proxy's own address: docs/installing.md")
    elif named:
        yield good(PROXY, f"{', '.join(named)} may say who asks.")
    elif urlsplit(url).scheme == "https" and patient.certificate is None:
        says = f"{url} is https, but here are neither a certificate nor the name of a proxy: everybody who comes by a "
        says += "proxy has one address, and cookies may travel in the open."
        yield look(PROXY, says, "Name the proxy in [server] behind_proxy, or give --certificate: docs/installing.md")


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
