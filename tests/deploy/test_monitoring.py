"""The dashboard and the alert rules ask for what the server tells."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from display_server.operating.metrics import Metrics
from display_server.operating.seen import KEEPING, Seen
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.alerts import PROBLEMS
from lobby.reports.live import live_figures
from tests.builders import Room

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana/branch-lobby.json").read_text(encoding="utf-8"))
PROMETHEUS = DEPLOY / "prometheus"
RULES = (PROMETHEUS / "alerts.yml").read_text(encoding="utf-8")
TRIALS = sorted(PROMETHEUS.glob("*_test.yml"))
OUTSIDE = {"up"}
"""Prometheus' own."""


def targets() -> Iterator[str]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]


def rules() -> list[str]:
    return re.findall(r"expr: (?:\|\n)?((?:.+\n)(?:            .+\n)*)", RULES)


EXPRESSIONS = [*targets(), *rules()]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What a server with nothing special tells: metrics by name, as Prometheus names their samples."""
    room = Room()
    room.do(c.Issue("cash"))
    seen = Seen(
        at=room.clock(),
        seq=1,
        ready=True,
        unwritten_s=0.0,
        figures=live_figures(room.branch, room.clock()),
        events={},
        acts={},
        listeners={},
        devices=(),
        slips={},
        paper_m={},
        webhooks=(),
        disk_free=1,
        database_bytes=1,
    )
    families = text_string_to_metric_families(Metrics().text(seen).decode())
    return {name: family for family in families for name in _samples(family)}


def _samples(family: Any) -> list[str]:
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
    return [family.name.removesuffix("_total") + ending for ending in endings]


def names(expression: str) -> set[str]:
    """The metrics that an expression asks for."""
    without_labels = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|on) \([^)]*\)", "", expression)
    return set(re.findall(r"\b((?:lobby|process)_\w+|up)\b", without_labels))


def test_the_expressions_are_found() -> None:
    assert len(rules()) == RULES.count("- alert:")
    assert len(EXPRESSIONS) > 40


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_that_is_asked_for_is_told(told: dict[str, Any], expression: str) -> None:
    asked = names(expression)
    assert asked
    assert asked <= told.keys() | OUTSIDE


def test_every_value_of_a_label_that_is_asked_for_is_one_that_is_told(told: dict[str, Any]) -> None:
    labels = re.findall(r'(kind|state|clock|problem)=~?"([^"$]+)"', "\n".join(EXPRESSIONS))
    counters = {sample.labels["state"] for sample in told["lobby_counters"].samples}
    known = {
        "kind": {name for name in dir(e)} | set(KEEPING),
        "state": counters | {"queued", "held", "unknown"},
        "clock": {sample.labels["clock"] for sample in told["lobby_complaints"].samples},
        "problem": set(PROBLEMS),
    }
    assert labels
    for label, values in labels:
        assert set(values.split("|")) <= known[label], (label, values)


def test_every_metric_of_the_branch_is_in_the_operators_guide(told: dict[str, Any]) -> None:
    guide = (DEPLOY.parent / "docs/operating.md").read_text(encoding="utf-8")
    ours = {name for name in told if name.startswith("lobby_") and not name.endswith(("_bucket", "_sum", "_count"))}
    assert ours - set(re.findall(r"`(lobby_\w+)", guide)) == set()


def test_every_alert_says_what_to_do() -> None:
    for rule in RULES.split("- alert:")[1:]:
        assert "summary:" in rule, rule
        assert "do:" in rule, rule


@pytest.mark.parametrize(
    "asked",
    [("test", "rules", *(path.name for path in TRIALS)), ("check", "config", "scrape.yml")],
    ids=["the trials of the alerts", "the example of a configuration"],
)
def test_promtool_finds_nothing_wrong(asked: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool, of the Debian package prometheus")
    done = subprocess.run([promtool, *asked], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_when_it_is_to_ring_and_when_it_is_not() -> None:
    trials = re.split(r"\n +- ", "".join(path.read_text(encoding="utf-8") for path in TRIALS))
    for alert in re.findall(r"- alert: (\w+)", RULES):
        tried = ["exp_alerts" in trial for trial in trials if re.search(rf"alertname: {alert}\b", trial)]
        assert set(tried) == {True, False}, alert


def test_panels_stand_beside_each_other_and_have_numbers_of_their_own() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not taken & cells, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
