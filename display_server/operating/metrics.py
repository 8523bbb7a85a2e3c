"""What Prometheus is told: the branch's figures of this moment, and what was counted and timed since the start.

The names and labels are a contract with dashboards and alerts (deploy/); docs/operating.md lists them. No label
names a person or a ticket, and each has few values: services, counters' states, devices, kinds of events, routes.
"""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client import Counter as Total
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from display_server.operating.seen import Seen
from lobby.errors import LobbyError

TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
"""Others are a client's invention and get no label of their own."""

COMMIT_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUEST_S = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LAG_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

Labelled = Iterable[tuple[tuple[str, ...], float]]


class Metrics:
    """The counters and clocks of one server process."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # when each was made: nobody asks for it
        self._counted = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._counted)
        PlatformCollector(registry=self._counted)
        GCCollector(registry=self._counted)
        own = self._counted
        self.commit_s = Histogram(
            "lobby_commit_seconds",
            "How long a durable commit took, as its callers waited.",
            registry=own,
            buckets=COMMIT_S,
        )
        self.commits_failed = Total("lobby_commits_failed", "Commits that could not be written.", registry=own)
        self.loop_lag_s = Histogram(
            "lobby_loop_lag_seconds", "How much later than asked the loop came back.", registry=own, buckets=LAG_S
        )
        self._requests = Total("lobby_http_requests", "Requests answered.", ("method", "route", "code"), registry=own)
        self._request_s = Histogram(
            "lobby_http_request_seconds", "How long an answer took.", ("method",), registry=own, buckets=REQUEST_S
        )

        self._known: dict[tuple[str, str, int], tuple[Total, Histogram]] = {}

    def timed(self, commits: Callable[[Callable[[], Any]], Any]) -> Callable[[Callable[[], Any]], Any]:
        """The same way to commit, with a clock beside it."""

        def run(work: Callable[[], Any]) -> Any:
            began = time.perf_counter()
            try:
                return commits(work)
            except LobbyError:
                self.commits_failed.inc()
                raise
            finally:
                self.commit_s.observe(time.perf_counter() - began)

        return run

    def request(self, method: str, route: str, code: int, seconds: float) -> None:
        """A request was answered: which of `METHODS` (or "other"), by which route; an address may be a secret."""
        known = self._known.get((method, route, code))
        if known is None:
            known = self._requests.labels(method, route, str(code)), self._request_s.labels(method)
            self._known[method, route, code] = known
        known[0].inc()
        known[1].observe(seconds)

    def text(self, seen: Seen) -> bytes:
        """Everything in Prometheus' text format (`TYPE`)."""
        return generate_latest(_Together(self._counted, seen))


class _Together:
    """What was counted, and what is seen now, as one registry."""

    def __init__(self, counted: CollectorRegistry, seen: Seen) -> None:
        self._counted = counted
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        yield from families(self._seen)
        yield from self._counted.collect()


def families(seen: Seen) -> Iterator[Metric]:
    """The figures of this moment."""
    figures = seen.figures
    yield _gauge("build_info", "Always 1; which version runs.", ("version",), [((version("branch-lobby"),), 1)])
    yield _gauge("ready", "Whether the server can do its work (1) or not (0), as /readyz says.", (), [((), seen.ready)])
    yield _gauge("unwritten_seconds", "Since something was written durably.", (), [((), seen.unwritten_s)])
    yield _total("journal_events", "Events in the branch's journal.", (), [((), seen.seq)])
    yield _total("events", "Events since the start, by kind.", ("kind",), _of(seen.events))
    by_service = {service.code: service for service in figures.services}
    for name, says, of in (
        ("waiting", "Customers who wait for a service now.", "waiting"),
        ("longest_wait_seconds", "How long the one who waits longest has.", "longest_s"),
        ("served_today", "Visits served so far today.", "served"),
        ("left_today", "Visits that ended unserved so far today.", "left"),
        ("at_risk", "Customers who wait too long, or probably will.", "at_risk"),
        ("counters_for", "Counters at work that give a service.", "posts"),
        ("wait_mean_seconds", "Mean wait of those called today.", "mean_wait_s"),
        ("wait_p90_seconds", "Nine in ten of those called today waited no longer.", "p90_wait_s"),
        ("service_level_ratio", "Share of today's customers served in time.", "service_level"),
        ("promise_kept_ratio", "Share of today's promised waits that were kept.", "promise_kept"),
    ):
        values = {code: getattr(service, of) for code, service in by_service.items()}
        yield _gauge(
            name, says, ("service",), _of({code: value for code, value in values.items() if value is not None})
        )
    counters = {state: 0 for state in ("closed", "free", "called", "serving", "break")}
    counters |= Tally(counter.state for counter in figures.counters)
    yield _gauge("counters", "Counters, by what they do now.", ("state",), _of(counters))
    alerts = Tally((alert.problem, str(bool(alert.seen_by)).lower()) for alert in figures.alerts)
    yield _gauge(
        "alerts", "Open alerts, by problem and whether somebody saw them.", ("problem", "seen"), alerts.items()
    )
    for name, clock in (("complaints", figures.complaints), ("follow_ups", figures.follow_ups)):
        counts = {"open": clock.open, "soon": clock.soon, "over": clock.over}
        yield _gauge(name, "Open ones; of these, whose time soon runs out; and has.", ("clock",), _of(counts))
    yield from _devices(seen)
    yield from _outside(seen)


def _devices(seen: Seen) -> Iterator[Metric]:
    devices = [((device.kind, device.name), float(device.ok)) for device in seen.devices]
    yield _gauge(
        "device_ok", "Whether a screen, speaker, kiosk or printer is there and well.", ("kind", "name"), devices
    )
    yield _gauge("listeners", "Open pages and consoles that follow the branch.", ("namespace",), _of(seen.listeners))
    yield _gauge("slips", "Slips that are not printed yet, by state.", ("state",), _of(seen.slips))
    yield _gauge("paper_left_metres", "Paper left on a roll, by count.", ("printer",), _of(seen.paper_m))


def _outside(seen: Seen) -> Iterator[Metric]:
    acts = {kind: at / 1000 for kind, at in seen.acts.items()}
    yield _gauge("last_act_timestamp_seconds", "When the branch's past was last seen to.", ("kind",), _of(acts))
    failing = {
        name: max(0, seen.at - one.failing_since) / 1000 if one.failing_since else 0 for name, one in seen.webhooks
    }
    stopped = {name: float(one.stopped) for name, one in seen.webhooks}
    yield _gauge(
        "webhook_failing_seconds", "Since when a webhook's receiver has taken nothing.", ("webhook",), _of(failing)
    )
    yield _gauge("webhook_stopped", "Whether a webhook was given up (1).", ("webhook",), _of(stopped))
    yield _gauge("disk_free_bytes", "Free for this account where the data folder lies.", (), [((), seen.disk_free)])
    yield _gauge("database_bytes", "Size of the embedded database.", (), [((), seen.database_bytes)])


def _of(values: dict[str, float] | dict[str, int]) -> Labelled:
    return [((label,), value) for label, value in values.items()]


def _gauge(name: str, says: str, labels: tuple[str, ...], values: Labelled) -> Metric:
    return _filled(GaugeMetricFamily(f"lobby_{name}", says, labels=labels), values)


def _total(name: str, says: str, labels: tuple[str, ...], values: Labelled) -> Metric:
    return _filled(CounterMetricFamily(f"lobby_{name}", says, labels=labels), values)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, values: Labelled) -> Metric:
    for labels, value in values:
        family.add_metric(labels, value)
    return family
