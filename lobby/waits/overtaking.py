"""Who of those to come may be called before somebody who is there. The others need not be played.

Where counters differ, they do matter a little in a roundabout way: by keeping one who overtakes away from a counter at
which nobody would have been overtaken. In lobbies of eight counters that was a thousandth of the wait.
"""

from __future__ import annotations

from lobby.waits.scene import Line, Rule, Scene


def horizon_s(scene: Scene) -> float:
    """By when all who are there should be called, with room: half as much again as the work of the fullest counter,
    each customer's shared among the counters that may call, or until the last who needs a few minutes is back; and two
    long services."""
    work = dict.fromkeys((post.number for post in scene.posts), 0.0)
    mean_s = {service: times.mean_s for service, times in scene.times.items()}
    for one in scene.waiting:
        line = scene.lines[one.line]
        open_for_it = [counter for counter in line.counters if counter in work]
        for counter in open_for_it:
            work[counter] += (mean_s[line.service] + scene.call_s) / len(open_for_it)
    back_s = max((one.away_s for one in scene.waiting), default=0.0)
    return max(1.5 * max(work.values(), default=0.0), back_s) + 2 * max(mean_s.values(), default=0.0)


def may_overtake(scene: Scene, line: Line, horizon_s: float) -> bool:
    """Whether somebody who comes to `line` within the horizon may be called before somebody who waits, or before a
    newcomer of now. Reserves and ratios can turn any order round, so with them anybody may; and before one who needs a
    few minutes, too."""
    if scene.rule.reserves or scene.rule.ratios:
        return True
    youngest_s, away = [0.0] * len(scene.lines), [False] * len(scene.lines)
    for one in scene.waiting:
        youngest_s[one.line] = min(youngest_s[one.line], one.waited_s)
        away[one.line] |= one.away_s > 0
    return any(
        not set(line.counters).isdisjoint(other.counters)
        and (is_away or _overtakes(line, other, waited_s, horizon_s, scene.rule))
        for other, waited_s, is_away in zip(scene.lines, youngest_s, away, strict=True)
    )


def _overtakes(line: Line, other: Line, waited_s: float, horizon_s: float, rule: Rule) -> bool:
    """Whether one who comes to `line` just now may be called before one who waits in `other` for `waited_s`."""
    if line.rank is not None or other.rank is not None:
        if line.rank is None or other.rank is None:
            return line.rank is not None
        return line.rank < other.rank or (line.rank == other.rank and waited_s < 0)
    mine, theirs = _cap_s(line, rule), _cap_s(other, rule)
    if mine < horizon_s and (waited_s < 0 or mine + waited_s < theirs):
        return True
    return any(
        (at_s + line.credit_s) / line.target_s > (at_s + waited_s + other.credit_s) / other.target_s
        for at_s in (0.0, horizon_s)
    )


def _cap_s(line: Line, rule: Rule) -> float:
    return min(rule.age_cap_s, rule.age_cap_targets * line.target_s)
