"""What is said of an event: public names, times, and nothing of a person unless it is asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from lobby.care import events as care
from lobby.happened import Happened
from lobby.outbound.messages import MOMENTS, REFERENCES, TYPES, InteractionUndone, Message, body, chosen, message_id
from lobby.queue import events as e
from tests.builders import TUESDAY

WORDS = {
    "5d1": "wants a call",
    "7aa": '{"text":"I waited two hours","name":"Ines","contact":"+34 600"}',
    "9f0": '{"old":"Calle 1"}',
    "4c4": '{"note":"call back","name":"Ines"}',
}


def said(event: Happened, private: bool = False) -> Any:
    return msgspec.json.decode(body("north", Message(7, TUESDAY, "ann", event), WORDS.get if private else None))


RECORD = e.InteractionRecorded(
    "2024-03-05-A001", 1, "done", "5d1", "data_update", "cash", ("card",), {"amount": "3"}, ("id",), "9f0"
)
COMPLAINT = care.ComplaintReceived("C-AAAAAAA", "counter", "en", TUESDAY + 86_400_000, None, True, "7aa")


def test_a_record_is_sent_with_its_codes_and_without_any_reference() -> None:
    assert said(RECORD) == {
        "type": "interaction.recorded",
        "timestamp": "2024-03-05T09:00:00.000Z",
        "data": {
            "branch": "north",
            "seq": 7,
            "actor": "ann",
            "ticket": "2024-03-05-A001",
            "counter": 1,
            "outcome": "done",
            "interaction": "data_update",
            "service": "cash",
            "delivered": ["card"],
            "fields": {"amount": "3"},
            "steps": ["id"],
        },
    }


def test_an_undo_names_the_message_that_counts_no_more() -> None:
    assert said(InteractionUndone("2024-03-05-A001", 1, "north/5"), private=True) == {
        "type": "interaction.undone",
        "timestamp": "2024-03-05T09:00:00.000Z",
        "data": {
            "branch": "north",
            "seq": 7,
            "actor": "ann",
            "ticket": "2024-03-05-A001",
            "counter": 1,
            "undone": "north/5",
            "private": {},
        },
    }


def test_private_words_come_along_only_where_they_are_asked_for() -> None:
    assert said(RECORD, private=True)["data"]["private"] == {"note": "wants a call", "fields": {"old": "Calle 1"}}
    assert said(COMPLAINT, private=True)["data"]["private"] == {
        "text": "I waited two hours",
        "name": "Ines",
        "contact": "+34 600",
    }
    assert said(care.FollowUpPromised("F-AAAAAAA", "ann", TUESDAY, "4c4"), private=True)["data"]["private"] == {
        "note": "call back",
        "name": "Ines",
    }


def test_what_was_erased_is_absent() -> None:
    assert said(care.ComplaintInvestigated("C-AAAAAAA", "gone"), private=True)["data"]["private"] == {}


def test_a_note_that_looks_like_a_table_stays_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "e1", '{"a":"b"}')
    assert said(care.ComplaintInvestigated("C-AAAAAAA", "e1"), private=True)["data"]["private"] == {"note": '{"a":"b"}'}


def test_moments_are_written_as_iso_times_and_a_missing_one_stays_missing() -> None:
    data = said(COMPLAINT)["data"]
    assert data["promise_due"] == "2024-03-06T09:00:00.000Z"
    assert data["law_due"] is None


def test_an_actor_and_a_field_of_the_same_meaning_do_not_hide_each_other() -> None:
    data = said(care.ComplaintReopened("C-AAAAAAA", "customer"))["data"]
    assert (data["actor"], data["by"]) == ("ann", "customer")


def test_every_field_of_every_event_that_is_sent_is_known_to_be_fit_to_send() -> None:
    """A new field of these events must be looked at: is it a reference, a moment, or a plain code?"""
    plain = {
        *("ticket", "counter", "outcome", "interaction", "service", "delivered", "fields", "steps", "rating", "place"),
        *("language", "choices", "complaint", "contact", "category", "matter", "how", "severity", "priority"),
        *("complex", "decision", "cause", "by", "owner", "solved", "follow_up", "reason", "subject", "clock", "teller"),
        *("undone", "comment", "anchor"),
    }
    for event in TYPES:
        assert set(event.__struct_fields__) <= plain | set(REFERENCES) | set(MOMENTS), event.__name__
        assert not {"branch", "seq", "actor"} & set(event.__struct_fields__)


def test_every_event_of_a_complaint_or_a_follow_up_can_be_sent() -> None:
    about: tuple[type[Happened], ...] = (care.AboutComplaint, care.AboutFollowUp)
    assert {event for event in get_args(care.CareEvent) if issubclass(event, about)} <= set(TYPES)


def test_names_are_told_apart_and_chosen_by_their_groups() -> None:
    assert len(set(TYPES.values())) == len(TYPES)
    assert chosen(["clock.*"]) == {"clock.warned", "clock.ran_out"}
    assert chosen(["complaint.received", "nothing"]) == {"complaint.received"}
    assert chosen(["complaint*", "comp.*", ""]) == frozenset()


def test_the_id_of_a_message_holds_no_full_stop() -> None:
    assert message_id("north-1", 12) == "north-1/12"


def test_the_documented_types_are_the_ones_that_there_are() -> None:
    text = (Path(__file__).parents[3] / "docs" / "outbound.md").read_text(encoding="utf-8")
    documented = set()
    for line in text.splitlines():
        if line.startswith("| `") and ".*` | `" in line:
            group, names = line.removeprefix("| `").split(".*` | ")
            documented |= {f"{group}.{name}" for name in re.findall(r"`(\w+)`", names) if name != "subject"}
    assert documented == set(TYPES.values())
