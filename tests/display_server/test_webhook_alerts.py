"""Alerts of webhooks, at the server that has them."""

from __future__ import annotations

from pathlib import Path

from display_server.minding.watching import WEBHOOKS
from lobby.outbound.courier import STOPPED
from lobby.queue import commands as c
from tests.builders import Clock
from tests.end_to_end.house import House, a_house


def start(house: House) -> None:
    house.server.outgoing.start()
    house.server.watching.tell_alerts()
    house.server.outgoing.stop()
    house.server.close()


def test_a_branch_that_starts_without_a_webhook_starts_without_its_alert(memory_folder: Path, clock: Clock) -> None:
    folder = memory_folder / "webhook-alerts"
    house = a_house(folder, clock)
    house.server.desk.submit(c.RaiseAlert("webhook crm", STOPPED), key="raise", actor=WEBHOOKS)
    house.server.close()
    again = a_house(folder, clock)
    assert [alert.device for alert in again.server.desk.state.alerts.values()] == ["webhook crm"]
    start(again)
    assert again.server.desk.state.alerts == {}
