"""Anchors and tickets' checks as they come back from paper and mail: read as what they were, or refused."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from lobby.records.anchor import Anchor, NotAnAnchor, read_anchor, read_anchors
from lobby.records.groups import NotACode, grouped, same
from tests.builders import TUESDAY
from tests.fuzz.cases import cases, within
from tests.fuzz.spoilt import spoilt_text

SOON_S = 5.0
HASH = grouped(bytes(range(32)), 160)
ANCHOR = Anchor("main-street", TUESDAY, 48_211, HASH, 1203, grouped(bytes(32), 160))


@cases(300)
@given(st.one_of(spoilt_text(str(ANCHOR), ("anchor ", "-", "O", "0", "l", "9" * 30)), st.text(max_size=60)))
@example(str(ANCHOR).lower().replace("0", "o"))
@example(str(ANCHOR).replace("48211", "٤٨٢١١"))
@example(str(ANCHOR).replace("2024-", "0000-"))
def test_an_anchor_that_is_read_is_the_one_that_was_made(text: str) -> None:
    with within(SOON_S), suppress(NotAnAnchor):
        assert read_anchor(text) == ANCHOR
    with within(SOON_S), suppress(NotAnAnchor):
        assert set(read_anchors(f"Hello,\n\n{text}\n")) <= {ANCHOR}


@cases(200)
@given(spoilt_text(HASH, ("-", "O", "I", "u")), st.sampled_from([20, 40, 160]))
def test_a_code_that_is_typed_is_one_or_none(text: str, bits: int) -> None:
    with within(SOON_S), suppress(NotACode):
        assert same(same(text, bits), bits) == same(text, bits)
