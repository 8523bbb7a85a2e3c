"""What is over as rows of the projection's tables."""

from __future__ import annotations

from typing import Any

import msgspec

from lobby.queue.past import PastDay, PastStep, Span

AS_THEY_ARE = tuple(name for name in PastStep.__struct_fields__ if name not in {"promise", "told", "basis"})
"""The fields of a step that are columns of the same name."""


def day_row(day: PastDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "start_at": day.start,
        "end_at": day.end,
        "last_at": day.at,
        "closed": day.closed,
        "lists_taken": day.lists_taken,
    }


def step_row(step: PastStep) -> dict[str, Any]:
    promise, told, basis = step.promise, step.told, step.basis
    return {name: getattr(step, name) for name in AS_THEY_ARE} | {
        "promise_low_s": None if promise is None else promise.low_s,
        "promise_high_s": None if promise is None else promise.high_s,
        "promise_about": promise is not None and promise.about,
        "told_low_s": None if told is None else told.low_s,
        "told_high_s": None if told is None else told.high_s,
        "told_about": told is not None and told.about,
        "basis": None if basis is None else msgspec.json.encode(basis).decode(),
    }


def span_row(span: Span) -> dict[str, Any]:
    return {
        "kind": span.kind,
        "counter": span.counter,
        "teller": span.teller,
        "start_at": span.start,
        "end_at": span.end,
    }
