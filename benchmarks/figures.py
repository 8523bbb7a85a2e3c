"""A benchmark's figure: what was measured, against what, and what it should be."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value / baseline; `target` says in words what the ratio or the value should be."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    target: str = ""

    def rounded(self) -> Figure:
        """With three digits after the point, and the ratio with two."""
        ratio = None if self.ratio is None else round(self.ratio, 2)
        baseline = None if self.baseline is None else round(self.baseline, 3)
        return replace(self, value=round(self.value, 3), baseline=baseline, ratio=ratio)

    def row(self) -> dict[str, object]:
        return asdict(self)


def paired(name: str, unit: str, values: list[float], baselines: list[float], target: str = "") -> Figure:
    """Medians of values and baselines that were measured in turn, and the median of the pairwise ratios."""
    ratio = median(value / base for value, base in zip(values, baselines, strict=True))
    return Figure(name, round(median(values), 3), unit, round(median(baselines), 3), round(ratio, 3), target)
