from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.document import Document, Element, Items, Number, Qr, Rule, Space, Text, decode, encode
from hardware.errors import DeviceError, OutcomeUnknown
from hardware.profiles import EIGHTY_MM, TM_T88, profile_named
from hardware.sample_slip import WORDINGS, sample_slip

elements = st.one_of(
    st.builds(Text, st.text(max_size=40), size=st.integers(8, 200), bold=st.booleans(), language=st.just("ar")),
    st.builds(Number, st.text(min_size=1, max_size=8), height_mm=st.floats(3, 60)),
    st.builds(Items, st.text(max_size=20), st.lists(st.text(max_size=20), max_size=4).map(tuple)),
    st.builds(Qr, st.text(min_size=1, max_size=60), module_dots=st.integers(2, 24)),
    st.just(Rule()),
    st.builds(Space, st.integers(0, 2000)),
)


@given(st.lists(elements, max_size=6))
def test_a_document_comes_back_from_its_bytes_as_it_was(parts: list[Element]) -> None:
    document = Document(tuple(parts), "en", copy=2)
    assert decode(encode(document)) == document


@pytest.mark.parametrize("language", WORDINGS)
def test_the_sample_slip_can_be_stored_in_each_language(language: str) -> None:
    assert decode(encode(sample_slip(language))) == sample_slip(language)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b'{"elements": [], "language": ""}', "language"),
        (b'{"elements": [{"type": "picture"}], "language": "en"}', "elements[0]"),
        (b'{"elements": [{"type": "space", "dots": -1}], "language": "en"}', "elements[0].dots"),
        (b'{"elements": [{"type": "text", "text": "x", "size": 9000}], "language": "en"}', "elements[0].size"),
        (b'{"elements": [{"type": "number", "text": "A\xff"}], "language": "en"}', "utf-8"),
    ],
)
def test_bytes_that_are_no_document_are_refused_with_the_place_of_the_mistake(data: bytes, place: str) -> None:
    with pytest.raises(DeviceError, match="not a slip that can be printed") as refusal:
        decode(data)
    assert refusal.value.permanent
    assert place in refusal.value.message.lower()


def test_an_unknown_outcome_is_a_device_error_that_time_may_mend() -> None:
    fault = OutcomeUnknown("no answer")
    assert isinstance(fault, DeviceError)
    assert not fault.permanent
    assert str(fault) == "no answer"


def test_sizes_follow_the_head_and_not_its_dots() -> None:
    assert EIGHTY_MM.from_mm(18) == 144
    assert TM_T88.from_mm(18) == 128
    assert TM_T88.scaled(203) == 180


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    assert profile_named("58mm").dots == 384
    with pytest.raises(DeviceError, match=r"58mm, 58mm-180, 80mm, tm-t88"):
        profile_named("a4")
