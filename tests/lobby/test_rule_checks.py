"""Rules that contradict each other, do nothing or leave somebody uncalled are refused, with place and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lobby.config import FILE, BadBranchFile, load
from lobby.queue.services import Ratio, Reserve

BRANCH = """
[branch]
id = "small"
name = "Small branch"
{branch}

[rules]
{rules}

[[services]]
code = "cash"
name = "Cash"
prefix = "A"
target_min = 10
{cash}

[[services]]
code = "loans"
name = "Loans"
prefix = "L"
target_min = 20

[[counters]]
number = 1
services = ["cash"]

[[counters]]
number = 2
services = ["cash", "loans"]

[[counters]]
number = 3

[[priorities]]
code = "premium"
name = "Premium"
credit_min = {credit}
{premium}

[[priorities]]
code = "elders"
name = "Elders"
rank = 1
{elders}

[[priorities]]
code = "first"
law = "br-10048"
"""
PARTS: dict[str, Any] = {"branch": "", "rules": "", "cash": "", "credit": 2, "premium": "", "elders": ""}


def text(more: str = "", **parts: Any) -> str:
    return BRANCH.format(**PARTS | parts) + more


def mistakes(folder: Path, text: str) -> dict[str, str]:
    (folder / FILE).write_text(text)
    with pytest.raises(BadBranchFile) as bad:
        load(folder)
    return {mistake.where: mistake.what for mistake in bad.value.mistakes}


def test_reserves_and_ratios_that_fit_are_read(tmp_path: Path) -> None:
    more = """
        [[reserves]]
        counter = 3
        services = ["loans"]
        until = 0.5
        [[reserves]]
        counter = 2
        priorities = ["premium"]
        [[ratios]]
        priority = "premium"
        most = 3
    """
    (tmp_path / FILE).write_text(text(more))
    rules = load(tmp_path).setup.rules
    assert rules.reserves == (Reserve(3, ("loans",), (), 0.5), Reserve(2, (), ("premium",), 1.0))
    assert rules.ratios == (Ratio("premium", 3),)


RESERVE = "[[reserves]]\ncounter = {}\n"


@pytest.mark.parametrize(
    ("more", "place", "reason"),
    [
        (RESERVE.format(9) + 'services = ["loans"]', "reserves[0].counter", "there is no counter 9"),
        (RESERVE.format(3), "reserves[0]", "is for nobody"),
        (RESERVE.format(3) + 'services = ["tea"]', "reserves[0].services", 'no service "tea"'),
        (RESERVE.format(1) + 'services = ["loans"]', "reserves[0].services", "does not give"),
        (RESERVE.format(1) + 'services = ["cash"]', "reserves[0].services", "nobody is kept back"),
        (RESERVE.format(3) + 'services = ["cash", "loans"]', "reserves[0].services", "nobody is kept back"),
        (RESERVE.format(3) + 'priorities = ["king"]', "reserves[0].priorities", 'no class "king"'),
        (RESERVE.format(3) + 'priorities = ["elders"]', "reserves[0].priorities", "goes first at every counter"),
        (
            RESERVE.format(3) + 'services = ["loans"]\n' + RESERVE.format(3) + 'priorities = ["premium"]',
            "reserves[1].counter",
            "has a reserve already",
        ),
        (
            RESERVE.format(2) + 'services = ["cash"]\n' + RESERVE.format(3) + 'services = ["cash"]',
            "services[1]",
            "would wait even while all counters are free",
        ),
        ('[[ratios]]\npriority = "king"\nmost = 2', "ratios[0].priority", 'no class "king"'),
        ('[[ratios]]\npriority = "first"\nmost = 2', "ratios[0].priority", "goes first by law"),
        (
            '[[ratios]]\npriority = "premium"\nmost = 2\n[[ratios]]\npriority = "premium"\nmost = 3',
            "ratios[1].priority",
            "has a ratio already",
        ),
    ],
)
def test_a_reserve_or_ratio_that_makes_no_sense_is_refused(tmp_path: Path, more: str, place: str, reason: str) -> None:
    found = mistakes(tmp_path, text(more))
    assert reason in found[place]


@pytest.mark.parametrize(
    ("parts", "place", "reason"),
    [
        ({"elders": "credit_min = 5"}, "priorities[1].credit_min", "does nothing for a class that has a rank"),
        ({"rules": "age_cap_min = 15"}, "rules.age_cap_min", 'shorter than the target of "loans" (20 min)'),
        ({"premium": "target_min = 500"}, "rules.age_cap_min", 'shorter than the target of "premium" (500 min)'),
        ({"cash": "appointment_target_min = 61"}, "rules.age_cap_min", '"cash" for appointments (61 min)'),
        ({"elders": "target_min = 5"}, "priorities[1].target_min", "does nothing for a class that has a rank"),
        (
            {"premium": "target_min = 21", "branch": 'jurisdiction = "br-uberaba"'},
            "priorities[0].target_min",
            "the law of Uberaba allows a wait of 20",
        ),
        ({"credit": 30}, "priorities[0].credit_min", "write less than 30 min"),
        ({"credit": 60}, "priorities[0].credit_min", "however long they waited"),
    ],
)
def test_targets_credits_and_caps_that_contradict_each_other_are_refused(
    tmp_path: Path, parts: dict[str, Any], place: str, reason: str
) -> None:
    assert reason in mistakes(tmp_path, text(**parts))[place]


def test_a_credit_just_below_the_age_cap_is_a_head_start_and_no_more(tmp_path: Path) -> None:
    """Cash before loans: the cap of loans is 60 min, 3 of their targets; a credit of 3 targets of cash is 30 min."""
    (tmp_path / FILE).write_text(text(credit=29.9))
    assert load(tmp_path).setup.priorities["premium"].credit_s == pytest.approx(1794)


def test_a_target_beyond_what_the_law_allows_is_refused(tmp_path: Path) -> None:
    law = 'jurisdiction = "br-uberaba"'
    (tmp_path / FILE).write_text(text(branch=law))
    assert load(tmp_path).setup.jurisdiction == "br-uberaba"
    found = mistakes(tmp_path, text(branch=law).replace("target_min = 20", "target_min = 21"))
    assert found == {"services[1].target_min": "is 21 min, but the law of Uberaba allows a wait of 20"}


def test_a_class_with_a_rank_has_no_ratio_where_a_law_ranks_it(tmp_path: Path) -> None:
    ratio = '[[ratios]]\npriority = "elders"\nmost = 2'
    (tmp_path / FILE).write_text(text(ratio))
    assert load(tmp_path).setup.rules.ratios == (Ratio("elders", 2),)
    found = mistakes(tmp_path, text(ratio, branch='jurisdiction = "br-manaus"'))
    assert "which no ratio may hold up" in found["ratios[0].priority"]


def test_a_service_that_no_counter_gives_is_refused(tmp_path: Path) -> None:
    lonely = text().replace("number = 3\n", 'number = 3\nservices = ["cash"]\n').replace(', "loans"', "")
    assert "would never be called" in mistakes(tmp_path, lonely)["services[1]"]


def test_a_service_is_not_starved_while_one_of_its_counters_is_open_to_all(tmp_path: Path) -> None:
    """Cash is kept back at 2 and 3, but not at 1; loans at none of theirs for good: until 0 only puts in order."""
    more = RESERVE.format(2) + 'services = ["loans"]\n' + RESERVE.format(3) + 'services = ["cash"]\nuntil = 0\n'
    (tmp_path / FILE).write_text(text(more))
    assert len(load(tmp_path).setup.rules.reserves) == 2


def test_whether_rules_fit_is_asked_once_their_values_are_right(tmp_path: Path) -> None:
    found = mistakes(tmp_path, text(RESERVE.format(9) + "until = -1", rules="age_cap_min = 15"))
    assert set(found) == {"reserves[0].until"}
