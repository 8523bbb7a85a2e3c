"""Signatures after the Standard Webhooks specification 1.0.0, symmetric scheme (www.standardwebhooks.com).

    webhook-signature: v1,base64(HMAC-SHA256(secret, id "." timestamp "." body))

A secret is 24 to 64 random bytes, written `whsec_` and base64. A file may hold two, one a line, while one replaces the
other: every message then carries both signatures.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification has them."""

_FILE_LIMIT = 4096


class BadSecret(Exception):
    """The secret file cannot be used; the sentence says why, and nothing of what is in it."""


def read_secrets(path: Path) -> tuple[bytes, ...]:
    """The secrets in a file, the newest first, or `BadSecret`."""
    try:
        with path.open("rb") as file:
            lines = file.read(_FILE_LIMIT).decode("ascii").split()
    except UnicodeDecodeError:
        raise BadSecret(f"is no secret: write {PREFIX} and base64") from None
    except OSError as error:
        raise BadSecret(f"cannot be read: {error.strerror}") from None
    if not lines:
        raise BadSecret("is empty; `lobby webhooks secret FILE` writes a new secret")
    return tuple(_secret(line) for line in lines)


def _secret(line: str) -> bytes:
    try:
        secret = b64decode(line.removeprefix(PREFIX), validate=True) if line.startswith(PREFIX) else b""
    except ValueError:
        secret = b""
    if not SHORTEST <= len(secret) <= LONGEST:
        raise BadSecret(f"is no secret: write {PREFIX} and the base64 of {SHORTEST} to {LONGEST} bytes")
    return secret


def new_secret() -> str:
    """A new secret, as a file holds it."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def headers(keys: Sequence[bytes], message: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt. `message` is the same at every attempt, `timestamp_s` (s since the epoch) is
    the attempt's own."""
    signed = f"{message}.{timestamp_s}.".encode() + body
    signatures = [f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(signatures),
    }
