"""Signing in by the bank's provider, which may do everything wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import TestResponse

from display_server.single_sign_on.provider import Provider
from lobby.brake import Brake
from lobby.config import BadBranchFile, load
from lobby.records import schema
from lobby.records.tokens import SESSION
from tests.builders import Clock
from tests.display_server.provider import CLIENT, SECRET, FakeProvider
from tests.end_to_end.branch_process import free_port
from tests.end_to_end.house import API, PASSWORD, House, a_house

SETUP = """
[single_sign_on]
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "sso-secret"
name = {{ en = "the bank's account" }}
{more}
[single_sign_on.roles]
administrator = ["admins"]
manager = ["managers", "deputies"]
teller = ["tellers"]
"""
GO = "/sign-in/single-sign-on"
PERSON = httpx.Client(trust_env=False, timeout=60)
"""The person's browser, as the provider sees it."""


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(clock: Clock) -> Iterator[FakeProvider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    provider = FakeProvider(clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("display_server.single_sign_on.provider.PATIENCE_S", 60.0)
        yield provider
    provider.close()


@pytest.fixture
def provider(running: FakeProvider) -> FakeProvider:
    running.reset()
    return running


def a_branch(folder: Path, provider: FakeProvider, clock: Clock, more: str = "") -> House:
    folder.mkdir(exist_ok=True)
    secret = folder / "sso-secret"
    secret.write_text(SECRET + "\n", encoding="utf-8")
    secret.chmod(0o600)
    said = SETUP.format(issuer=provider.issuer, client=CLIENT, more=more)
    return a_house(folder, clock, lambda text: text + said)


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory, running: FakeProvider, clock: Clock) -> Iterator[House]:
    house = a_branch(tmp_path_factory.mktemp("single") / "branch", running, clock)
    yield house
    house.server.close()


@pytest.fixture
def house(shared_house: House, provider: FakeProvider) -> House:
    """Nobody has come yet, and nothing is known of the provider."""
    server = shared_house.server
    with server.store.write() as connection:
        connection.execute(delete(schema.staff))
        connection.execute(delete(schema.tokens))
    server.forget_holders()
    server.brake = Brake()
    setup = server.config.single_sign_on
    assert setup is not None
    server.single_sign_on = Provider(setup, server.clock)
    before["acts"] = sum(1 for _ in server.acts.read())
    return shared_house


before = {"acts": 0}
"""How many acts were in the trail when the test began."""


def there(browser: FlaskClient, provider: FakeProvider, path: str = GO) -> str:
    """Goes to the provider; the address at which the browser would come back."""
    answer = browser.get(path)
    assert answer.status_code == 302, answer.text
    assert answer.location.startswith(f"{provider.issuer}/authorize?")
    sent = PERSON.get(answer.location)
    assert sent.status_code == 302
    return sent.headers["Location"].removeprefix("http://localhost")


def come(house: House, provider: FakeProvider, path: str = GO) -> tuple[FlaskClient, TestResponse]:
    """There and back."""
    browser = house.client()
    return browser, browser.get(there(browser, provider, path))


def acts(house: House) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(act.kind, act.actor, act.about, act.detail) for act in house.server.acts.read(before["acts"])]


# -- coming in


def test_whoever_comes_from_the_provider_is_signed_in_in_the_role_of_their_group(
    house: House, provider: FakeProvider
) -> None:
    browser, answer = come(house, provider, f"{GO}?next=/care")
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/care">' in answer.text
    assert "SameSite=Strict" in str(answer.headers.getlist("Set-Cookie"))
    assert browser.get("/care").status_code == 200
    assert browser.get("/manager").status_code == 403, "a teller"
    member = house.server.staff.named("maria")
    assert member is not None
    assert (member.name, member.role) == ("Maria Pérez", "teller")
    assert acts(house) == [
        ("staff-added", "single sign-on", "maria", {"as_role": "teller"}),
        ("signed-in", "maria", "", {"way": "single sign-on"}),
    ]


def test_the_second_time_it_is_the_same_account_in_the_role_of_now(house: House, provider: FakeProvider) -> None:
    first, _ = come(house, provider)
    provider.claims |= {"groups": ["deputies"], "preferred_username": "renamed", "name": "Maria Pérez-Ruiz"}
    browser, _ = come(house, provider)
    assert browser.get("/manager").status_code == 200
    assert first.get("/care").status_code == 302, "the session of the old role is over"
    assert [(one.username, one.name, one.role) for one in house.server.staff.members()] == [
        ("maria", "Maria Pérez-Ruiz", "manager")
    ]
    changed = {"was_as_role": "teller", "as_role": "manager"}
    assert ("staff-role-changed", "single sign-on", "maria", changed) in acts(house)


