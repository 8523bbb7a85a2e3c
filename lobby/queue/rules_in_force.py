"""The branch's calling rules as a whole, as the journal keeps them: with them and the events before, every call can be
worked out again.

A rule set has a version, which counts up, and a digest, by which the same rules are known again. A desk that starts
with other rules than the journal's last has the new ones recorded before it calls anybody (`TakeUpRules`). Each
`RulesChanged` names the one before it, so whoever has the last finds them all without searching the journal.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import msgspec

from lobby.command_shape import Command
from lobby.happened import Happened
from lobby.queue.services import CounterPlace, Ratio, Reserve, Setup

if TYPE_CHECKING:  # the branch holds the version in force
    from lobby.queue.branch import Branch
    from lobby.queue.events import Event
    from lobby.queue.given import Given

T = TypeVar("T", bound=msgspec.Struct)

_encode = msgspec.json.Encoder(order="sorted").encode


class Targets(msgspec.Struct, frozen=True):
    """The waits that the branch aims at for one service, in seconds."""

    target_s: float
    appointment_target_s: float


class ClassRule(msgspec.Struct, frozen=True):
    """What a class changes; see `lobby.queue.services.PriorityClass`."""

    rank: int | None = None
    credit_s: float = 0.0
    target_s: float | None = None
    law: str = ""


class RuleSet(msgspec.Struct, frozen=True):
    """All that decides whom to call: targets by service, classes by code, the services that each counter was built for
    (none named: all), the age cap, reserves, ratios, when an appointment still counts as one, and the place whose law
    holds. Seconds."""

    services: dict[str, Targets]
    classes: dict[str, ClassRule]
    counters: dict[int, tuple[str, ...]]
    age_cap_s: float
    age_cap_targets: float
    reserves: tuple[Reserve, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    appointment_grace_s: float = 600.0
    law: str = ""

    @property
    def digest(self) -> str:
        """The same for the same rules: SHA-256 of their JSON with sorted keys, in hexadecimal."""
        return sha256(_encode(msgspec.to_builtins(self, str_keys=True))).hexdigest()

    def over(self, setup: Setup) -> Setup:
        """The branch under these rules: what it has lost since is there again, and all else that it offers stays."""
        services = {code: _with(setup.known_service(code), targets) for code, targets in self.services.items()}
        classes = {code: _with(setup.known_priority(code), kind) for code, kind in self.classes.items()}
        counters = {
            number: msgspec.structs.replace(setup.counters.get(number) or CounterPlace(number), services=built_for)
            for number, built_for in self.counters.items()
        }
        rules = msgspec.structs.replace(
            setup.rules,
            age_cap_s=self.age_cap_s,
            age_cap_targets=self.age_cap_targets,
            reserves=self.reserves,
            ratios=self.ratios,
            appointment_grace_s=self.appointment_grace_s,
        )
        return msgspec.structs.replace(
            setup,
            services=setup.services | services,
            priorities=setup.priorities | classes,
            counters=setup.counters | counters,
            rules=rules,
            jurisdiction=self.law,
        )


def _with(thing: T, rule: msgspec.Struct) -> T:
    """The service or class with its part of the rules."""
    return msgspec.structs.replace(thing, **msgspec.structs.asdict(rule))


def rule_set(setup: Setup) -> RuleSet:
    """The rules that the branch file has."""
    rules = setup.rules
    return RuleSet(
        services={one.code: Targets(one.target_s, one.appointment_target_s) for one in setup.services.values()},
        classes={
            one.code: ClassRule(one.rank, one.credit_s, one.target_s, one.law) for one in setup.priorities.values()
        },
        counters={place.number: place.services for place in setup.counters.values()},
        age_cap_s=rules.age_cap_s,
        age_cap_targets=rules.age_cap_targets,
        reserves=rules.reserves,
        ratios=rules.ratios,
        appointment_grace_s=rules.appointment_grace_s,
        law=setup.jurisdiction,
    )


class RulesChanged(Happened, frozen=True):
    """From now on these rules decide whom to call. `before` is the number of the last event of this kind, 0 without
    one."""

    version: int
    digest: str
    rules: RuleSet
    before: int = 0


class InForce(msgspec.Struct, frozen=True):
    """Which rules are in force: their version (0: none is on record) and digest, and the number of their event."""

    version: int = 0
    digest: str = ""
    seq: int = 0


class TakeUpRules(Command, frozen=True):
    """Go by the rules of the branch file from now on."""


def take_up_rules(branch: Branch, command: TakeUpRules, given: Given) -> list[Event]:
    """Nothing, where they are in force already."""
    rules, last = rule_set(branch.setup), branch.rules
    if rules.digest == last.digest:
        return []
    return [RulesChanged(last.version + 1, rules.digest, rules, last.seq)]


def on_rules_changed(branch: Branch, event: RulesChanged, at: int) -> None:
    branch.rules = InForce(event.version, event.digest, branch.seq + 1)
