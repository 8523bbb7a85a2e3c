"""`[server]` of the branch file."""

from __future__ import annotations

from typing import Any

import pytest

from lobby.branch_file.server_values import ServerSetup, ServerValues


def read(**table: Any) -> tuple[ServerSetup, list[str]]:
    values = ServerValues()
    return values.server(table), [mistake.where for mistake in values.mistakes]


def test_an_empty_table_is_a_server_with_the_usual_rules() -> None:
    assert read() == (ServerSetup(), [])


def test_proxies_are_named_by_address_or_network() -> None:
    setup, mistakes = read(behind_proxy=["127.0.0.1", "10.1.0.0/16", "2001:db8::/32"])
    assert mistakes == []
    assert setup.behind_proxy == ("127.0.0.1/32", "10.1.0.0/16", "2001:db8::/32")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("behind_proxy", value) for value in (["everybody"], ["10.1.0.0/8"], "127.0.0.1")),
        *(("session_hours", value) for value in (0, 25, "8")),
        *(("idle_min", -1), ("shared_idle_min", 1), ("password_days", 1.5), ("requests_per_s", -1)),
        *(("public_url", 7), ("sessions", 8)),
    ],
)
def test_what_cannot_be_is_a_mistake_at_its_place(key: str, value: Any) -> None:
    assert read(**{key: value})[1] == [f"server.{key}"]
