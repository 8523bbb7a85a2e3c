"""`lobby signs test`: write to each sign over a counter, before the branch depends on it."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lobby.command_line.data_option import data_option


@click.group()
def signs() -> None:
    """The signs over the counters."""


@signs.command("test")
@data_option
@click.option("--seconds", default=3.0, show_default=True, type=click.FloatRange(0, 60), help="How long it is shown.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def try_signs(folder: Path, seconds: float, as_json: bool) -> None:
    """Show each counter's number on its sign for a moment, and say which signs took it. The server must not run: only
    one program can have the line."""
    import msgspec

    from display_server.signs.follower import named
    from hardware.counter_sign import mistakes
    from lobby.config import load

    found = [
        {"sign": name, "counter": sign.counter, "problem": _problem(sign.address, str(sign.counter), seconds)}
        for name, sign in named(load(folder, sign_check=mistakes).signage.signs)
    ]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    for one in () if as_json else found:
        click.echo(f"{one['sign']}: {one['problem'] or 'ok'}")
    failed = sum(bool(one["problem"]) for one in found)
    if failed or not found:
        raise click.ClickException(f"{failed} of {len(found)} failed" if found else "branch.toml names no [[signs]]")


def _problem(address: str, text: str, seconds: float) -> str:
    """Why the sign did not show the text for so long, and nothing after it; empty where it did."""
    from hardware.counter_sign import read_address, registers
    from hardware.counter_sign_wire import ModbusWire
    from hardware.errors import DeviceError

    sign = read_address(address)
    wire = ModbusWire(sign.line)
    try:
        wire.write(sign, registers(sign, text))
        time.sleep(seconds)
        wire.write(sign, registers(sign, ""))
    except DeviceError as fault:
        return fault.message
    finally:
        wire.close()
    return ""
