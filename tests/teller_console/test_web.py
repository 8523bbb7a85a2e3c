"""The console for browsers: its own page only, from this machine only, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from teller_console.commands import console
from teller_console.right_to_left import laid_out
from tests.end_to_end.branch_process import Running, free_port

pytest.importorskip("textual_serve")
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running web console."""
    log = tmp_path_factory.mktemp("web") / "console"
    arguments = ["console", "--server", "http://127.0.0.1:9", "--web", "--port", str(free_port())]
    running = Running(arguments, Path(log))
    yield running.start()
    running.close()


def get(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.get(url, headers=headers, timeout=60)


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    answer = get(page)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "//" not in answer.text.replace(page, "").replace(page.replace("http", "ws"), "").replace("<!DOCTYPE", "")
    for path in ("/page.js", "/static/js/textual.js", "/static/css/xterm.css"):
        assert get(page + path).status_code == 200


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_another_page_opens_no_console(page: str, origin: str | None) -> None:
    headers = UPGRADE | ({"Origin": origin} if origin else {})
    answer = get(page + "/ws", headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "more", [["--host", "0.0.0.0"], ["--host", "192.0.2.7", "--public-url", "http://bank.example"]]
)
def test_other_machines_reach_it_over_https_only(more: list[str]) -> None:
    result = CliRunner().invoke(console, ["--server", "http://127.0.0.1:9", "--web", *more])
    assert result.exit_code == 2
    assert "HTTPS" in result.output


def test_arabic_is_laid_out_as_it_is_read_in_as_many_cells_as_before() -> None:
    text = "A001  الخدمات النقدية  12 د"
    pieces = laid_out(text)
    assert pieces[0] == "A001"
    assert pieces[2][0] == "\ufe94", "the last letter, in its final shape, stands at the left"
    assert cell_len("".join(pieces)) == cell_len(text)
    assert pieces[-1].endswith("12")
