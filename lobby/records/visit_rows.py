"""What is over as rows of the projection's tables, and back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay, PastStep, Span

_encode = msgspec.json.Encoder().encode
_decode_basis = msgspec.json.Decoder(Basis).decode
_decode_bases = msgspec.json.Decoder(list[Basis | None]).decode
_decode_services = msgspec.json.Decoder(dict[int, tuple[str, ...]]).decode
_decode_ratings = msgspec.json.Decoder(dict[int, int]).decode

AS_THEY_ARE = tuple(name for name in PastStep.__struct_fields__ if name not in {"promise", "told", "basis"})
"""The fields of a step that are columns of the same name."""


def day_row(day: PastDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "start_at": day.start,
        "end_at": day.end,
        "last_at": day.at,
        "closed": day.closed,
        "services_at": _encode(day.services_at).decode(),
        "lists_taken": day.lists_taken,
        "ratings": _encode(day.ratings).decode(),
    }


def day_of_row(row: Row[Any], steps: tuple[PastStep, ...] = (), spans: tuple[Span, ...] = ()) -> PastDay:
    return PastDay(
        day=row.day,
        start=row.start_at,
        end=row.end_at,
        at=row.last_at,
        closed=row.closed,
        steps=steps,
        spans=spans,
        services_at=_decode_services(row.services_at),
        lists_taken=row.lists_taken,
        ratings=_decode_ratings(row.ratings),
    )


def step_row(step: PastStep) -> dict[str, Any]:
    promise, told, basis = step.promise, step.told, step.basis
    return {name: getattr(step, name) for name in AS_THEY_ARE} | {
        "promise_low_s": None if promise is None else promise.low_s,
        "promise_high_s": None if promise is None else promise.high_s,
        "promise_about": promise is not None and promise.about,
        "told_low_s": None if told is None else told.low_s,
        "told_high_s": None if told is None else told.high_s,
        "told_about": told is not None and told.about,
        "basis": None if basis is None else _encode(basis).decode(),
    }


def step_of_row(row: Row[Any]) -> PastStep:
    return PastStep(
        **{name: getattr(row, name) for name in AS_THEY_ARE},
        promise=_promise(row.promise_low_s, row.promise_high_s, row.promise_about),
        told=_promise(row.told_low_s, row.told_high_s, row.told_about),
        basis=None if row.basis is None else _decode_basis(row.basis),
    )


def span_row(span: Span) -> dict[str, Any]:
    return {
        "kind": span.kind,
        "counter": span.counter,
        "teller": span.teller,
        "start_at": span.start,
        "end_at": span.end,
    }


def span_of_row(row: Row[Any]) -> Span:
    return Span(row.kind, row.counter, row.teller, row.start_at, row.end_at)


def bases(bodies: list[str | None]) -> list[Basis | None]:
    """What stands in the column `basis`, read at once: one by one would take ten times as long."""
    return _decode_bases("[" + ",".join(body or "null" for body in bodies) + "]")


def _promise(low_s: int | None, high_s: int | None, about: bool) -> Promise | None:
    return None if low_s is None or high_s is None else Promise(low_s, high_s, about)
