"""What can be wrong with a virtual printer: with its line, and with its insides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hardware.virtual_paper import VirtualPaper

NOISE = b"\xff\x80\x37\x00\x9c\xb1"
MOST_BYTES = 4096
STEP_S = 0.1  # a slow line takes as much at once as it does in this time
CUTTER_ERROR = 0x08  # in the answer to DLE EOT 3


@dataclass(frozen=True, slots=True)
class LineFaults:
    """The faults of the line and of the way back. Counts are bytes still to come before a fault begins."""

    stall_after: int | None = None
    drop_after: int | None = None
    silent_after: int | None = None
    bytes_per_s: int | None = None
    garbling: bool = False
    chatting: bool = False
    hanging_up: bool = False
    switched_off: bool = False

    @property
    def stalled(self) -> bool:
        """Whether nothing is read any more."""
        return self.stall_after == 0

    def most_bytes(self) -> int:
        """How many bytes may be read at once, so that each fault begins at its byte."""
        slow = None if self.bytes_per_s is None else max(1, int(self.bytes_per_s * STEP_S))
        return min(limit for limit in (self.stall_after, self.drop_after, slow, MOST_BYTES) if limit)

    def after(self, count: int) -> LineFaults:
        """The faults once so many bytes more were read; a dropped connection drops once."""
        drop = _less(self.drop_after, count)
        return replace(
            self,
            stall_after=_less(self.stall_after, count),
            silent_after=_less(self.silent_after, count),
            drop_after=drop or None,
        )

    def drops_within(self, count: int) -> bool:
        """Whether the connection breaks within the next bytes."""
        return self.drop_after is not None and self.drop_after <= count

    def on_the_line(self, reply: bytes) -> bytes:
        """What arrives of a reply."""
        if self.silent_after == 0:
            return b""
        if self.garbling:
            return NOISE
        return b"\x11\x14\x00\x00\x0f" + reply + b"\x13" if self.chatting else reply


class FaultyPaper(VirtualPaper):
    """The insides with a cutter that jams, at once or when it shall cut next. It prints nothing more then, and says so
    in its answer to DLE EOT 3."""

    jammed = False
    jams_at_the_cut = False

    def switch_off_and_on(self) -> None:
        self.jammed = self.jams_at_the_cut = False
        super().switch_off_and_on()

    def _work(self) -> None:
        while self._waiting and self.sensors.works and not self.jammed:
            command = self._waiting.popleft()
            if self.jams_at_the_cut and command.data[:2] == b"\x1dV":
                self.jammed = True
            else:
                self._obey(command.data, command.answer)

    def _status(self, question: int) -> bytes:
        value = super()._status(question)[0]
        if self.jammed and question == 1:
            value |= 0x08
        elif self.jammed and question == 2:
            value |= 0x40
        elif self.jammed and question == 3:
            value |= CUTTER_ERROR
        return bytes((value,))


def _less(left: int | None, count: int) -> int | None:
    return None if left is None else max(0, left - count)
