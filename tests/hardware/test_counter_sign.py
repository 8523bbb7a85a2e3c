"""What a sign's address says, and what is written so that it shows a number."""

from __future__ import annotations

import pytest

from hardware.counter_sign import Line, SignAddress, mistakes, read_address, registers
from hardware.errors import DeviceError


def a_sign(options: str = "") -> SignAddress:
    return read_address(f"modbus:///dev/ttyUSB0?unit=5{options}")


def test_an_address_says_line_unit_and_registers() -> None:
    assert a_sign() == SignAddress(Line("/dev/ttyUSB0", 9600, "none", 1), 5)
    assert a_sign("&baud=19200&parity=even&stop=2&register=6&digits=3&format=pairs") == SignAddress(
        Line("/dev/ttyUSB0", 19200, "even", 2), 5, 6, 3, "pairs"
    )


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "Write one such as modbus:///dev/ttyUSB0?baud=9600&unit=5"),
        ("serial:///dev/ttyUSB0?unit=1", "is not a sign's address"),
        ("modbus:///dev/ttyUSB0", "is not a sign's address"),
        ("modbus://host/dev/ttyUSB0?unit=1", "is not a sign's address"),
        ("modbus:///dev/ttyUSB0?unit", "is not a sign's address"),
        ("modbus:///dev/ttyUSB0?unit=0", "'unit' must be a whole number from 1 to 247"),
        ("modbus:///dev/ttyUSB0?unit=248", "'unit' must be a whole number from 1 to 247"),
        ("modbus:///dev/ttyUSB0?unit=٥", "'unit' must be a whole number"),
        ("modbus:///dev/ttyUSB0?unit=1&baud=fast", "'baud' must be a whole number"),
        ("modbus:///dev/ttyUSB0?unit=1&format=bcd", "'format' must be one of characters, pairs, number"),
        ("modbus:///dev/ttyUSB0?unit=1&format=number&digits=5", "'digits' must be a whole number from 1 to 4"),
        ("modbus:///dev/ttyUSB0?unit=1&colour=red", "It has no option 'colour'"),
    ],
)
def test_a_wrong_address_is_refused_with_what_to_write(address: str, says: str) -> None:
    assert [key for key, _ in mistakes(address)] == ["address"]
    with pytest.raises(DeviceError, match=r"^[^\n]*$") as refused:
        read_address(address)
    assert says in refused.value.message
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("options", "text", "values"),
    [
        ("", "A047", [0x41, 0x30, 0x34, 0x37]),
        ("", "A 7", [0x20, 0x41, 0x20, 0x37]),
        ("", "", [0x20, 0x20, 0x20, 0x20]),
        ("", "--", [0x20, 0x20, 0x2D, 0x2D]),
        ("&digits=3", "A047", [0x30, 0x34, 0x37]),
        ("", "Ж047", [0x20, 0x30, 0x34, 0x37]),
        ("&format=pairs", "A047", [0x4130, 0x3437]),
        ("&format=pairs&digits=3", "B12", [0x4231, 0x3220]),
        ("&format=number", "A047", [47]),
        ("&format=number&blank=65535", "", [65535]),
        ("&format=number&blank=65535", "--", [65535]),
        ("&format=number", "B12345", [2345]),
    ],
)
def test_a_number_stands_at_the_right_of_the_registers(options: str, text: str, values: list[int]) -> None:
    assert registers(a_sign(options), text) == values
