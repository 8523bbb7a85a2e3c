"""What the record panel shows: choices with their digits, what is chosen, what a key does now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum, auto

from rich.text import Text

from lobby.care.interactions import Kind
from lobby.care.templates import Named
from lobby.words import Words
from teller_console.drafts import Draft
from teller_console.panels.record_case import OFFERED, Case, kind_name, label


class Step(Enum):
    """What a digit means now."""

    OUTCOME = auto()
    DELIVERED = auto()
    KIND = auto()
    NOTE = auto()


def outcomes(offered: Sequence[Named], chosen: str, choosing: bool, words: Words) -> list[Text]:
    """All with their digits while one is chosen, the chosen one afterwards."""
    pieces = []
    for place, outcome in enumerate(offered, 1):
        said = f"{place} {label(outcome, words)}" if choosing else label(outcome, words)
        if outcome.code == chosen:
            pieces.append(Text(f"[{said}]", "bold"))
        elif choosing:
            pieces.append(Text(f" {said} "))
    return pieces


def deliveries(offered: Sequence[Named], ticked: Collection[str], choosing: bool, words: Words) -> list[Text]:
    """All with their digits while they are ticked, the ticked ones before and afterwards."""
    pieces = []
    for place, what in enumerate(offered, 1):
        tick = "✓ " if what.code in ticked else ""
        if choosing:
            pieces.append(Text(f" {place} {tick}{label(what, words)} ", "bold" if tick else ""))
        elif tick:
            pieces.append(Text(tick + label(what, words)))
    return pieces


def kinds(words: Words) -> list[Text]:
    return [Text(f" {place} {kind_name(kind, words)} ") for place, kind in enumerate(OFFERED, 1)]


def so_far(draft: Draft, case: Case, outcome: str, words: Words) -> list[Text]:
    """What the record holds besides: the kind, steps, fields, what was recorded already."""
    said = [kind_name(draft.kind, words)] if draft.kind else []
    if draft.steps:
        said.append(words("%(done)s of %(steps)s", done=len(draft.steps), steps=len(case.template.checklist)))
    typed = draft.forms.get(Kind.PLAIN, {})
    for f in case.fields(case.kind(draft), outcome):
        if f.code in typed:
            said.append(f"{label(f, words)}: {case.shown(f, typed[f.code], words)}")
    said.extend(f"✓ {kind_name(Kind(kind), words)}" for kind in draft.also)
    return [Text(piece, "dim") for piece in said]


def hint(step: Step, draft: Draft, case: Case, outcome: str, words: Words) -> str:
    """What the keys do now."""
    said = {
        Step.OUTCOME: words("Digit: outcome. Letters: note. +: more. Enter: finish. Esc: later."),
        Step.DELIVERED: words("Digit: what was delivered. Letters: note. +: more. Enter: finish. Up: back."),
        Step.KIND: words("Digit: what it was about. Esc: back."),
        Step.NOTE: words("Enter: finish. Up: back. Esc: later."),
    }[step]
    names = ", ".join(label(f, words) for f in case.fields(case.kind(draft), outcome))
    return said + " " + words("Tab: %(fields)s.", fields=names) if names and step is not Step.KIND else said
