"""Whether a branch's rules fit together: a rule that contradicts another, does nothing, or leaves somebody uncalled is
a mistake of the branch file, told with its place and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from lobby.branch_file.toml_values import Mistake
from lobby.queue.law import WAIT_LIMITS
from lobby.queue.services import CounterPlace, PriorityClass, Reserve, Service, Setup


def contradictions(setup: Setup) -> Iterator[Mistake]:
    """Everything that does not fit, for a branch whose single values are right."""
    return chain(
        _never_called(setup),
        _targets(setup),
        _classes(setup),
        _reserves(setup),
        _kept_from_everybody(setup),
        _ratios(setup),
    )


def _never_called(setup: Setup) -> Iterator[Mistake]:
    for index, code in enumerate(setup.services):
        if not any(_gives(place, code) for place in setup.counters.values()):
            yield Mistake(
                f"services[{index}]",
                f'no counter gives "{code}": its customers would never be called; add it to the services of a counter',
            )


def _targets(setup: Setup) -> Iterator[Mistake]:
    for index, service in enumerate(setup.services.values()):
        yield from _within_the_law(setup, f"services[{index}].target_min", service.target_s)
        yield from _within_the_cap(setup, f'the target of "{service.code}"', service.target_s)
        yield from _within_the_cap(
            setup, f'the target of "{service.code}" for appointments', service.appointment_target_s
        )


def _within_the_law(setup: Setup, where: str, target_s: float) -> Iterator[Mistake]:
    limit = WAIT_LIMITS.get(setup.jurisdiction)
    if limit is not None and target_s > limit.normal * 60:
        yield Mistake(where, f"is {_min(target_s)}, but the law of {limit.place} allows a wait of {limit.normal}")


def _within_the_cap(setup: Setup, name: str, target_s: float) -> Iterator[Mistake]:
    cap_s = setup.rules.age_cap_s
    if target_s > cap_s:
        yield Mistake(
            "rules.age_cap_min",
            f"is {_min(cap_s)}, shorter than {name} ({_min(target_s)}): "
            "its customers would go first before their target is up",
        )


def _classes(setup: Setup) -> Iterator[Mistake]:
    for index, kind in enumerate(setup.priorities.values()):
        where = f"priorities[{index}]"
        if kind.rank is not None:
            for key, value in (("credit_min", kind.credit_s), ("target_min", kind.target_s)):
                if value:
                    yield Mistake(
                        f"{where}.{key}",
                        "does nothing for a class that has a rank: it goes first anyway; leave one of the two out",
                    )
            continue
        if kind.target_s is not None:
            yield from _within_the_law(setup, f"{where}.target_min", kind.target_s)
            yield from _within_the_cap(setup, f'the target of "{kind.code}"', kind.target_s)
        if kind.credit_s:
            yield from _head_start(setup, index, kind)


def _head_start(setup: Setup, index: int, kind: PriorityClass) -> Iterator[Mistake]:
    """A credit worth more than the age cap puts the class before everybody who is not past the cap, however long they
    have waited: priority by law in all but name."""
    rules = setup.rules
    for own in setup.services.values():
        for other in setup.services.values():
            if any(_gives(place, own.code) and _gives(place, other.code) for place in setup.counters.values()):
                most_s = min(rules.age_cap_s, rules.age_cap_targets * other.target_s) / other.target_s
                most_s *= kind.target_s or own.target_s
                if kind.credit_s >= most_s:
                    yield Mistake(
                        f"priorities[{index}].credit_min",
                        f'is {_min(kind.credit_s)}: for "{own.code}" that goes before every customer of "{other.code}" '
                        f"up to the age cap, however long they waited; write less than {_min(most_s)}",
                    )
                    return


def _reserves(setup: Setup) -> Iterator[Mistake]:
    seen = set()
    for index, reserve in enumerate(setup.rules.reserves):
        where = f"reserves[{index}]"
        place = setup.counters.get(reserve.counter)
        if place is None:
            yield Mistake(f"{where}.counter", f"there is no counter {reserve.counter}")
            continue
        if reserve.counter in seen:
            yield Mistake(f"{where}.counter", f"counter {reserve.counter} has a reserve already; write both as one")
        seen.add(reserve.counter)
        if not (reserve.services or reserve.priorities):
            yield Mistake(where, "is for nobody; name services or priorities")
        yield from _reserved_services(setup, where, place, reserve)
        for code in reserve.priorities:
            if code not in setup.priorities:
                yield Mistake(f"{where}.priorities", f'there is no class "{code}"')
            elif setup.priorities[code].rank is not None:
                yield Mistake(f"{where}.priorities", f'"{code}" has a rank and goes first at every counter anyway')


def _reserved_services(setup: Setup, where: str, place: CounterPlace, reserve: Reserve) -> Iterator[Mistake]:
    for code in reserve.services:
        if code not in setup.services:
            yield Mistake(f"{where}.services", f'there is no service "{code}"')
        elif not _gives(place, code):
            yield Mistake(f"{where}.services", f'counter {place.number} does not give "{code}"')
    if set(place.services or setup.services) <= set(reserve.services):
        yield Mistake(f"{where}.services", f"are all that counter {place.number} gives, so nobody is kept back")


def _kept_from_everybody(setup: Setup) -> Iterator[Mistake]:
    for index, service in enumerate(setup.services.values()):
        giving = [place for place in setup.counters.values() if _gives(place, service.code)]
        if giving and all(_keeps_back(setup, place, service) for place in giving):
            yield Mistake(
                f"services[{index}]",
                f'every counter that gives "{service.code}" is kept for others: its customers would wait even while '
                "all counters are free; leave one of them without a reserve",
            )


def _keeps_back(setup: Setup, place: CounterPlace, service: Service) -> bool:
    reserve = setup.rules.reserve_at(place.number)
    return reserve is not None and reserve.until > 0 and service.code not in reserve.services


def _ratios(setup: Setup) -> Iterator[Mistake]:
    seen = set()
    for index, ratio in enumerate(setup.rules.ratios):
        where = f"ratios[{index}].priority"
        kind = setup.priorities.get(ratio.priority)
        if kind is None:
            yield Mistake(where, f'there is no class "{ratio.priority}"')
        elif ratio.priority in seen:
            yield Mistake(where, f'"{ratio.priority}" has a ratio already')
        elif kind.law or (kind.rank is not None and setup.jurisdiction):
            yield Mistake(where, f'"{ratio.priority}" goes first by law, which no ratio may hold up')
        seen.add(ratio.priority)


def _gives(place: CounterPlace, code: str) -> bool:
    return not place.services or code in place.services


def _min(seconds: float) -> str:
    return f"{seconds / 60:g} min"
