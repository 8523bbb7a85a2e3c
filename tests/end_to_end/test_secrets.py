"""A busy branch writes a lot: no password, no token, no key to a page and no word of a customer is in any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from lobby.outbound.signing import new_secret
from lobby.records.acts import Acts
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess, free_port, lobby, until
from tests.postgres import about_the_file

WORDS = "Quillfeather was told twice that the card had been sent"
WRONG, NEW = "a wrong and private password", "a new and private password"
MAIL_PASSWORD, HOOK_KEY = "mail-password-of-the-bank", "key-in-the-path"
API = f"/api/v1/branches/{BRANCH}"


class Busy:
    """A branch with a webhook and a mail server that answer nobody. `secrets` are by name, `said` what was written."""

    def __init__(self, branch: BranchProcess) -> None:
        self._keys = count()
        self.branch, self.secrets = branch, {"wrong": WRONG, "new": NEW, "mail": MAIL_PASSWORD, "hook": HOOK_KEY}
        self.secrets["signing"] = new_secret().split("_")[-1]
        self.said: dict[str, str] = {}
        (branch.folder / "hook.secret").write_text(f"whsec_{self.secrets['signing']}\n", encoding="ascii")
        (branch.folder / "mail.password").write_text(MAIL_PASSWORD, encoding="ascii")
        branch.edit(
            "[[priorities]]",
            f"""[[webhooks]]
name = "crm"
url = "http://127.0.0.1:{free_port()}/{HOOK_KEY}"
events = ["*"]
secret_file = "hook.secret"
include_private = true

[mail]
server = "127.0.0.1:{free_port()}"
from = "branch@bank.example"
to = ["boss@bank.example"]
user = "branch"
password_file = "mail.password"

[[priorities]]""",
        )
        for name in ("hook.secret", "mail.password"):
            (branch.folder / name).chmod(0o600)

    def live(self) -> None:
        """Sign in, pair, serve, complain; then have the database fail in the middle of it."""
        branch = self.branch
        branch.start()
        self.secrets["one-time"] = branch.one_time_password()
        self.secrets["kiosk"], self.secrets["program"] = branch.token("kiosk", "k1"), branch.token("administrator", "p")
        paired = lobby("pair", "--data", branch.folder, "--role", "display", "--name", "wall").stdout
        self.secrets["pairing"] = re.split(r"[/#]", paired.strip())[-1]
        with httpx.Client(base_url=branch.url, timeout=HANGS_S) as program:
            self._come_in(program)
            program.headers["Authorization"] = f"Bearer {self.secrets['kiosk']}"
            ticket = self._post(program, "tickets", {"service": "cash"}).json()
            self.secrets["ticket"] = ticket["token"]
            assert program.get(f"/t/{ticket['token']}").status_code == 200
            assert program.get(f"/t/{ticket['token'].swapcase()}").status_code == 404
            taken = self._post(program, "complaints", {"text": WORDS, "name": WORDS[:12]}).json()["complaint"]
            program.headers["Authorization"] = f"Bearer {self.secrets['program']}"
            self._post(program, f"tickets/{ticket['number']}/cancel", {"reason": WORDS})
            assert WORDS in program.get(f"{API}/complaints/{taken['reference']}").text
            until(lambda: "webhook crm, event" in branch.stderr, "a webhook that fails")
            self._fail(program, ticket["token"])
            for name in ("events", "reports/day", "exports/complaints.csv", "exports/interactions.csv", "queue"):
                self.said[name] = program.get(f"{API}/{name}").text
            for name in ("/metrics", "/healthz", "/readyz", "/api/v1/openapi.json", "/report", "/audit", "/manager"):
                self.said[name] = program.get(name).text
        self.said["mail"] = "".join(self._command("report", "--day", "--mail"))
        self.said["report"] = "".join(self._command("report", "--format", "json"))
        self.said["export"] = "".join(self._command("export", "complaints"))
        self.said["trail"] = "".join(self._command("audit", "trail", "--json"))
        branch.stop()
        self.said["log"] = branch.stderr

    def _command(self, *asked: str) -> Iterator[str]:
        done = lobby(*asked, "--data", self.branch.folder)
        yield from (done.stdout, done.stderr)

    def _come_in(self, program: httpx.Client) -> None:
        """Wrongly, rightly, with a new password, on a device."""
        for password in (WRONG, self.secrets["one-time"]):
            answer = program.post("/api/v1/sessions", json={"username": "admin", "password": password})
        self.secrets["session"] = answer.json()["token"]
        changed = program.post(
            "/api/v1/password",
            json={"password": self.secrets["one-time"], "new_password": NEW},
            headers={"Authorization": f"Bearer {self.secrets['session']}"},
        )
        assert changed.status_code == 204, changed.text
        there = program.post("/pair", data={"code": self.secrets["pairing"]})
        assert there.status_code in (302, 303), there.text
        self.secrets["device"] = there.cookies["lobby-display"]
        assert program.get(f"/pair/{self.secrets['pairing']}").status_code in (200, 302, 404)
        program.cookies.clear()

    def _fail(self, program: httpx.Client, ticket: str) -> None:
        """A database that breaks under a request is a fault whose traceback goes into the log."""
        with closing(self.branch.store()) as store:
            for old, new in (("people", "gone"), ("gone", "people")):
                with store.write() as connection:
                    connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
                if new == "gone":
                    refused = program.post(
                        f"{API}/complaints", json={"text": WORDS}, headers={"Idempotency-Key": "fails"}
                    )
                    assert refused.status_code == 500, refused.text
                    assert WORDS not in refused.text
                    self._post(program, "tickets", {"service": "cash"})

    def _post(self, program: httpx.Client, verb: str, body: dict[str, Any]) -> httpx.Response:
        answer = program.post(f"{API}/{verb}", json=body, headers={"Idempotency-Key": f"k{next(self._keys)}"})
        assert answer.status_code < 300, answer.text
        return answer


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    made = Busy(BranchProcess(tmp_path_factory.mktemp("secrets") / "branch"))
    try:
        made.live()
        yield made
    finally:
        made.branch.close()


def test_no_secret_and_no_customers_word_is_in_logs_reports_exports_or_the_trail(busy: Busy) -> None:
    assert "Traceback" in busy.said["log"], "the fault was written down"
    assert "crm" in busy.said["log"]
    assert "complaint-read" in busy.said["trail"]
    assert len(set(busy.secrets.values())) == 12
    found = [(name, where) for where, said in busy.said.items() for name, one in busy.secrets.items() if one in said]
    assert found == []
    assert [where for where, said in busy.said.items() if "Quillfeather" in said] == []


@about_the_file
def test_the_database_holds_no_password_and_no_token_as_they_are(busy: Busy) -> None:
    """But a ticket's own token: it stands in the answer that is kept for retries, and for a copy of the slip."""
    held = b"".join(path.read_bytes() for path in busy.branch.folder.glob("*.db*"))
    assert held.count(busy.secrets["ticket"].encode()) > 0
    for name, secret in busy.secrets.items():
        assert name == "ticket" or secret.encode() not in held, name


def test_what_the_trail_keeps_of_it_all_is_who_and_what(busy: Busy) -> None:
    with closing(busy.branch.store()) as store:
        acts = list(Acts(store, BRANCH).read())
    kinds = {act.kind for act in acts}
    assert {"server-started", "sign-in-failed", "signed-in", "password-changed", "device-paired"} <= kinds
    assert {"pairing-code-made", "complaint-read", "words-sent", "report-exported", "data-exported"} <= kinds
    said = "".join(map(str, acts))
    assert [name for name, one in busy.secrets.items() if one in said] == []
