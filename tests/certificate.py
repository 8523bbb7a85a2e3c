"""A certificate for 127.0.0.1, made by nobody that anyone knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MADE = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
FOR = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")


def a_certificate(folder: Path) -> Path:
    """Certificate and key in one file, PEM; the test is skipped where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the command openssl")
    both, certificate = folder / "both.pem", folder / "certificate.pem"
    subprocess.run([*MADE, *FOR, "-keyout", both, "-out", certificate], check=True, capture_output=True)
    both.write_text(both.read_text() + certificate.read_text())
    return both
