"""`[[webhooks]]` of the branch file: what may stand there, and what is said of what may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lobby.outbound.messages import TYPES
from lobby.outbound.signing import new_secret
from lobby.outbound.values import Webhook, WebhookValues, what_is_wrong


def read(folder: Path, **changes: Any) -> tuple[Webhook, list[str]]:
    (folder / "crm.secret").write_text(new_secret())
    table = {
        "name": "crm",
        "url": "https://crm.example/hooks",
        "events": ["interaction.recorded", "complaint.*"],
        "secret_file": "crm.secret",
    }
    reader = WebhookValues()
    found = reader.webhook({key: value for key, value in (table | changes).items() if value is not None}, 0, folder)
    return found, [str(mistake) for mistake in reader.mistakes]


def test_a_webhook_gets_the_types_that_it_names_and_no_private_words(tmp_path: Path) -> None:
    webhook, mistakes = read(tmp_path)
    assert mistakes == []
    assert webhook.types == {name for name in TYPES.values() if name.startswith("complaint.")} | {
        "interaction.recorded"
    }
    assert webhook.secret_file == tmp_path / "crm.secret"
    assert not webhook.include_private


def test_a_star_means_every_type(tmp_path: Path) -> None:
    webhook, _ = read(tmp_path, events=["*"])
    assert webhook.types == set(TYPES.values())


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example/hooks?key=1",
        "https://crm.example:8443",
        "https://10.0.0.7/x",
        "http://127.0.0.1:8000/x",
        "http://localhost/x",
        "http://[::1]:9/x",
        "http://127.9.9.9/",
        "https://crm.example./",
        "https://crm_1.example/",
        f"https://{'a' * 63}.example/",
    ],
)
def test_https_is_sent_anywhere_and_http_to_this_machine(url: str) -> None:
    assert what_is_wrong(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/",
        "http://10.0.0.7/",
        "http://localhost.crm.example/",
        "http://127.0.0.1.crm.example/",
        "ftp://crm.example/",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "crm.example",
        "https://user:password@crm.example/",
        "https://crm.example/#part",
        "https://crm.example:0/",
        "https://crm.example:99999/",
        "https://crm.example/a b",
        "https://crm.example/\r\nhost: evil",
        "https://bänk.example/",
        "https://[::1",
        "https://crm..example/",
        "https://.example/",
        f"https://{'a' * 64}.example/",
        "",
    ],
)
def test_an_address_that_nothing_may_be_sent_to_is_refused(url: str) -> None:
    assert what_is_wrong(url) != ""


def test_the_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    _, mistakes = read(tmp_path, url="https://user:hunter2@crm.example/")
    assert mistakes == ["webhooks[0].url: must not hold a user name, a password or a #fragment"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": None}, "webhooks[0].name"),
        ({"name": "a b"}, "webhooks[0].name"),
        ({"url": None}, "webhooks[0].url"),
        ({"events": None}, "webhooks[0].events"),
        ({"events": []}, "webhooks[0].events"),
        ({"events": ["complaint"]}, "webhooks[0].events"),
        ({"events": ["ticket.*"]}, "webhooks[0].events"),
        ({"events": "complaint.*"}, "webhooks[0].events"),
        ({"secret_file": None}, "webhooks[0].secret_file"),
        ({"secret_file": "missing"}, "webhooks[0].secret_file"),
        ({"include_private": "yes"}, "webhooks[0].include_private"),
        ({"secret": "whsec_x"}, "webhooks[0].secret"),
    ],
)
def test_each_mistake_is_named_by_its_place(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    _, mistakes = read(tmp_path, **changes)
    assert [mistake.partition(":")[0] for mistake in mistakes] == [place]
