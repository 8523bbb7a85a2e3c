"""The course of a day as pictures show it: who waited when, who came and was served by the half-hour, how many counters
were at work, how waits and services spread. Everything is a fold of one `PastDay`, over, or the present one so far.

A bucket is half an hour since the business day began, so that a day and the same weekday a week before lie on each
other whatever their dates. A visit counts in the bucket in which it arrived, whenever it was called: half-hours judged
by their calls would praise the rush for the people it left to the next one. Counters at work are open and not on a
break: their mean over the bucket, of the present bucket over what is gone of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lobby.queue.past import BREAK, OPEN, PastDay, PastStep

BUCKET_MS = 30 * 60_000
SAMPLE_MS = 5 * 60_000
"""How often the number of those who wait is taken."""

WAIT_CLASS_S, WAIT_CLASSES = 300, 13
SERVICE_CLASS_S, SERVICE_CLASSES = 180, 14
"""Width and number of the classes of a spread; the last has no upper end."""

LEFT = frozenset({"no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close"})


class Demand(msgspec.Struct, frozen=True):
    """One service by the bucket: visits issued for it, and the mean wait in seconds of those of them that were called
    (None: none was)."""

    arrivals: tuple[int, ...]
    wait_mean_s: tuple[float | None, ...]


class Spreads(msgspec.Struct, frozen=True):
    """How many visits waited, and how many services took, so long: a number for each class."""

    waits: tuple[int, ...]
    services: tuple[int, ...]


class Timeline(msgspec.Struct, frozen=True):
    """The course of a business day from its `first` bucket on, which begins at `start` (ms UTC) and is the `first`-th
    since the day began. `until` (ms UTC) is how far it is known. `waiting` is taken every `sample_s` from `start` on,
    the other rows have one number a bucket; `arrivals` of a service are in `demand`, `spreads` are by service too, with
    all services together under the empty code."""

    day: str
    start: int
    first: int
    until: int
    bucket_s: int
    sample_s: int
    wait_class_s: int
    service_class_s: int
    waiting: tuple[int, ...]
    arrivals: tuple[int, ...]
    served: tuple[int, ...]
    left: tuple[int, ...]
    counters: tuple[float, ...]
    demand: dict[str, Demand]
    spreads: dict[str, Spreads]


def timeline(day: PastDay, now: int) -> Timeline:
    """The course of `day` as it is known at `now` (ms UTC); of a day that is over, up to its last event. A day on which
    nobody came and no counter opened has no bucket. A visit that began before the day, at a kiosk without the server,
    counts in the first."""
    until = _known_until(day, now)
    steps = day.steps
    moments = [max(day.start, step.arrived_at) for step in steps] + [span.start for span in day.spans]
    first = (min(moments) - day.start) // BUCKET_MS if moments else 0
    start = day.start + first * BUCKET_MS
    buckets = -(-(until - start) // BUCKET_MS) if moments and until > start else 0
    visits = [step for step in steps if step.step == 0]
    services = sorted({step.first_service for step in visits})
    return Timeline(
        day=day.day,
        start=start,
        first=first,
        until=until,
        bucket_s=BUCKET_MS // 1000,
        sample_s=SAMPLE_MS // 1000,
        wait_class_s=WAIT_CLASS_S,
        service_class_s=SERVICE_CLASS_S,
        waiting=_waiting(steps, start, until) if buckets else (),
        arrivals=_counted((step.arrived_at for step in visits), start, buckets),
        served=_counted(_ends(steps, frozenset({"finished"})), start, buckets),
        left=_counted(_ends(steps, LEFT), start, buckets),
        counters=_at_work(day, start, buckets, until),
        demand={
            code: _demand([step for step in visits if step.first_service == code], start, buckets) for code in services
        },
        spreads={code: _spreads(steps, code) for code in ("", *sorted({*services, *(step.service for step in steps)}))},
    )


def _known_until(day: PastDay, now: int) -> int:
    if not day.closed and now < day.end:
        return max(day.at, now)
    if day.at < day.end:
        return day.at
    known = (at for step in day.steps for at in (step.arrived_at, step.called_at, step.started_at, step.ended_at))
    return max((at for at in known if at is not None and at < day.end), default=day.start)  # nobody closed it


def _ends(steps: Iterable[PastStep], ways: frozenset[str]) -> Iterable[int]:
    """When visits ended in one of these ways: the end of their last step."""
    return (
        step.ended_at
        for step in steps
        if step.ended_at is not None and step.ended in ways and step.step == step.steps - 1
    )


def _bucket(at: int, start: int, buckets: int) -> int:
    """The bucket of a moment; what happened at the very end is in the last."""
    return min(buckets - 1, max(0, (at - start) // BUCKET_MS))


def _counted(moments: Iterable[int], start: int, buckets: int) -> tuple[int, ...]:
    counts = [0] * buckets
    for at in moments if buckets else ():
        counts[_bucket(at, start, buckets)] += 1
    return tuple(counts)


def _waiting(steps: Iterable[PastStep], start: int, until: int) -> tuple[int, ...]:
    """How many waited at each sample: queued at or before it and not yet called nor gone."""
    samples = (until - start) // SAMPLE_MS + 1
    changes = [0] * (samples + 1)
    for step in steps:
        over = step.called_at if step.called_at is not None else step.ended_at
        changes[min(samples, max(0, -(-(step.queued_at - start) // SAMPLE_MS)))] += 1
        if over is not None:
            changes[min(samples, max(0, -(-(over - start) // SAMPLE_MS)))] -= 1
    waiting, level = [], 0
    for change in changes[:samples]:
        level += change
        waiting.append(level)
    return tuple(waiting)


def _at_work(day: PastDay, start: int, buckets: int, until: int) -> tuple[float, ...]:
    ms = [0] * buckets
    for span in day.spans:
        sign = {OPEN: 1, BREAK: -1}.get(span.kind, 0)
        end = until if span.end is None else min(span.end, until)
        for bucket in range(max(0, (span.start - start) // BUCKET_MS), buckets) if sign else ():
            begins = start + bucket * BUCKET_MS
            if begins >= end:
                break
            ms[bucket] += sign * max(0, min(end, begins + BUCKET_MS) - max(span.start, begins))
    return tuple(
        round(spent / max(1, min(until, start + (bucket + 1) * BUCKET_MS) - (start + bucket * BUCKET_MS)), 2)
        for bucket, spent in enumerate(ms)
    )


def _demand(visits: Sequence[PastStep], start: int, buckets: int) -> Demand:
    waits: list[list[int]] = [[] for _ in range(buckets)]
    for visit in visits if buckets else ():
        if visit.called_at is not None:
            waits[_bucket(visit.arrived_at, start, buckets)].append(visit.called_at - visit.arrived_at)
    return Demand(
        arrivals=_counted((visit.arrived_at for visit in visits), start, buckets),
        wait_mean_s=tuple(round(sum(some) / len(some) / 1000, 1) if some else None for some in waits),
    )


def _spreads(steps: Sequence[PastStep], service: str) -> Spreads:
    """Waits, from issue to first call, of the visits issued for `service` (empty: any) that were called; times of the
    services of this kind that were given to their end."""
    waits, services = [0] * WAIT_CLASSES, [0] * SERVICE_CLASSES
    for step in steps:
        if step.step == 0 and step.called_at is not None and service in {"", step.first_service}:
            waits[_in_class(step.called_at - step.arrived_at, WAIT_CLASS_S, WAIT_CLASSES)] += 1
        if (handled := _handled(step)) is not None and service in {"", step.service}:
            services[_in_class(handled, SERVICE_CLASS_S, SERVICE_CLASSES)] += 1
    return Spreads(tuple(waits), tuple(services))


def _handled(step: PastStep) -> int | None:
    if step.started_at is None or step.ended_at is None or step.ended not in {"finished", "transferred"}:
        return None
    return step.ended_at - step.started_at - step.parked_ms


def _in_class(ms: int, width_s: int, classes: int) -> int:
    return min(classes - 1, max(0, ms // (width_s * 1000)))
