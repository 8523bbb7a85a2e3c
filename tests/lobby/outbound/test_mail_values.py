"""`[mail]` of the branch file: what is right is read, and a mistake is said without a word of the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.config import FILE, BadBranchFile, load
from lobby.outbound.mail_values import BadPassword, MailSetup, read_password

BRANCH = """
[branch]
id = "small"
name = "Small branch"
[[services]]
code = "cash"
name = "Cash"
[[counters]]
number = 1
"""
MAIL = '[mail]\nserver = "mail.bank.example:587"\nfrom = "lobby@bank.example"\nto = ["mia@bank.example"]\n'
LOGIN = 'user = "lobby"\npassword_file = "mail-password"\n'


def a_password(folder: Path, said: bytes = b"correct horse\n", mode: int = 0o600) -> Path:
    path = folder / "mail-password"
    path.write_bytes(said)
    path.chmod(mode)
    return path


def read(folder: Path, mail: str) -> MailSetup | None:
    (folder / FILE).write_text(BRANCH + mail)
    return load(folder).mail


def mistakes(folder: Path, mail: str) -> dict[str, str]:
    (folder / FILE).write_text(BRANCH + mail)
    with pytest.raises(BadBranchFile) as bad:
        load(folder)
    return {mistake.where: mistake.what for mistake in bad.value.mistakes}


def test_anchors_are_mailed_where_the_file_says_so(tmp_path: Path) -> None:
    for said, mailed in (("", False), ("anchors = true\n", True)):
        found = read(tmp_path, MAIL + "starttls = false\n" + said)
        assert found is not None
        assert found.anchors is mailed
    assert "mail.anchors" in mistakes(tmp_path, MAIL + 'anchors = "yes"\n')


def test_without_the_table_nothing_is_mailed(tmp_path: Path) -> None:
    assert read(tmp_path, "") is None


def test_a_server_that_asks_for_nobody_needs_no_password(tmp_path: Path) -> None:
    found = read(tmp_path, MAIL)
    assert found == MailSetup("mail.bank.example", 587, "lobby@bank.example", ("mia@bank.example",))
    assert found.password == ""


def test_all_that_can_be_said_is_read(tmp_path: Path) -> None:
    a_password(tmp_path)
    found = read(tmp_path, MAIL.replace("mail.bank.example", "[2001:db8::25]") + LOGIN + "starttls = true\n")
    assert found is not None
    assert (found.host, found.port, found.user, found.starttls) == ("2001:db8::25", 587, "lobby", True)
    assert found.password == "correct horse"


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("mail.bank.example:587", "mail.bank.example", "mail.server", "a host and a port"),
        ("mail.bank.example:587", "mail.bank.example:0", "mail.server", "no port"),
        ("mail.bank.example:587", "smtp://mail:587", "mail.server", "a host and a port"),
        ('"lobby@bank.example"', '"lobby"', "mail.from", "is not a mail address"),
        ('"lobby@bank.example"', '"a@b.example\\r\\nBcc: c@d.example"', "mail.from", "is not a mail address"),
        ('["mia@bank.example"]', '["mia"]', "mail.to", "is not a mail address"),
        ('"lobby@bank.example"', '"lobby@bänk.example"', "mail.from", "Latin letters only"),
        ('"lobby@bank.example"', '"lob\\u0000by@bank.example"', "mail.from", "no text has (U+0000)"),
        ('"lobby@bank.example"', '"lobby@bank.example\\u007f"', "mail.from", "is not a mail address"),
        ('["mia@bank.example"]', '["mia@bank.example\\u001b"]', "mail.to", "is not a mail address"),
        ('["mia@bank.example"]', '["mia@банк.example"]', "mail.to", "Latin letters only"),
        ('["mia@bank.example"]', '["mia@bank.example", "Mia@bank.example"]', "mail.to", "twice"),
        ('["mia@bank.example"]', "[]", "mail.to", "is missing"),
        ("[mail]", "[mail]\nuser = 'x'", "mail.password_file", "write both or none"),
        ("[mail]", "[mail]\nport = 25", "mail.port", "is not a key here"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    assert reason in mistakes(tmp_path, MAIL.replace(old, new))[place]


def test_no_password_goes_over_a_connection_that_others_can_read(tmp_path: Path) -> None:
    a_password(tmp_path)
    assert "must be true" in mistakes(tmp_path, MAIL + LOGIN + "starttls = false\n")["mail.starttls"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = a_password(tmp_path, mode=mode)
    with pytest.raises(BadPassword, match="chmod 600"):
        read_password(path)
    assert "chmod 600" in mistakes(tmp_path, MAIL + LOGIN)["mail.password_file"]


@pytest.mark.parametrize("said", [b"", b"\n", b"two\nlines\n", b"\xff\xfe"])
def test_what_is_no_password_is_said_and_not_shown(tmp_path: Path, said: bytes) -> None:
    with pytest.raises(BadPassword) as bad:
        read_password(a_password(tmp_path, said))
    assert "two" not in str(bad.value)


def test_a_missing_password_is_said(tmp_path: Path) -> None:
    assert "cannot be read" in mistakes(tmp_path, MAIL + LOGIN)["mail.password_file"]
