"""Signatures, against the specification's published example, and secrets that are none."""

from __future__ import annotations

import stat
from base64 import b64encode
from pathlib import Path

import pytest

from lobby.outbound.signing import BadSecret, headers, new_secret, read_secrets

PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def kept(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "secret"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_published_example_has_the_published_signature(tmp_path: Path) -> None:
    keys = read_secrets(kept(tmp_path, PUBLISHED + "\n"))
    assert headers(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_sign_side_by_side_while_one_replaces_the_other(tmp_path: Path) -> None:
    both = read_secrets(kept(tmp_path, f"{new_secret()}\n{PUBLISHED}\n"))
    signed = headers(both, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')["webhook-signature"]
    new, old = signed.split(" ")
    assert old == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert new.startswith("v1,")
    assert new != old


def test_a_new_secret_is_one_that_can_be_read_and_no_two_are_alike(tmp_path: Path) -> None:
    assert len(read_secrets(kept(tmp_path, new_secret()))[0]) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hunter2",
        "whsec_",
        "whsec_%%%%",
        "whsec_" + b64encode(bytes(23)).decode(),
        "whsec_" + b64encode(bytes(65)).decode(),
        PUBLISHED.removeprefix("whsec_"),
        PUBLISHED + "\nwhsec_hunter2",
        "whsec_ünicode",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_secret_is_refused_without_saying_what_it_is(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(BadSecret) as refused:
        read_secrets(kept(tmp_path, text))
    assert "hunter2" not in str(refused.value)


def test_a_secret_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadSecret, match="cannot be read: No such file"):
        read_secrets(tmp_path / "secret")


def test_a_huge_secret_file_is_not_read_whole(tmp_path: Path) -> None:
    path = kept(tmp_path, "")
    with path.open("r+b") as file:
        file.truncate(10**12)
    assert path.stat().st_mode & stat.S_IFREG
    with pytest.raises(BadSecret):
        read_secrets(path)
