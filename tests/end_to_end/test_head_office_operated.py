"""A head office's server as systemd has it: its journal is kept, so no password goes there, and it says how it is."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from lobby.head_office.office_file import EXAMPLE, FILE
from tests.end_to_end.branch_process import HANGS_S, LOBBY, START_S, until

FORM = b"username=mia&password=guess"


def half_a_request(url: str) -> socket.socket:
    """A connection on which somebody is signing in over a slow line, and whose form the server has begun to read."""
    sent = socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=HANGS_S)
    head = f"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: {len(FORM)}\r\nExpect: 100-continue\r\n"
    sent.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + FORM[:5])
    assert sent.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return sent


def test_it_tells_systemd_answers_many_at_once_and_ends_with_what_it_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one request: whoever waits for a second connection on a blocking socket answers none."""
    text = EXAMPLE.replace("[server]", '[server]\nbehind_proxy = ["127.0.0.1"]')
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    log = tmp_path / "journal"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, log.open("wb") as journal:
        monkeypatch.chdir(tmp_path)  # as the path of a socket must be short
        manager.bind("notify")
        manager.settimeout(START_S)
        kept = os.fstat(journal.fileno())
        told = {"NOTIFY_SOCKET": "notify", "JOURNAL_STREAM": f"{kept.st_dev}:{kept.st_ino}"}
        process = subprocess.Popen(
            [*LOBBY, "head-office", "serve", "--data", str(tmp_path), "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            env=os.environ | told,
            start_new_session=True,
        )
        try:
            ready, status = manager.recv(1000).decode().split("\n")
            url = status.removeprefix("STATUS=serving ")
            with httpx.Client(base_url=url, timeout=HANGS_S) as client:
                assert client.get("/healthz").text == "ok\n"
                assert httpx.get(f"{url}/sign-in", timeout=HANGS_S).status_code == 200
                until(lambda: client.get("/readyz").json()["ready"], "a head office that is ready")
                assert "lobby_chain_ready 1.0" in client.get("/metrics").text, "from this machine"
                assert "Strict-Transport-Security" in client.get("/", headers={"X-Forwarded-Proto": "https"}).headers
                with half_a_request(url) as under_way:
                    process.terminate()
                    assert manager.recv(1000) == b"STOPPING=1"
                    refused = client.get("/healthz")
                    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
                    under_way.sendall(FORM[5:])
                    assert under_way.recv(100).startswith(b"HTTP/1.1 401 ")
            assert process.wait(HANGS_S) == 0
        finally:
            process.kill()
            process.wait()
        assert ready == "READY=1"
    said = log.read_text(encoding="utf-8")
    assert "staff add" in said
    assert "password" not in said
    assert "Traceback" not in said
