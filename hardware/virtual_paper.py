"""An ESC/POS printer's insides: bytes in; strips of paper and replies out. Its own decoder judges the encoder.

Covers what slips and plain text need, after the Epson ESC/POS reference: GS v 0, ESC J, ESC d, LF, ESC a, GS L, GS
P, GS !, ESC E, GS ( k fn 167-181 (QR codes), GS V, ESC @, DLE EOT 1-4, GS r, GS ( H fn 48; other commands are read
with their right length and have no effect. Vertical motion units start at half a dot, as on a TM-T88 or TM-L90, so a
driver that forgets GS P is found out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from PIL import Image

from hardware import font_a
from hardware.code_generator import CodeGenerator
from hardware.command_lengths import RASTER_HEADER, command_length
from hardware.font_a import Character
from hardware.profiles import Profile

Answer: TypeAlias = Callable[[bytes], None]

LF = 0x0A
LINE_DOTS = 30  # the default line


@dataclass(frozen=True, slots=True)
class Command:
    """One complete command, or one byte of text, and where its answer goes."""

    data: bytes
    answer: Answer


@dataclass(slots=True)
class Sensors:
    """What the device feels; `rows_left` counts dots to the end of the roll, None for plenty."""

    paper_near_end: bool = False
    cover_open: bool = False
    rows_left: int | None = None

    @property
    def paper_out(self) -> bool:
        return self.rows_left == 0

    @property
    def works(self) -> bool:
        return not (self.paper_out or self.cover_open)


class VirtualPaper:
    """The device: `take` bytes, and `on_cut` gets each strip of paper (mode "1") that has ink on it."""

    def __init__(self, profile: Profile, on_cut: Callable[[Image.Image], None], process_marks: bool = True) -> None:
        self.profile = profile
        self.sensors = Sensors()
        self._on_cut = on_cut
        self._process_marks = process_marks
        self._intake = b""
        self._waiting: deque[Command] = deque()
        self._strip: list[Image.Image] = []
        self._reset()

    def take(self, data: bytes, answer: Answer) -> None:
        """Takes bytes as they arrive.

        Status questions are answered at once, the rest is done in order while it can be.
        """
        if self._intake and data[:2] == b"\x10\x04" and len(data) == 3:
            answer(self._status(data[2]))  # real-time also inside a picture, of which it becomes a part
        self._intake += data
        while (length := command_length(self._intake)) is not None:
            command = Command(self._intake[:length], answer)
            self._intake = self._intake[length:]
            if command.data[:2] == b"\x10\x04" and length == 3:
                answer(self._status(command.data[2]))
            else:
                self._waiting.append(command)
        self._work()

    def switch_off_and_on(self) -> None:
        """Forgets all that was not printed; what hangs out of the printer is torn off."""
        self._intake = b""
        self._waiting.clear()
        self.sensors = Sensors()
        self._tear()
        self._reset()

    def _reset(self) -> None:
        self._justify = 0
        self._margin = 0
        self._units = (self.profile.dpi, 2 * self.profile.dpi)
        self._line: list[Character] = []
        self._style = Character("")
        self._codes = CodeGenerator()

    def _work(self) -> None:
        while self._waiting and self.sensors.works:
            command = self._waiting.popleft()
            self._obey(command.data, command.answer)

    def _obey(self, data: bytes, answer: Answer) -> None:
        head = data[:2]
        if len(data) == 1:
            self._text(data[0])
        elif head == b"\x1b@":
            self._reset()
        elif head == b"\x1ba":
            self._justify = min(data[2] & 3, 2)
        elif head == b"\x1bE":
            self._style = replace(self._style, bold=bool(data[2] & 1))
        elif head == b"\x1d!":
            self._style = replace(self._style, wide=(data[2] >> 4 & 7) + 1, high=(data[2] & 7) + 1)
        elif head == b"\x1dL":
            margin = (data[2] | data[3] << 8) * self.profile.dpi // self._units[0]
            if not self._line and margin < self.profile.dots:
                self._margin = margin
        elif head == b"\x1bJ":
            self._end_line()
            self._feed(data[2] * self.profile.dpi // self._units[1])
        elif head == b"\x1bd":
            self._end_line()
            self._feed(data[2] * LINE_DOTS)
        elif head == b"\x1dP":
            self._units = (data[2] or self.profile.dpi, data[3] or 2 * self.profile.dpi)
        elif head == b"\x1dv":
            self._raster(data)
        elif head == b"\x1dV":
            self._end_line()
            self._tear()
        elif head == b"\x1dr":
            answer(bytes((0x03 if self.sensors.paper_near_end else 0x00,)))
        elif data[:3] == b"\x1d(k" and data[5:6] == b"1" and len(data) > 6:
            self._code(data[6], data[7:])
        elif data[:3] == b"\x1d(H" and data[5:7] == b"00" and self._process_marks:
            answer(b"\x37\x22" + data[7:11] + b"\x00")

    def _raster(self, data: bytes) -> None:
        mode, stride, rows = data[3] & 3, data[4] | data[5] << 8, data[6] | data[7] << 8
        if not stride or not rows:
            return
        picture = Image.frombytes("1", (stride * 8, rows), bytes(byte ^ 0xFF for byte in data[RASTER_HEADER:]))
        size = (picture.width * (2 if mode & 1 else 1), picture.height * (2 if mode & 2 else 1))
        picture = picture.resize(size, Image.Resampling.NEAREST)
        self._burn(picture)

    def _code(self, function: int, values: bytes) -> None:
        code = self._codes.obey(function, values)
        if code is not None and code.width <= self.profile.dots - self._margin:  # a wider one is not printed
            self._end_line()
            self._burn(code)

    def _burn(self, picture: Image.Image) -> None:
        """Adds a picture to the strip, justified in the printing area."""
        spare = max(0, self.profile.dots - self._margin - picture.width)
        left = self._margin + (0, spare // 2, spare)[self._justify]
        rows = picture.height if self.sensors.rows_left is None else min(picture.height, self.sensors.rows_left)
        strip = Image.new("1", (self.profile.dots, rows), 255)
        strip.paste(picture, (left, 0))
        self._add(strip)

    def _feed(self, rows: int) -> None:
        if rows:
            if self.sensors.rows_left is not None:
                rows = min(rows, self.sensors.rows_left)
            self._add(Image.new("1", (self.profile.dots, rows), 255))

    def _add(self, strip: Image.Image) -> None:
        self._strip.append(strip)
        if self.sensors.rows_left is not None:
            self.sensors.rows_left -= strip.height

    def _text(self, byte: int) -> None:
        if byte == LF:
            if not self._line:
                self._feed(LINE_DOTS)
            self._end_line()
        elif byte >= 0x20:
            character = replace(self._style, text=bytes((byte,)).decode("cp437"))
            room = self.profile.dots - self._margin - character.width
            if sum(earlier.width for earlier in self._line) > room:
                self._end_line()
            self._line.append(character)

    def _end_line(self) -> None:
        if self._line:
            characters, self._line = self._line, []
            self._burn(font_a.line(characters, LINE_DOTS))

    def _tear(self) -> None:
        if not self._strip:
            return
        paper = Image.new("1", (self.profile.dots, sum(strip.height for strip in self._strip)), 255)
        row = 0
        for strip in self._strip:
            paper.paste(strip, (0, row))
            row += strip.height
        self._strip.clear()
        if paper.getextrema()[0] == 0:
            self._on_cut(paper)

    def _status(self, question: int) -> bytes:
        """The answer to DLE EOT n, fixed bits 0xx1xx10."""
        value = 0x12
        if question == 1 and not self.sensors.works:
            value |= 0x08
        elif question == 2:
            value |= (0x04 if self.sensors.cover_open else 0) | (0x20 if self.sensors.paper_out else 0)
        elif question == 4:
            near = self.sensors.paper_near_end or self.sensors.paper_out
            value |= (0x0C if near else 0) | (0x60 if self.sensors.paper_out else 0)
        return bytes((value,))