def test_of_several_groups_the_first_role_of_the_file_counts(house: House, provider: FakeProvider) -> None:
    provider.claims["groups"] = ["tellers", "somebody", "managers"]
    browser, _ = come(house, provider)
    assert browser.get("/manager").status_code == 200


def test_groups_that_the_token_leaves_out_are_asked_for(house: House, provider: FakeProvider) -> None:
    del provider.claims["groups"]
    provider.more = {"groups": ["managers"]}
    browser, _ = come(house, provider)
    assert browser.get("/manager").status_code == 200
    provider.more = {"groups": ["managers"], "sub": "somebody else"}
    assert come(house, provider)[1].status_code == 403


def test_groups_may_lie_within_another_claim(house: House, provider: FakeProvider) -> None:
    setup = house.server.config.single_sign_on
    assert setup is not None
    setup = msgspec.structs.replace(setup, role_claim="realm_access.roles")
    house.server.single_sign_on = Provider(setup, house.clock)
    provider.claims |= {"groups": [], "realm_access": {"roles": ["managers"]}}
    assert come(house, provider)[0].get("/manager").status_code == 200


def test_on_a_shared_machine_the_session_is_short(house: House, provider: FakeProvider, clock: Clock) -> None:
    browser, _ = come(house, provider, f"{GO}?shared=1")
    cookie = browser.get_cookie("lobby")
    assert cookie is not None
    assert cookie.max_age is None
    clock.forward(11 * 60)
    assert browser.get("/care").status_code == 302


def test_keys_that_the_provider_has_changed_are_asked_for_again_once_a_minute(
    house: House, provider: FakeProvider, clock: Clock
) -> None:
    assert come(house, provider)[1].status_code == 200
    clock.forward(120)
    provider.change_keys()
    assert come(house, provider)[1].status_code == 200
    provider.change_keys()
    assert come(house, provider)[1].status_code == 403
    assert provider.asked.count("/keys") == 2
    clock.forward(61)
    assert come(house, provider)[1].status_code == 200


# -- kept out


@pytest.mark.parametrize(
    "wrong",
    [
        *("nonce", "no nonce", "expired", "no exp", "audience", "audiences", "issuer", "not yet", "no sub", "at_hash"),
        *("alg none", "signed by the client's secret", "signed by the public key as a secret", "another key"),
        *("changed on the way", "nonsense", "no ID token", "no keys"),
    ],
)
def test_a_token_that_is_not_right_lets_nobody_in(house: House, provider: FakeProvider, wrong: str) -> None:
    provider.wrong = wrong
    browser, answer = come(house, provider)
    assert answer.status_code == 403
    assert "an answer that cannot be trusted" in answer.text
    assert browser.get_cookie("lobby") is None
    assert house.server.staff.members() == []
    assert house.server.tokens.good(house.clock(), SESSION) == []
    assert acts(house)[-1] == ("single-sign-on-refused", "unknown", "", {"why": "NotTrusted"})


@pytest.mark.parametrize("where", ["down", "down at /token", "down at /keys"])
def test_a_provider_that_is_away_is_said_so_and_the_password_still_works(
    house: House, provider: FakeProvider, where: str
) -> None:
    house.member("root", "administrator")
    browser = house.client()
    if where == "down":
        provider.wrong = where
        answer = browser.get(GO)
    else:
        back = there(browser, provider)
        provider.wrong = where
        answer = browser.get(back)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert browser.post("/sign-in", data={"username": "root", "password": PASSWORD}).status_code == 302
    provider.wrong = ""
    assert come(house, provider)[1].status_code == 200


def test_a_provider_that_does_not_answer_at_all_is_away(house: House, provider: FakeProvider) -> None:
    nobody, setup = f"http://127.0.0.1:{free_port()}", house.server.config.single_sign_on
    assert setup is not None
    house.server.single_sign_on = Provider(msgspec.structs.replace(setup, issuer=nobody), house.clock)
    assert house.client().get(GO).status_code == 503


def test_another_providers_description_is_not_trusted(house: House, provider: FakeProvider) -> None:
    provider.wrong = "another provider's address"
    assert house.client().get(GO).status_code == 403


def test_a_way_back_that_did_not_begin_in_this_browser_leads_nowhere(house: House, provider: FakeProvider) -> None:
    back = there(house.client(), provider)
    asked = len(provider.asked)
    answer = house.client().get(back)
    assert answer.status_code == 403
    assert "in another window" in answer.text
    assert len(provider.asked) == asked, "the code was not even sent"


