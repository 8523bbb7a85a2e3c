"""The branch server behind nginx, as docs/installing.md writes it down: the guide's own block, with other ports."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.certificate import a_certificate
from tests.end_to_end.branch_process import BRANCH, HANGS_S, PATIENT, BranchProcess, free_port, lobby, until
from tests.end_to_end.listener import Listener

MANY = 9
"""Guesses after which one is held for sixteen seconds; twice as many do not yet hold a name from everywhere."""

GUIDE = Path(__file__).parents[2] / "docs/installing.md"
HOUSE = """daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{}}
http {{
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
{block}
}}
"""
"""What Debian's own nginx.conf has around the block, without its account and its folders."""


class Front:
    """nginx over a branch's server, at `url`; `as_(address)` asks it from an address of this machine."""

    def __init__(self, nginx: str, folder: Path, branch: BranchProcess, password: str) -> None:
        folder.mkdir()
        self.branch = branch
        self.password = password
        self.certificate = a_certificate(folder)
        self.url, self.plain = f"https://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
        self.logs = folder / "access.log", folder / "error.log"
        (folder / "nginx.conf").write_text(HOUSE.format(block=self._block()), encoding="utf-8")
        asked = [nginx, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
        self._process = subprocess.Popen(asked, stderr=subprocess.PIPE, text=True)

    def _block(self) -> str:
        """As the guide has it; the ports that only root may have, the files and the server's port are the test's."""
        (block,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
        for old, new in (
            ("listen 443 ", f"listen {self.url.removeprefix('https://')} "),
            ("listen 80;", f"listen {self.plain.removeprefix('http://')};"),
            ("/var/log/nginx/error.log", "error.log"),
            ("/etc/lobby/chain.pem", str(self.certificate)),
            ("/etc/lobby/key.pem", str(self.certificate)),
            ("http://127.0.0.1:8080", self.branch.url),
        ):
            assert old in block
            block = block.replace(old, new)
        return str(block)

    def as_(self, address: str = "127.0.0.1") -> httpx.Client:
        known = ssl.create_default_context(cafile=self.certificate)
        line = httpx.HTTPTransport(verify=known, local_address=address, trust_env=False)
        return httpx.Client(base_url=self.url, transport=line, timeout=HANGS_S)

    def screen(self, token: str) -> Listener:
        return Listener(self.url, "/display", {"branch": BRANCH, "token": token}, reconnects=True)

    def answers(self) -> bool:
        assert self._process.poll() is None, self._process.communicate()[1]
        with self.as_() as asked:
            try:
                return asked.get("/healthz").status_code == 200
            except httpx.ConnectError:
                return False

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=HANGS_S)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if nginx is None:
        pytest.skip("needs nginx, of the Debian package nginx-light")
    folder = tmp_path_factory.mktemp("front")
    branch = BranchProcess(folder / "branch")
    branch.edit("\n[server]\n", '\n[server]\nbehind_proxy = ["127.0.0.1"]\nmetrics = ["127.0.0.1"]\n')
    added = lobby("staff", "add", "--data", branch.folder, "--role", "manager", "--name", "Maria", "maria")
    assert added.returncode == 0, added.stderr
    with closing(branch):
        branch.start()
        with closing(Front(nginx, folder / "nginx", branch, added.stdout.strip())) as front:
            until(front.answers, "nginx to answer")
            yield front


def signs_in(front: Front, address: str, password: str, **headers: str) -> httpx.Response:
    """What the page for signing in answers somebody at this address."""
    with front.as_(address) as asked:
        form = {"username": "maria", "password": password}
        return asked.post("/sign-in", data=form, headers={"Origin": front.url} | headers)


def guessed(front: Front, address: str, header: str, claim: str) -> list[int]:
    """What is said to somebody who guesses from this address and claims another each time, until they are held: each
    guess that comes through makes the next wait twice as long, so that nobody is too slow to be held in the end."""
    said: list[int] = []
    while 429 not in said and len(said) < MANY:
        said.append(signs_in(front, address, "a guess", **{header: claim.format(len(said))}).status_code)
    return said


def test_who_guesses_through_the_proxy_is_held_by_their_own_address_whatever_they_claim(front: Front) -> None:
    thief, maria = "127.0.0.2", "127.0.0.3"
    said = guessed(front, thief, "X-Forwarded-For", "203.0.113.{}")
    assert said[:5] == [401] * 5
    assert said[-1] == 429
    assert guessed(front, thief, "Forwarded", "for=203.0.113.{}")[-1] == 429
    came = signs_in(front, maria, front.password)
    assert came.status_code == 302
    assert came.headers["Location"] == "/new-password"
    assert "Secure" in came.headers["Set-Cookie"], "the server knows that she came by TLS"


def test_pages_come_by_tls_alone_and_their_forms_from_this_site_alone(front: Front) -> None:
    with front.as_() as asked:
        page = asked.get("/sign-in")
        assert page.status_code == 200
        assert page.headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
        assert f"wss://{front.url.removeprefix('https://')}" in page.headers["Content-Security-Policy"]
        assert asked.get("/static/live.js").status_code == 200
    assert httpx.get(f"{front.plain}/sign-in", timeout=HANGS_S).headers["Location"] == "https://127.0.0.1/sign-in"
    for elsewhere in ("https://evil.example", front.url.replace("https", "http"), front.branch.url):
        assert signs_in(front, "127.0.0.4", "a guess", Origin=elsewhere).status_code == 403, elsewhere


def test_figures_are_not_shown_to_the_world_because_the_proxy_is_this_machine(front: Front) -> None:
    with front.as_("127.0.0.5") as asked:
        assert asked.get("/metrics").status_code == 401
        assert asked.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    assert httpx.get(f"{front.branch.url}/metrics", timeout=HANGS_S).status_code == 200


def test_a_body_that_is_too_large_is_refused_and_one_that_nearly_is_arrives(front: Front) -> None:
    token = front.branch.token("teller", "a body")
    where, who = f"/api/v1/branches/{BRANCH}/tickets", {"Authorization": f"Bearer {token}"}
    with front.as_() as asked:
        assert asked.post(where, content=b"x" * 70_000, headers=who).status_code == 413
        assert asked.post(where, content=b"x" * 65_000, headers=who).status_code == 400
        chunks = (b"x" * 1000 for _ in range(70))
        assert asked.post(where, content=chunks, headers=who).status_code == 413


def test_a_screen_hears_each_call_and_finds_back_when_the_server_was_started_anew(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(front.certificate))  # as if this machine trusted whoever signed it
    with front.as_() as asked:
        assert asked.get("/socket.io/?EIO=4&transport=polling").status_code == 400, "WebSocket alone"
    kiosk = RemoteDesk(front.url, front.branch.token("kiosk", "hall"), BRANCH, patience=PATIENT)
    with closing(kiosk), front.screen(front.branch.token("display", "hall")) as screen:
        screen.first("snapshot")
        told = kiosk.submit(c.Issue("cash"), key="before").seq
        assert screen.events_up_to(told)
        before = len(screen.heard)
        front.branch.stop()
        with front.as_() as asked:
            assert asked.get("/t/a-secret").status_code == 502
        assert not any("a-secret" in log.read_text(encoding="utf-8") for log in front.logs), "it is a customer's"
        front.branch.start()
        assert screen.after(before, "snapshot")["seq"] >= told
        again = kiosk.submit(c.Issue("cash"), key="after").seq
        assert screen.events_up_to(again)
