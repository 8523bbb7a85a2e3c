"""What can go wrong with a device, in words that staff may read."""

from __future__ import annotations


class DeviceError(Exception):
    """A device refused or failed.

    `permanent` tells the caller what helps: False, try again later, nothing was put on paper; True, fetch a person.
    """

    def __init__(self, message: str, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class OutcomeUnknown(DeviceError):
    """Bytes left for the device and no proof came back: the slip may be printed, whole or in part, or not at all.

    Nothing may print it again by itself; a person looks at the paper and decides.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class WrongDevice(DeviceError):
    """Something answers at the printer's address, but not as a receipt printer. Nothing of a slip was sent to it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)
