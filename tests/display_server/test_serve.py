"""What the server makes of the address that it listens on."""

from __future__ import annotations

import pytest

from display_server.serve import phones_reach


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.1.1", "::1", "0.0.0.0", "::"])
def test_no_phone_reaches_this_machine_alone_nor_an_address_that_is_none(address: str) -> None:
    assert not phones_reach(address)


@pytest.mark.parametrize("address", ["192.168.1.20", "10.0.0.7", "fe80::1%eth0", "2001:db8::7"])
def test_a_phone_may_reach_an_address_of_the_house(address: str) -> None:
    assert phones_reach(address)
