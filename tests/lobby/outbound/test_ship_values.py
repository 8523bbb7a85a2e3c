"""`[head_office]` of the branch file: what may stand there, and what is said of what may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lobby.outbound.ship_values import BadToken, HeadOffice, HeadOfficeValues, read_token


def read(folder: Path, **changes: Any) -> tuple[HeadOffice, list[str]]:
    (folder / "token").write_text("a-token\n")
    (folder / "token").chmod(0o600)
    table = {"url": "https://head-office.example/", "token_file": "token"} | changes
    reader = HeadOfficeValues()
    found = reader.head_office({key: value for key, value in table.items() if value is not None}, folder)
    return found, [str(mistake) for mistake in reader.mistakes]


def test_a_head_office_has_an_address_and_a_token(tmp_path: Path) -> None:
    office, mistakes = read(tmp_path)
    assert mistakes == []
    assert (office.url, office.token) == ("https://head-office.example", "a-token")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": None}, "head_office.url: is missing"),
        ({"url": "http://head-office.example"}, "head_office.url: must begin with https://"),
        ({"url": "https://me:secret@head-office.example"}, "head_office.url: must not hold a user name"),
        ({"token_file": None}, "head_office.token_file: is missing"),
        ({"token_file": "nowhere"}, "head_office.token_file: cannot be read: No such file or directory"),
        ({"token": "a-token"}, "head_office.token: is not a key here"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    _, mistakes = read(tmp_path, **changes)
    assert len(mistakes) == 1
    assert mistakes[0].startswith(said)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"two words", b"a\x00b"])
def test_a_file_without_a_token_says_nothing_of_what_is_in_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    (tmp_path / "token").chmod(0o600)
    with pytest.raises(BadToken, match="holds no token"):
        read_token(tmp_path / "token")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_token_that_others_may_read_is_refused_as_other_secrets_are(tmp_path: Path, mode: int) -> None:
    (tmp_path / "token").write_text("a-token")
    (tmp_path / "token").chmod(mode)
    with pytest.raises(BadToken, match="may be read by others") as refused:
        read_token(tmp_path / "token")
    assert "a-token" not in str(refused.value)
