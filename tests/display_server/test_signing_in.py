"""Sessions that end by themselves, passwords that must be replaced, what the audit trail knows of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lobby.admission import Admission
from lobby.brake import Brake
from lobby.command_line.staff import staff as staff_command
from lobby.command_line.token import token as token_command
from lobby.errors import StorageFull
from lobby.records import schema
from lobby.records.tokens import DEVICE, SESSION
from tests.builders import Clock
from tests.end_to_end.house import API, MAIN, PASSWORD, House, a_house

RULES = "[server]\nsession_hours = 8\nidle_min = 30\nshared_idle_min = 5\npassword_days = 90\n"
DAY_S = 24 * 3600


def with_rules(text: str) -> str:
    assert "[server]\n" in text
    return text.replace("[server]\n", RULES, 1)


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = a_house(tmp_path_factory.mktemp("signing") / "branch", Clock(), with_rules)
    for name, role in (("boss", "manager"), ("ann", "teller"), ("root", "administrator")):
        house.server.staff.add(name, name.title(), role, house.clock())
    yield house
    house.server.close()


HASH = PasswordHasher().hash(PASSWORD)


@pytest.fixture
def house(shared_house: House) -> House:
    """Nobody is signed in; no password is old, and nobody waits after a wrong one."""
    for name in ("boss", "ann", "root"):
        shared_house.server.tokens.revoke_all(name, SESSION, shared_house.clock())
        shared_house.server.staff.keep(name, HASH, shared_house.clock())
    shared_house.server.brake = Brake()
    shared_house.server.forget_holders()
    return shared_house


def sign_in(house: House, username: str = "boss", **form: str) -> FlaskClient:
    """A browser that has signed in."""
    browser = house.client()
    answer = browser.post("/sign-in", data={"username": username, "password": PASSWORD, **form})
    assert answer.status_code == 302, answer.text
    return browser


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/manager").status_code == 200


def acts(house: House) -> list[tuple[str, str, str]]:
    return [(act.kind, act.actor, act.about) for act in house.server.acts.read()]


def later(house: House, seconds: float) -> None:
    house.clock.forward(seconds)


def test_a_session_ends_when_nobody_used_it_for_half_an_hour(house: House) -> None:
    browser = sign_in(house)
    for _ in range(4):
        later(house, 25 * 60)
        assert is_in(browser)
    later(house, 31 * 60)
    assert not is_in(browser)


def test_a_session_on_a_shared_machine_ends_after_five_minutes_and_with_the_browser(house: House) -> None:
    browser = sign_in(house, shared="1")
    assert browser.get_cookie("lobby").max_age is None
    later(house, 4 * 60)
    assert is_in(browser)
    later(house, 6 * 60)
    assert not is_in(browser)


def test_a_session_ends_after_its_hours_however_busy_it_is(house: House) -> None:
    browser = sign_in(house)
    assert browser.get_cookie("lobby").max_age == 8 * 3600
    for _ in range(23):
        later(house, 20 * 60)
        assert is_in(browser)
    later(house, 21 * 60)
    assert not is_in(browser)


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(house: House) -> None:
    browser = sign_in(house)
    for _ in range(3):
        later(house, 9 * 60)
        assert browser.get(f"{MAIN}/timeline", headers={"Lobby-Unattended": "1"}).status_code != 401
    later(house, 4 * 60)
    assert not is_in(browser)


def test_neither_does_what_a_kiosk_or_a_screen_in_the_same_browser_asks_for(house: House) -> None:
    browser = sign_in(house)
    browser.set_cookie("lobby-kiosk", house.token("kiosk"))
    browser.set_cookie("lobby-display", house.token("display"))
    for _ in range(4):
        later(house, 9 * 60)
        assert browser.get("/media").status_code == 200
        assert browser.get("/information").status_code == 200
        assert browser.get("/kiosk/offer").status_code == 200
    assert not is_in(browser)
    (kiosk,) = house.server.tokens.good(house.clock(), DEVICE, "kiosk")
    later(house, 3600)
    assert browser.get("/kiosk/offer").status_code == 200
    (used,) = house.server.tokens.good(house.clock(), DEVICE, "kiosk")
    assert (used.used_at or 0) > (kiosk.used_at or 0), "but that the kiosk is there is written down"


def test_that_a_session_is_used_is_written_down_once_a_minute(house: House) -> None:
    browser, written = sign_in(house), []
    touch = house.server.tokens.touch
    house.server.tokens.touch = lambda token, now: written.append(now) or touch(token, now)  # type: ignore[method-assign, func-returns-value]
    try:
        for _ in range(30):
            later(house, 4)
            assert is_in(browser)
    finally:
        house.server.tokens.touch = touch  # type: ignore[method-assign]
    assert len(written) == 2


def test_a_device_stays_however_long_it_rests(house: House) -> None:
    house.token("display")
    later(house, 400 * DAY_S)
    assert house.get("/board", "display").status_code == 200


def test_signing_in_and_out_is_in_the_trail_and_no_wrong_password_is(house: House) -> None:
    before = len(acts(house))
    browser = sign_in(house)
    browser.post("/sign-out")
    house.client().post("/sign-in", data={"username": "ann", "password": "wrong-secret"})
    house.client().post("/sign-in", data={"username": "my-secret-typed-here", "password": "x"})
    assert acts(house)[before:] == [
        ("signed-in", "boss", ""),
        ("signed-out", "boss", ""),
        ("sign-in-failed", "ann", ""),
        ("sign-in-failed", "unknown", ""),
    ]
    assert "secret" not in str(list(house.server.acts.read()))


def test_a_person_ends_all_other_sessions_and_goes_on(house: House) -> None:
    lost, here, other = sign_in(house), sign_in(house), sign_in(house, "ann")
    page = here.get("/sessions")
    assert page.status_code == 200
    assert page.text.count("<tr>") == 1 + 2
    assert here.post("/sessions/end").status_code == 302
    assert (is_in(lost), is_in(here)) == (False, True)
    assert other.get("/sessions").status_code == 200
    assert acts(house)[-1] == ("sessions-ended", "boss", "boss")


def test_signing_out_ends_the_session_and_leaves_the_device_paired(house: House) -> None:
    browser = sign_in(house)
    browser.set_cookie("lobby-display", house.token("display"))
    token = browser.get_cookie("lobby").value
    assert browser.delete(f"{API}/sessions").status_code == 204
    assert house.server.tokens.holder(token, house.clock()) is None
    assert browser.get("/screen").status_code == 200


def test_a_password_that_is_too_old_must_be_replaced_before_anything_else(house: House) -> None:
    later(house, 91 * DAY_S)
    browser = house.client()
    answer = browser.post("/sign-in", data={"username": "boss", "password": PASSWORD})
    assert answer.location == "/new-password"
    assert browser.get("/manager").location == "/new-password"
    new = {"password": PASSWORD, "new_password": "quite another one", "repeat": "quite another one"}
    assert browser.post("/new-password", data=new).location == "/"
    assert is_in(browser)
    house.server.staff.keep("boss", HASH, house.clock())


@pytest.mark.parametrize(
    ("new", "said"), [("Welcome2026!", "would try this password first"), ("bossbossboss-1", "your user name")]
)
def test_a_password_that_others_would_guess_is_refused_in_plain_words(house: House, new: str, said: str) -> None:
    browser = sign_in(house)
    answer = browser.post("/new-password", data={"password": PASSWORD, "new_password": new, "repeat": new})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_hash_of_weaker_parameters_is_made_anew_when_the_person_signs_in(house: House) -> None:
    weak = PasswordHasher(time_cost=2, memory_cost=16, parallelism=2).hash(PASSWORD)
    table = schema.staff
    with house.server.store.write() as connection:
        connection.execute(update(table).where(table.c.username == "ann").values(password=weak))
    sign_in(house, "ann")
    with house.server.store.read() as connection:
        kept = connection.execute(select(table.c.password).where(table.c.username == "ann")).scalar_one()
    assert kept != weak
    sign_in(house, "ann")


def test_guesses_from_one_place_do_not_keep_colleagues_out(house: House) -> None:
    def tried(username: str, password: str, address: str = "10.0.0.9") -> int:
        form = {"username": username, "password": password}
        return house.client().post("/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code

    assert [tried("ann", "wrong") for _ in range(6)] == [401] * 5 + [429]
    again = {"username": "ann", "password": "wrong"}
    refused = house.client().post("/sign-in", data=again, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert tried("boss", PASSWORD) == 302
    assert tried("ann", PASSWORD, "10.0.0.7") == 302, "nor the person, from where they work"


def test_who_knows_one_password_does_not_guess_the_others_the_longer_for_it(house: House) -> None:
    def tried(username: str, password: str) -> int:
        form = {"username": username, "password": password}
        return house.client().post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "10.0.0.8"}).status_code

    codes = []
    for colleague in range(14):
        codes += [tried(f"colleague-{colleague}", "Spring2026!") for _ in range(4)]
        codes.append(tried("boss", PASSWORD))
    assert 429 in codes


def test_so_many_right_sign_ins_from_one_address_make_nobody_wait(house: House) -> None:
    for _ in range(60):
        sign_in(house)


def test_whoever_sits_at_anothers_session_guesses_at_the_password_behind_a_brake(house: House) -> None:
    browser = sign_in(house)

    def chosen(old: str, new: str) -> int:
        return browser.post("/new-password", data={"password": old, "new_password": new, "repeat": new}).status_code

    assert [chosen(PASSWORD, "short") for _ in range(6)] == [422] * 6, "that was no guess"
    assert [chosen(f"guess {n}", "quite another one") for n in range(6)] == [401] * 5 + [429]
    assert chosen(PASSWORD, "quite another one") == 429
    later(house, 1)
    assert chosen(PASSWORD, "quite another one") == 302
    assert sign_in_with(house, "boss", PASSWORD) == 401


def test_a_name_without_end_does_not_fill_the_memory_of_the_brake(house: House) -> None:
    sign_in_with(house, "x" * 50_000, "guess")
    assert max(map(len, house.server.brake._attempts)) < 200


# -- codes for the console


def a_code(browser: FlaskClient) -> str:
    return browser.post("/sessions/code").text.split('given-code" dir="ltr">')[1][:9]


def sign_in_with(house: House, username: str, password: str) -> int:
    return house.client().post("/sign-in", data={"username": username, "password": password}).status_code


@pytest.mark.parametrize("way", ["others ended", "password changed", "ended by an administrator", "another role"])
def test_a_code_made_in_a_session_that_was_ended_opens_nothing(house: House, way: str) -> None:
    lost, root = sign_in(house, "ann"), sign_in(house, "root")
    code = a_code(lost)
    if way == "others ended":
        sign_in(house, "ann").post("/sessions/end")
    elif way == "password changed":
        new = "quite another one"
        lost.post("/new-password", data={"password": PASSWORD, "new_password": new, "repeat": new})
    elif way == "ended by an administrator":
        (kept,) = house.server.tokens.good(house.clock(), SESSION, "ann")
        root.post("/devices/end", data={"id": kept.id})
    else:
        Admission(house.server.folder).end_sessions("ann")
    assert sign_in_with(house, "ann", code) == 401


def test_who_signs_in_by_code_after_code_stays_no_longer_than_the_first_session(house: House) -> None:
    browser = sign_in(house)
    for _ in range(5):
        later(house, 95 * 60 - 1)  # its idle time is longer here
        house.server.tokens.touch(browser.get_cookie("lobby").value, house.clock())
        assert is_in(browser)
        code, browser = a_code(browser), house.client()
        assert browser.post("/sign-in", data={"username": "boss", "password": code}).status_code == 302
    later(house, 5 * 60 + 6)
    assert not is_in(browser)


def test_a_code_is_over_after_ten_minutes(house: House) -> None:
    code = a_code(sign_in(house))
    later(house, 601)
    assert sign_in_with(house, "boss", code) == 401


# -- another role, while there


def test_whoever_lost_a_role_has_it_no_more_even_in_a_session_that_went_on(house: House) -> None:
    """One that was begun in the same moment."""
    browser = sign_in(house)
    house.server.staff.place("boss", "teller")
    house.server.forget_holders()
    try:
        assert not is_in(browser)
        assert browser.get(f"{MAIN}/queue").status_code == 200
    finally:
        house.server.staff.place("boss", "manager")


# -- what an administrator sees


def test_an_administrator_makes_a_code_and_ends_a_device_and_both_are_in_the_trail(house: House) -> None:
    root, device = sign_in(house, "root"), house.client()
    page = root.post("/devices/codes", data={"name": "Kiosk 9", "role": "kiosk"})
    code = page.text.split('class="given-code" dir="ltr">')[1][:9]
    assert device.post("/pair", data={"code": code}).location == "/kiosk/"
    assert device.get("/kiosk/offer").status_code == 200
    (kept,) = house.server.tokens.good(house.clock(), DEVICE, "Kiosk 9")
    assert f'value="{kept.id}"' in root.get("/devices").text
    assert root.post("/devices/end", data={"id": kept.id}).status_code == 302
    assert device.get("/kiosk/offer").status_code == 401
    assert acts(house)[-3:] == [
        ("pairing-code-made", "root", "Kiosk 9"),
        ("device-paired", "Kiosk 9", "Kiosk 9"),
        ("token-revoked", "root", "Kiosk 9"),
    ]
    assert code not in str(list(house.server.acts.read()))


def test_an_administrator_ends_somebodys_session(house: House) -> None:
    root, boss = sign_in(house, "root"), sign_in(house)
    (kept,) = house.server.tokens.good(house.clock(), SESSION, "boss")
    root.post("/devices/end", data={"id": kept.id})
    assert not is_in(boss)
    assert is_in(root)


@pytest.mark.parametrize("form", [{"name": "x", "role": "manager"}, {"name": " ", "role": "kiosk"}, {}])
def test_a_code_is_for_a_device_with_a_name(house: House, form: dict[str, str]) -> None:
    assert sign_in(house, "root").post("/devices/codes", data=form).status_code == 422


# -- on the machine itself


def test_a_token_is_listed_without_its_secret_replaced_and_ended(tmp_path: Path) -> None:
    house, now, where = a_house(tmp_path / "branch", Clock()), 10**13, ["--data", str(tmp_path / "branch")]

    def lobby(*words: str) -> str:
        done = CliRunner().invoke({"token": token_command, "staff": staff_command}[words[0]], [*words[1:], *where])
        assert done.exit_code == 0, done.output
        return done.output.strip()

    token = lobby("token", "create", "--role", "kiosk", "--name", "Kiosk 1")
    id, role, name, *_ = lobby("token", "list").splitlines()[1].split("\t")
    assert (role, name, token in id) == ("kiosk", "Kiosk 1", False)
    fresh = lobby("token", "rotate", id)
    assert house.server.tokens.holder(token, now) is None
    found = house.server.tokens.holder(fresh, now)
    assert found is not None
    assert (found.name, found.role) == ("Kiosk 1", "kiosk")
    assert lobby("token", "revoke", "--name", "Kiosk 1") == "1 revoked"
    assert house.server.tokens.holder(fresh, now) is None
    lobby("staff", "add", "--role", "teller", "--name", "Zoe", "zoe")
    lobby("staff", "role", "zoe", "supervisor")
    assert "zoe\tsupervisor\tZoe" in lobby("staff", "list")
    done = ["token-created", "token-rotated", "token-revoked", "staff-added", "staff-role-changed"]
    assert [kind for kind, _, _ in acts(house)] == done
    house.server.close()


@pytest.mark.parametrize(
    "words", [["add", "--role", "manager", "--name", "Zoe", "zoe"], ["role", "ann", "manager"], ["remove", "ann"]]
)
def test_what_the_trail_cannot_take_does_not_happen_to_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    house = a_house(tmp_path / "branch", Clock())
    house.server.staff.add("ann", "Ann", "teller", house.clock())
    before = house.server.staff.members()

    def full(*given: object, **detail: object) -> None:
        raise StorageFull()

    monkeypatch.setattr(Admission, "note", full)
    assert CliRunner().invoke(staff_command, [*words, "--data", str(tmp_path / "branch")]).exit_code == 1
    assert house.server.staff.members() == before
    house.server.close()
