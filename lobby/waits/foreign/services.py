"""Services for the values in a log that its mapping does not name, so that no row is left out for want of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from string import ascii_uppercase
from typing import Any


def with_services_of(data: dict[str, Any], values: Iterable[str]) -> dict[str, Any]:
    """The mapping's table with a service added for each of the `values` of the service column that it lacks: its code
    and prefix made from the value, its times the mapping's defaults."""
    services = list(data.get("services", []))
    codes = {service.get("code", service.get("value")) for service in services}
    prefixes = {service.get("prefix") for service in services}
    for value in sorted(set(values) - {service.get("value") for service in services} - {""}):
        code = next(code for code in _codes(value) if code not in codes)
        prefix = next(prefix for prefix in _prefixes() if prefix not in prefixes)
        codes.add(code)
        prefixes.add(prefix)
        services.append({"value": value, "code": code, "name": value, "prefix": prefix})
    return {**data, "services": services}


def _codes(value: str) -> Iterator[str]:
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", value).strip("-_")[:24] or "service"
    yield plain
    for number in range(2, 10_000):
        yield f"{plain}-{number}"


def _prefixes() -> Iterator[str]:
    for length in (1, 2, 3):
        for letters in product(ascii_uppercase, repeat=length):
            yield "".join(letters)
