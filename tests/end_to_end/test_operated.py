"""What a running server tells those who operate it: systemd, Prometheus, the log."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until


def test_systemd_prometheus_and_the_log_are_told_by_a_running_server(
    a_branch: Callable[..., BranchProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = a_branch(quick=False)
    branch.options = ["--log", "json"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, httpx.Client(timeout=HANGS_S) as client:
        monkeypatch.chdir(tmp_path)  # as the path of a socket must be short
        manager.bind("notify")
        manager.settimeout(HANGS_S)
        monkeypatch.setenv("NOTIFY_SOCKET", "notify")
        url = branch.start()
        assert manager.recv(1000).decode() == f"READY=1\nSTATUS=serving {url}"
        assert client.get(f"{url}/healthz").text == "ok\n"
        until(lambda: client.get(f"{url}/readyz").json() == {"ready": True, "reasons": []}, "a server that is ready")
        client.get(f"{url}/t/a-customers-secret")
        client.request("INVENTED", f"{url}/healthz")
        metrics = client.get(f"{url}/metrics").text
        branch.stop()
        assert manager.recv(1000) == b"STOPPING=1"
    assert 'lobby_http_requests_total{code="200",method="GET",route="/healthz"} 1.0' in metrics
    assert 'code="404",method="GET",route="/t/<token>"} 1.0' in metrics
    assert 'method="other"' in metrics
    assert "INVENTED" not in metrics
    assert "secret" not in metrics + branch.stderr
    said = [json.loads(line) for line in branch.stderr.splitlines()]
    said = [line for line in said if line["logger"] != "lobby.requests"]  # what took long, on a busy machine
    assert [line["level"] for line in said] == ["warning"], "that tickets carry no code"