def test_a_way_back_with_another_state_or_too_late_or_twice_leads_nowhere(
    house: House, provider: FakeProvider, clock: Clock
) -> None:
    provider.wrong = "state"
    assert come(house, provider)[1].status_code == 403
    provider.wrong = ""
    browser = house.client()
    back = there(browser, provider)
    clock.forward(601)
    assert browser.get(back).status_code == 403
    browser = house.client()
    back = there(browser, provider)
    assert browser.get(back).status_code == 200
    assert browser.get(back).status_code == 403


def test_a_cookie_that_somebody_made_up_leads_nowhere(house: House, provider: FakeProvider) -> None:
    browser = house.client()
    back = there(browser, provider)
    cookie = browser.get_cookie("lobby-sign-in", path="/sign-in")
    assert cookie is not None
    told, _, seal = cookie.value.rpartition(".")
    browser.set_cookie("lobby-sign-in", f"{told}.{seal[::-1]}", path="/sign-in")
    assert browser.get(back).status_code == 403


def test_coming_back_without_end_does_not_fill_the_trail(house: House, provider: FakeProvider) -> None:
    """A line is kept for ever, and anybody may ask for this address."""
    stranger = house.client()
    codes = [stranger.get(f"{GO}/back?error=access_denied").status_code for _ in range(60)]
    assert codes == [403] * 50 + [429] * 10
    assert len(acts(house)) == 50
    house.server.brake = Brake()
    for _ in range(55):
        assert come(house, provider)[1].status_code == 200


def test_whoever_loses_the_group_has_no_code_to_come_in_by(house: House, provider: FakeProvider) -> None:
    browser, _ = come(house, provider)
    code = browser.post("/sessions/code").text.split('given-code" dir="ltr">')[1][:9]
    provider.claims["groups"] = []
    assert come(house, provider)[1].status_code == 403
    answer = house.client().post(f"{API}/sessions", json={"username": "maria", "password": code})
    assert answer.status_code == 401


def test_whoever_the_provider_refuses_is_told_kindly(house: House, provider: FakeProvider) -> None:
    provider.wrong = "denied"
    answer = come(house, provider)[1]
    assert answer.status_code == 403
    assert "did not let you in" in answer.text
    assert acts(house)[-1][3] == {"why": "ProviderRefused: access_denied"}


def test_whoever_has_no_group_of_ours_is_told_whom_to_ask_and_gets_no_account(
    house: House, provider: FakeProvider
) -> None:
    provider.claims["groups"] = ["cleaners"]
    answer = come(house, provider)[1]
    assert answer.status_code == 403
    assert "ask your administrator" in answer.text
    assert house.server.staff.members() == []


def test_whoever_loses_the_group_loses_the_session_too(house: House, provider: FakeProvider) -> None:
    browser, _ = come(house, provider)
    provider.claims["groups"] = []
    assert come(house, provider)[1].status_code == 403
    assert browser.get("/care").status_code == 302


def test_a_user_name_that_somebody_else_has_is_not_taken_over(house: House, provider: FakeProvider) -> None:
    house.member("maria", "administrator")
    browser, answer = come(house, provider)
    assert answer.status_code == 403
    assert "somebody else" in answer.text
    assert browser.get("/").status_code == 302
    house.server.staff.link("maria", f"{provider.issuer} 248289761001", house.clock())
    assert come(house, provider)[1].status_code == 200, "once an administrator has linked them"


def test_a_closed_account_stays_closed(house: House, provider: FakeProvider) -> None:
    come(house, provider)
    house.server.staff.disable("maria", house.clock())
    answer = come(house, provider)[1]
    assert answer.status_code == 403
    assert "is closed" in answer.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 65, "line\nbreak", 7, None])
def test_a_user_name_that_is_none_is_refused(house: House, provider: FakeProvider, name: object) -> None:
    provider.claims["preferred_username"] = name
    assert come(house, provider)[1].status_code == 403


def test_who_comes_by_single_sign_on_has_no_password_here(house: House, provider: FakeProvider) -> None:
    come(house, provider)
    for password in ("", "maria", PASSWORD):
        answer = house.client().post(f"{API}/sessions", json={"username": "maria", "password": password})
        assert answer.status_code == 401


