"""`[rules]`, `[[reserves]]` and `[[ratios]]` of the branch file. See `lobby.config`;
`lobby.branch_file.rule_checks` says whether they fit together."""

from __future__ import annotations

from typing import Any, Literal

from lobby.branch_file.toml_values import Values
from lobby.queue.services import Ratio, Reserve, Rules

LONGEST_ROW = 20
"""More calls of one class in a row are no taking turns."""

LONGEST_HOLD_MIN = 60
"""Who needs longer than this had better come back and take a new number."""


class RuleValues(Values):
    """Reads what decides whom to call, besides targets and classes."""

    def rules(self, table: dict[str, Any], reserves: list[dict[str, Any]], ratios: list[dict[str, Any]]) -> Rules:
        where, default = "rules", Rules()
        self.known(
            table,
            where,
            (
                "age_cap_min",
                "age_cap_targets",
                "recalls",
                "no_show_grace_s",
                "undo_s",
                "return_min",
                "hold_min",
                "appointment_early_min",
                "appointment_grace_min",
                "appointment_late",
                "lease_numbers",
                "service_level_min",
            ),
        )
        return Rules(
            age_cap_s=self.positive_minutes(table, "age_cap_min", where, default.age_cap_s),
            age_cap_targets=self.number(table, "age_cap_targets", where, default.age_cap_targets, 1, 1000),
            recalls=self.whole(table, "recalls", where, default.recalls, 0, 20),
            no_show_grace_s=self.seconds(table, "no_show_grace_s", where, default.no_show_grace_s),
            undo_s=self.seconds(table, "undo_s", where, default.undo_s),
            return_s=self.minutes(table, "return_min", where, default.return_s),
            hold_s=self.number(table, "hold_min", where, default.hold_s / 60, 0, LONGEST_HOLD_MIN) * 60,
            appointment_early_s=self.minutes(table, "appointment_early_min", where, default.appointment_early_s),
            appointment_late=self._lateness(table, where),
            lease_numbers=self.whole(table, "lease_numbers", where, default.lease_numbers, 1, 10_000),
            appointment_grace_s=self.minutes(table, "appointment_grace_min", where, default.appointment_grace_s),
            service_level_s=self.positive_minutes(table, "service_level_min", where, default.service_level_s),
            reserves=tuple(self._reserve(reserve, index) for index, reserve in enumerate(reserves)),
            ratios=tuple(self._ratio(ratio, index) for index, ratio in enumerate(ratios)),
        )

    def _lateness(self, table: dict[str, Any], where: str) -> Literal["walk_in", "refuse"]:
        value = table.get("appointment_late", "walk_in")
        if value not in ("walk_in", "refuse"):
            self.wrong(f"{where}.appointment_late", 'must be "walk_in" or "refuse"')
        return "refuse" if value == "refuse" else "walk_in"

    def _reserve(self, table: dict[str, Any], index: int) -> Reserve:
        where = f"reserves[{index}]"
        self.known(table, where, ("counter", "services", "priorities", "until"))
        return Reserve(
            counter=self.whole(table, "counter", where, None, 1, 9999),
            services=self.texts(table, "services", where),
            priorities=self.texts(table, "priorities", where),
            until=self.number(table, "until", where, 1.0, 0, 1000),
        )

    def _ratio(self, table: dict[str, Any], index: int) -> Ratio:
        where = f"ratios[{index}]"
        self.known(table, where, ("priority", "most"))
        return Ratio(self.text(table, "priority", where), self.whole(table, "most", where, None, 1, LONGEST_ROW))
