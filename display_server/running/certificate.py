"""The certificate of a server that speaks TLS itself."""

from __future__ import annotations

import ssl
from pathlib import Path


class BadCertificate(Exception):
    """The certificate or its key cannot be used; the sentence says why."""


def pair(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """A certificate and its key, or neither. `BadCertificate` where one of them was forgotten: whoever named the other
    does not mean that passwords come in the clear."""
    if certificate is not None and key is not None:
        return certificate, key
    if certificate is not None or key is not None:
        raise BadCertificate("--certificate and --certificate-key go together: name both")
    return None


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with this certificate (a chain, PEM) and its key, or `BadCertificate`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: b"")  # nobody is there to type one
    except ssl.SSLError as fault:
        if fault.reason == "KEY_VALUES_MISMATCH":
            raise BadCertificate(f"{certificate} and {key} do not go together: the key is another's") from None
        raise BadCertificate(
            f"{certificate} and {key} are no certificate and its key, in PEM without password"
        ) from None
    except OSError as fault:
        raise BadCertificate(f"{certificate} or {key} cannot be read: {fault.strerror}") from None
    return context
