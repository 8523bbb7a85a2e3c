"""How many keys a record takes: ten common cases by template, and the same said in free text.

Both are typed into the panel. Time is reckoned after the keystroke-level model (Card, Moran and Newell, "The
keystroke-level model for user performance time with interactive systems", CACM 23(7), 1980): 0.2 s a key, as an
average skilled typist has it, and 1.35 s of thinking before each unit: a choice or a value by template, a clause in
free text. A capital letter counts as one key, which favours the free text.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lobby.care.interactions import Kind, Record
from lobby.care.templates import Outcome, Template
from teller_console.panels.record_case import OFFERED
from teller_console.screens.record_checklist import Checklist
from teller_console.screens.record_form import RecordForm
from tests.teller_console.record_stage import SERVICES, Recorder, a_record

pytestmark = pytest.mark.anyio

KEY_S, THINK_S = 0.2, 1.35
TAB = "\t"


@dataclass(frozen=True)
class Case:
    """`by_template` and `free` in units of thought; `says` is what has to be on record in the end."""

    name: str
    service: str
    by_template: tuple[str, ...]
    free: tuple[str, ...]
    says: tuple[str, ...]


CASES = (
    Case(
        "cash paid in",
        "cash",
        ("f", TAB, "1", "\n"),
        ("f", "Paid in, up to 1,000.\n"),
        ("transaction", "paid_in", "small"),
    ),
    Case(
        "money exchanged",
        "cash",
        ("f", "3\n", "2", "250\n"),
        ("f", "Exchanged ", "250 USD.\n"),
        ("transaction", "exchanged", "USD", "250.00"),
    ),
    Case(
        "cash refused",
        "cash",
        ("f", "5\n", "1"),
        ("f", "Not possible: ", "no valid ID.\n"),
        ("not_possible", "no_id"),
    ),
    Case(
        "account opened, step by step",
        "accounts",
        ("f", "1", "1", "4", "+3", "1", "2", "3", "4", "5\n", "\n"),
        (
            "f",
            "Opened a current account ",
            "with online access. ",
            "ID ",
            "and proof of address seen, ",
            "tax residence declared, ",
            "fees and terms explained, ",
            "contract signed.\n",
        ),
        ("guidance", "opened", "current_account", "online_access", "id", "address", "tax", "terms", "signed"),
    ),
    Case(
        "address changed",
        "accounts",
        ("f", "+4", "1", "12 Old Road\n", "7 New Street\n", "1", "2\n"),
        ("f", "Address changed ", "from 12 Old Road ", "to 7 New Street, ", "verified by ID document.\n"),
        ("data_update", "address", "12 Old Road", "7 New Street", "id_document", "changed"),
    ),
    Case(
        "papers missing",
        "accounts",
        ("f", "4", "wret ", "proof of address\n"),
        ("f", "Papers missing. ", "The customer will come back with the missing document: ", "proof of address\n"),
        ("guidance", "papers_missing", "The customer will come back with the missing document: proof of address"),
    ),
    Case(
        "card blocked",
        "cards",
        ("f", "3", TAB, "4417\n", "blk", "\n"),
        (
            "f",
            "Card 4417 blocked at once; ",
            "the customer has seen the last payments ",
            "and knows them all.\n",
        ),
        ("transaction", "blocked", "4417", "Card blocked at once; the customer has seen the last payments"),
    ),
    Case(
        "interest in a car loan",
        "loans",
        ("f", "+5", "3", "2", "1\n", "\n"),
        (
            "f",
            "Loan advice. ",
            "Interested in a car loan ",
            "within three months, ",
            "we may get in touch.\n",
        ),
        ("interest", "car_loan", "months_3", "yes", "advised"),
    ),
    Case(
        "call back promised",
        "loans",
        ("f", "+7", "call about the rate\n", "fri\n", "\n", "\n", "\n"),
        ("f", "Loan advice. ", "Promised to call about the rate ", "by Friday 27 November 17:00.\n"),
        ("follow_up", "call about the rate", "2026-11-27T17:00", "advised"),
    ),
    Case(
        "question about fees",
        "business",
        ("f", "2", "expl", "\n"),
        ("f", "Advised. ", "Fees and terms explained; ", "the customer has understood them.\n"),
        ("enquiry", "advised", "Fees and terms explained; the customer has understood them."),
    ),
)

PLAIN = Template(outcomes=(Outcome("done"),))


async def by_template(teller: Recorder, case: Case) -> str:
    """Type it, at the pace of a person: a form is there before its first key. What is on record in the end."""
    for unit in case.by_template:
        if unit[0] == TAB:
            await teller.press("tab")
            await teller.until(lambda: isinstance(teller.app.screen, RecordForm))
            continue
        await teller.type(unit)
        if unit[0] == "+":
            await teller.until(lambda: isinstance(teller.app.screen, (RecordForm, Checklist)))
    record, note = await teller.finished()
    return said(record, *teller.at.also) + note


def said(*records: Record) -> str:
    return " ".join(
        " ".join([one.kind, one.outcome, *one.delivered, *one.steps, *one.fields.values(), *one.private.values(), ""])
        for one in records
    )


def typing_s(units: tuple[str, ...]) -> float:
    return KEY_S * sum(map(len, units)) + THINK_S * len(units)


async def test_ten_common_cases_take_at_least_sixty_per_cent_fewer_keys(capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for case in CASES:
        async with a_record(case.service) as teller:
            on_record = await by_template(teller, case)
            assert [what for what in case.says if what not in on_record] == [], on_record
            keys = len(teller.keys)
        async with a_record(template=PLAIN) as teller:
            await teller.press(case.free[0])
            await teller.burst("".join(case.free[1:]))
            assert (await teller.finished())[1] == "".join(case.free[1:]).strip()
            free = len(teller.keys)
        rows.append((case.name, keys, free, typing_s(case.by_template), typing_s(case.free)))
    total = ("all ten", *(sum(row[column] for row in rows) for column in (1, 2, 3, 4)))  # type: ignore[misc]
    with capsys.disabled():
        print(f"\n{'case':30}{'keys':>6}{'free':>6}{'saved':>7}{'time s':>8}{'free s':>8}{'saved':>7}")
        for name, keys, free, time_s, free_s in [*rows, total]:
            saved, saved_s = 1 - keys / free, 1 - time_s / free_s
            print(f"{name:30}{keys:>6}{free:>6}{saved:>7.0%}{time_s:>8.1f}{free_s:>8.1f}{saved_s:>7.0%}")
    assert 1 - total[1] / total[2] >= 0.6


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("place", range(2))
async def test_each_usual_outcome_is_recorded_in_six_keys_or_less(service: str, place: int) -> None:
    async with a_record(service) as teller:
        likely = teller.at.case.outcomes()[place]
        await teller.type(f"f{place + 1}")
        if teller.at.case.delivered():
            await teller.type("1")
        await teller.press("enter")
        if isinstance(teller.app.screen, RecordForm):  # a needed choice
            await teller.type("1")
        record, _ = await teller.finished()
        assert record.outcome == likely.code
        assert len(teller.keys) <= 6


def test_the_kinds_keep_their_digits() -> None:
    assert OFFERED.index(Kind.DATA_UPDATE) == 3
    assert len(OFFERED) <= 9
