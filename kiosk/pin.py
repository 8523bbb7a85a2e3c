"""The PIN of a kiosk's staff page: kept as a hash in a file of its own beside the branch file; none by default."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from kiosk.secret_file import keep_secret
from lobby import errors
from lobby.brake import Brake

FILE = "staff-pin"
PIN = re.compile(r"[0-9]{6,12}")

_hasher = PasswordHasher()

log = logging.getLogger(__name__)


def good(pin: str) -> str:
    """The PIN; `BadField` for one that is not 6 to 12 digits, or is one digit over and over."""
    if not PIN.fullmatch(pin) or len(set(pin)) == 1:
        raise errors.BadField(field="pin", problem="6 to 12 digits, not all the same")
    return pin


class StaffPin:
    """The PIN of the kiosk whose data lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._brake = Brake()

    def set(self, pin: str) -> None:
        """Replace the PIN by a `good` one."""
        keep_secret(self._path, _hasher.hash(good(pin)))

    def check(self, pin: str, now: int) -> None:
        """Refuse with `WrongPin`, `TooManyAttempts` or `NoPinSet`, also where the file is damaged or not readable;
        `now` in ms."""
        self._brake.check(FILE, now)
        try:
            hashed = self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            raise errors.NoPinSet() from None
        except (OSError, UnicodeDecodeError) as fault:
            raise self._unusable(fault) from fault
        self._brake.begin(FILE, now)
        try:
            _hasher.verify(hashed, pin)
        except VerifyMismatchError:
            raise errors.WrongPin() from None
        except (VerificationError, InvalidHashError) as fault:
            raise self._unusable(fault) from fault
        self._brake.passed(FILE)

    def _unusable(self, fault: Exception) -> errors.NoPinSet:
        log.warning("the PIN in %s cannot be used: %s", self._path, fault)
        return errors.NoPinSet()
