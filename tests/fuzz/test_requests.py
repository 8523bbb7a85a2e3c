"""Every address of the server, with any cookies, headers, values and bodies, for anybody: no answer is a fault, and no
page says back what it was sent as if it were a part of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from werkzeug.routing import Rule

from display_server.gate.access import COOKIES
from lobby.access import MANAGER, ROLES
from tests.builders import Clock
from tests.end_to_end.house import House, a_house
from tests.fuzz.busy_house import KEYS, familiar, fill
from tests.fuzz.cases import cases, within
from tests.fuzz.spoilt import STRANGE, STRANGE_TEXTS

LONG_S = 5.0
MARK = "<script>'\"&x"
"""What a page may say only in letters."""

STRANGE_VALUES = st.one_of(st.sampled_from([*STRANGE_TEXTS, MARK, "x" * 5000]), st.text(max_size=20))
IN_HEADERS = STRANGE_VALUES.map(
    lambda text: text.encode("utf-8", "replace").decode("latin-1").translate(dict.fromkeys(b"\r\n\0"))
)
HEADERS = {
    "Accept": ["text/html", "application/json", "*/*;q=0.1,x/y;q=9e9"],
    "Accept-Encoding": ["gzip", "br;q=1e9", "identity;q=0, *;q=0"],
    "Accept-Language": ["ar", "zh-Hant;q=0.5,ru;q=nan", "*"],
    "Authorization": ["Bearer", "Basic Og==", "Bearer \xff"],
    "Content-Type": [
        "application/json",
        "text/html; charset=x",
        "multipart/form-data; boundary=a",
        "application/x-www-form-urlencoded",
    ],
    "Cookie": ["lobby", "lobby=; lobby=\xff", ";;=;", "lobby=" + "x" * 4000],
    "Host": ["localhost", "evil.example", "[::1", "a b", ""],
    "If-Modified-Since": ["Mon, 99 Foo 99999 99:99:99 GMT", "0"],
    "If-None-Match": ["*", 'W/"', '"' * 50],
    "Lobby-Time": ["1", "-1", "9" * 30],
    "Origin": ["null", "http://evil.example", "http://localhost"],
    "Range": ["bytes=0-", "bytes=-0,5-1", "bytes=9999999999999999999-", "lines=1"],
    "Sec-Fetch-Site": ["cross-site", "same-origin"],
    "X-Forwarded-For": ["1.2.3.4", "x, y", "::"],
    "X-Forwarded-Proto": ["https", "ftp,gopher"],
}
ARGUMENTS = [
    "about", "after", "code", "counter", "day", "everyone", "format", "from", "id", "kind", "language", "limit", "next",
    "person", "q", "screen", "service", "since", "state", "to", "token", "v", "what",
]  # fmt: skip
SOMEBODY = st.sampled_from([MANAGER] * 4 + [*ROLES, ""])


@pytest.fixture(scope="module")
def house(memory_folder: Path) -> Iterator[House]:
    with TemporaryDirectory(dir=memory_folder) as folder:
        made = a_house(Path(folder) / "branch", Clock())
        fill(made)
        yield made
        made.server.close()


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    fields = draw(
        st.dictionaries(
            st.sampled_from([*ARGUMENTS, "username", "password", "rating", "text", "pin", "key"]), STRANGE, max_size=5
        )
    )
    as_json = json.dumps(fields, default=str).encode()
    as_form = "&".join(f"{name}={value}" for name, value in fields.items()).encode("utf-8", "replace")
    return draw(
        st.one_of(
            st.just(as_json), st.just(as_form), st.binary(max_size=30), st.just(b"[" * 20_000), st.just(b"x" * 70_000)
        )
    )


@pytest.mark.slow
def test_no_address_answers_with_a_fault_or_says_back_what_it_was_sent(house: House) -> None:
    rules = [rule for rule in house.app.url_map.iter_rules() if "<path:" not in rule.rule or "static" not in rule.rule]
    assert len(rules) > 150

    @cases(600)
    @given(st.sampled_from(rules), SOMEBODY, st.data())
    def is_answered(rule: Rule, role: str, draw: st.DataObject) -> None:
        ask(house, rule, role, draw)

    is_answered()


def address(house: House, rule: Rule, draw: st.DataObject) -> str:
    """The rule's address, its parts mostly such as there are."""

    def part(name: str) -> str:
        known = getattr(rule._converters[name], "items", None) or ["1"]
        value = draw.draw(st.one_of(st.sampled_from(sorted(known)), STRANGE_VALUES))
        return quote(str(familiar(house, {name: value}, draw)[name]), safe="")

    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: part(found[1]), rule.rule)


def ask(house: House, rule: Rule, role: str, draw: st.DataObject) -> None:
    path = address(house, rule, draw)
    headers = {
        name: draw.draw(st.one_of(st.sampled_from(HEADERS[name]), IN_HEADERS))
        for name in draw.draw(st.sets(st.sampled_from(sorted(HEADERS)), max_size=4))
    }
    headers |= {"Idempotency-Key": f"request {next(KEYS)}"}
    client = house.client()
    if role and draw.draw(st.booleans()):
        headers["Authorization"] = f"Bearer {house.token(role)}"
    elif role:
        client.set_cookie(draw.draw(st.sampled_from(COOKIES)), house.token(role))
    asked = familiar(house, draw.draw(st.dictionaries(st.sampled_from(ARGUMENTS), STRANGE_VALUES, max_size=3)), draw)
    method = draw.draw(st.sampled_from(sorted((rule.methods or {"GET"}) - {"OPTIONS"})))
    body = draw.draw(bodies()) if method not in {"GET", "HEAD"} else None
    note(f"as {role or 'nobody'}: {method} {path} {asked} {headers} {body!r}")
    house.clock.forward(1)  # or most of the answers would be that it is too often
    with within(LONG_S):
        answer = client.open(path, method=method, headers=headers, query_string=asked, data=body, buffered=True)
    assert answer.status_code < 500 or answer.status_code == 503, answer.text[:500]
    assert "Traceback" not in (said := answer.get_data().decode("utf-8", "replace"))
    if answer.mimetype == "text/html":
        assert MARK not in said


@pytest.mark.parametrize("name", ["about", "actor", "at", "kind", "role", "self"])
def test_what_is_asked_by_a_name_that_the_trail_has_itself_is_no_fault(house: House, name: str) -> None:
    assert house.get(f"/reports/period?{name}=day").status_code == 200
    assert house.post("/quiet-voice", {name: "x"}).status_code == 422
