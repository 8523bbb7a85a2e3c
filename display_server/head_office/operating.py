"""/healthz, /readyz and /metrics of a head office, as a branch's server has them; see `display_server.operating`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from display_server.head_office.office_server import OfficeServer, office_server
from display_server.operating.metrics import TYPE
from display_server.operating.pages import let_in
from lobby.reports.chain_now import STATES

operating = Blueprint("operating", __name__)


@operating.get("/healthz")
def healthz() -> Response:
    """The process answers: 200, always."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@operating.get("/readyz")
def readyz() -> Response:
    """200 when parcels can be written and what arrives is looked at; else 503 and why."""
    house = office_server()
    reasons = [msgspec.to_builtins(reason) for reason in house.pulse.reasons()]
    if house.is_behind():
        reasons.append({"name": "NotLooking", "cause": "", "for_s": house.unseen_s()})
    answer = {"ready": not reasons, "reasons": reasons}
    return Response(msgspec.json.encode(answer), 503 if reasons else 200, content_type="application/json")


@operating.get("/metrics")
def metrics() -> Response:
    """The chain's figures of the last look, for addresses that `[server] metrics` names and whoever may see figures."""
    let_in()
    return Response(generate_latest(_Chain(office_server())), content_type=TYPE)


class _Chain:
    """What was seen at the last look, and what the process takes, as one registry."""

    def __init__(self, house: OfficeServer) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        house, now = self._house, self._house.folds.now
        states = Counter(one.state for one in now.branches)
        branches = GaugeMetricFamily("lobby_chain_branches", "Branches, by how it stands.", labels=("state",))
        for state in STATES:
            branches.add_metric((state,), states[state])
        yield branches
        behind = sum(one.behind for one in now.branches)
        for name, says, value in (
            ("ready", "Whether parcels can be written, as /readyz says.", not house.pulse.reasons()),
            ("looked_seconds", "Since what has arrived was looked at.", house.unseen_s()),
            ("behind_rows", "Rows that branches have and that have not arrived.", behind),
            ("waiting", "Customers who wait now in branches that are heard of.", now.waiting),
            ("longest_wait_seconds", "How long the one who waits longest has.", now.longest_s),
            ("served_today", "Visits served so far today.", now.served),
        ):
            yield GaugeMetricFamily(f"lobby_chain_{name}", says, value=float(value))
        yield CounterMetricFamily("lobby_chain_refused_parcels", "Since the start.", value=house.refused_parcels)
        acts = GaugeMetricFamily("lobby_last_act_timestamp_seconds", "When the past was seen to.", labels=("kind",))
        for kind, at in house.offload(lambda: house.last_acts.known(house.clock())).items():
            acts.add_metric((kind,), at / 1000)
        yield acts
        process = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=process)
        yield from process.collect()