def test_who_has_no_password_signs_in_at_the_console_with_a_code_once(house: House, provider: FakeProvider) -> None:
    def sign_in(username: str, password: str) -> TestResponse:
        return house.client().post(f"{API}/sessions", json={"username": username, "password": password})

    browser, _ = come(house, provider)
    house.member("ann", "teller")
    code, other = (browser.post("/sessions/code").text.split('given-code" dir="ltr">')[1][:9] for _ in range(2))
    assert house.ask("GET", "/queue", "", Authorization=f"Bearer {code.replace('-', '')}").status_code == 401
    assert sign_in("ann", other).status_code == 401, "it is somebody else's"
    answer = sign_in("maria", code.lower())
    assert answer.json is not None
    assert house.ask("GET", "/queue", "", Authorization=f"Bearer {answer.json['token']}").status_code == 200
    assert sign_in("maria", code).status_code == 401
    assert {"way": "code"} in [detail for *_, detail in acts(house)]
    assert code not in str(acts(house))
    house.clock.forward(601)
    late = browser.post("/sessions/code").text.split('given-code" dir="ltr">')[1][:9]
    house.clock.forward(601)
    assert sign_in("maria", late).status_code == 401


def test_without_passwords_only_administrators_come_in_by_one(
    tmp_path: Path, provider: FakeProvider, clock: Clock
) -> None:
    house = a_branch(tmp_path / "b", provider, clock, "passwords = false")
    for name, role in (("root", "administrator"), ("ann", "teller")):
        first = house.server.staff.add(name, name.title(), role, clock(), one_time=False)
        answer = house.client().post("/sign-in", data={"username": name, "password": first})
        assert answer.status_code == (302 if role == "administrator" else 403), answer.text
    house.server.close()


# -- going


def test_signing_out_here_signs_out_there(house: House, provider: FakeProvider) -> None:
    browser, _ = come(house, provider)
    answer = browser.post("/sign-out")
    assert (
        f"{provider.issuer}/end?client_id={CLIENT}&amp;post_logout_redirect_uri=http%3A%2F%2Flocalhost" in answer.text
    )
    assert browser.get("/care").status_code == 302
    provider.wrong = "down"
    browser = house.client()
    browser.set_cookie("lobby", house.server.tokens.create(SESSION, "maria", "teller", house.clock()))
    assert house.server.single_sign_on is not None
    house.server.single_sign_on._about = None
    assert browser.post("/sign-out").location == "/sign-in", "the provider is away; here it is over all the same"
    assert browser.get("/care").status_code == 302


# -- the page and the file


def test_the_page_has_a_button_where_it_is_set_up_and_none_where_not(house: House, tmp_path: Path) -> None:
    assert "Sign in with the bank&#39;s account" in house.client().get("/sign-in?next=/care").text
    assert f'href="{GO}?next=/care"' in house.client().get("/sign-in?next=/care").text
    plain = a_house(tmp_path / "plain", Clock())
    assert GO not in plain.client().get("/sign-in").text
    assert plain.client().get(GO).status_code == 404
    plain.server.close()


def test_nothing_that_is_written_has_the_secret_or_a_code(
    house: House, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for wrong in ("", "nonce", "down at /token", "denied"):
        provider.wrong = wrong
        come(house, provider)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("display_server", "lobby"))]
    assert ours
    for written in (*ours, str(acts(house))):
        assert SECRET not in written
        assert "code-" not in written


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("http://127.0.0.1", "http://login.bank.example"), "single_sign_on.issuer"),
        (('client_secret_file = "sso-secret"', ""), "single_sign_on.client_secret_file"),
        (('client_secret_file = "sso-secret"', 'client_secret_file = "nowhere"'), "single_sign_on.client_secret_file"),
        (("teller = [", "cleaner = ["), "single_sign_on.roles.cleaner"),
        (("client_id", "client"), "single_sign_on.client_id"),
        (('name = { en = "the bank\'s account" }', 'scopes = ["profile"]'), "single_sign_on.scopes"),
    ],
)
def test_a_setup_that_cannot_work_is_said_with_its_place(house: House, change: tuple[str, str], where: str) -> None:
    file = house.server.folder / "branch.toml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")
    try:
        with pytest.raises(BadBranchFile) as refused:
            load(house.server.folder)
    finally:
        file.write_text(text, encoding="utf-8")
    assert where in [mistake.where for mistake in refused.value.mistakes]


def test_the_secret_may_come_from_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    file = house.server.folder / "branch.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('client_secret_file = "sso-secret"', 'client_secret_env = "SSO"'), encoding="utf-8")
    try:
        setup = load(house.server.folder).single_sign_on
    finally:
        file.write_text(text, encoding="utf-8")
    assert setup is not None
    monkeypatch.setenv("SSO", SECRET)
    assert setup.secret == SECRET
    assert SECRET not in repr(setup)
