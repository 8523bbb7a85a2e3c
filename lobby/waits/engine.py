"""Plays a branch forward by its own calling rule, many times at once (the rule: `lobby.queue.calling`).

Two things make it fast. All paths take a step together, each to its own next call, so that a step costs a few array
operations of the size of lines x paths. And only the head of a line is ever looked at, for within a line the rule is
first come, first served.

Which counter calls: the one that can first; of several at the same moment the one with the fewest services, then the
longest idle, then the lowest number. Whom it calls is one number for each head of a line, the largest wins: the index,
lifted above every index for who waited too long (and, at a reserved counter, for whom it is reserved), and above those
for classes that the law ranks.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lobby.queue.services import Reserve
from lobby.waits.play import Crowd, Flags, Floats, Ints, Play, Played, Shift
from lobby.waits.scene import Line, Rule

NEVER = np.inf
RESERVED, TOO_LONG, BY_LAW = 1e5, 1e8, 1e9
"""What lifts a tier above the ones beneath: indices stay below 1e5, waits below 1e8 seconds."""

NO_RATIO = -1
LAST = np.iinfo(np.int64).max


def run(play: Play) -> Played:
    """Play it. Each call is by the rule; the paths do not depend on each other."""
    return _Run(play).played()


class _Run:
    """The play under way. Rows are people, line after line, each line ended by one who never comes. Arrays of people,
    lines and counters have the paths last, and are read and written flat: `row * paths + path` is a head, `line * paths
    + path` its spot, `counter * paths + path` its place. Kinds are counters for which all lines are alike."""

    def __init__(self, play: Play) -> None:
        self.paths, self.path = play.paths, np.arange(play.paths)
        self._people(play.crowds, play.watched)
        self._counters(play.shifts)
        self._rule([crowd.line for crowd in play.crowds], play.rule)
        self.head = self.first_row[:, None] * self.paths + self.path
        self.cell = np.arange(self.head.size).reshape(self.head.shape)
        self.first_cell = np.arange(len(self.hold))[:, None] * self.head.size
        self.since, self.joined = self.all_since[self.head], self.joins[self.head]
        self.eligible = np.maximum(self.joined, self.since + self.hold[:, :, None])

    # -- what is given

    def _people(self, crowds: tuple[Crowd, ...], watched: Sequence[int] | None) -> None:
        self.sizes = [len(crowd.since) for crowd in crowds]
        self.first_row = np.cumsum([0, *(size + 1 for size in self.sizes)], dtype=np.int64)[:-1]
        rows = sum(self.sizes) + len(self.sizes)

        def flat(columns: list[Floats | None], otherwise: float) -> Floats:
            laid = np.full((rows, self.paths), otherwise)
            for row, size, column in zip(self.first_row, self.sizes, columns, strict=True):
                if column is not None:
                    laid[row : row + size] = column
            return laid.reshape(-1)

        self.all_since = flat([crowd.since for crowd in crowds], NEVER)
        self.joins = flat([crowd.since if crowd.joins is None else crowd.joins for crowd in crowds], NEVER)
        absent = self.all_since == NEVER
        self.joins[absent], self.all_since[absent] = NEVER, 0.0
        self.keeps_s = flat([crowd.keeps_s for crowd in crowds], 0.0)
        self.leaves = flat([crowd.leaves for crowd in crowds], NEVER)
        self.order = np.zeros(rows, np.int64)
        for line, (row, size, crowd) in enumerate(zip(self.first_row, self.sizes, crowds, strict=True)):
            self.order[row : row + size] = line if crowd.order is None else crowd.order
        self.called = np.full(rows * self.paths, NEVER)
        self.called_by = np.zeros(rows * self.paths, np.int64)
        watched = self.sizes if watched is None else watched
        self.steps = sum(watched)
        self.past_watched = (self.first_row + np.array(watched, np.int64))[:, None] * self.paths

    def _counters(self, shifts: tuple[Shift, ...]) -> None:
        """Counters stand in the order in which free ones call, but for how long they are idle."""
        self.shifts = sorted(shifts, key=lambda shift: (shift.skills, shift.number))
        self.numbers = np.array([shift.number for shift in self.shifts], np.int64)
        self.fewest_first = np.array([[shift.skills * TOO_LONG] for shift in self.shifts])
        shape = max((len(shift.spans) for shift in self.shifts), default=0), len(self.shifts), self.paths
        self.starts, self.ends = np.full(shape, NEVER), np.full(shape, -NEVER)
        self.free_at = np.empty(shape[1:])
        for at, shift in enumerate(self.shifts):
            spans = shift.spans if shift.spans.ndim == 3 else shift.spans[:, :, None]
            self.starts[: len(spans), at], self.ends[: len(spans), at] = spans[:, 0], spans[:, 1]
            self.free_at[at] = shift.free_at
        self.always_open = bool(np.all(self.starts[:1] == -NEVER) and np.all(self.ends[:1] == NEVER))

    def _rule(self, lines: list[Line], rule: Rule) -> None:
        self.target = np.array([[line.target_s] for line in lines])
        self.credit = np.array([[line.credit_s] for line in lines])
        ranks = sorted({line.rank for line in lines if line.rank is not None}, reverse=True)
        first = [_goes_first(line, ranks, rule) for line in lines]
        self.first_from = np.array([[wait] for wait, _ in first])
        self.first_lift = np.array([[lift] for _, lift in first])
        kinds: dict[tuple[tuple[float, float], ...], int] = {}
        for_counters = [_at_counter(lines, rule, shift.number) for shift in self.shifts]
        self.kind = np.array([kinds.setdefault(kind, len(kinds)) for kind in for_counters], np.int64)
        self.hold = np.array([[hold for hold, _ in kind] for kind in kinds]).reshape(len(kinds), len(lines))
        lift = np.array([[lift for _, lift in kind] for kind in kinds])
        self.lift = np.ascontiguousarray(lift.T) if lift.any() else None
        self.cannot = np.ascontiguousarray(self.hold.T == NEVER)
        self.holds = bool(np.any((self.hold > -NEVER) & (self.hold < NEVER)))
        codes = [ratio.priority for ratio in rule.ratios]
        self.ratio = np.array([[codes.index(line.priority) if line.priority in codes else NO_RATIO] for line in lines])
        self.most = np.array([*(ratio.most for ratio in rule.ratios), LAST], np.int64)
        code, length = rule.in_a_row
        self.row_of = np.full(self.paths, codes.index(code) if code in codes else NO_RATIO)
        self.row_length = np.full(self.paths, length)
        self.ratios = bool(codes)

    # -- a step

    def played(self) -> Played:
        """Step after step, until all who are watched are called, or nobody can be any more."""
        done = 0
        while self.shifts and self.sizes and self._step():
            done += 1
            if done >= self.steps and np.all(self.head >= self.past_watched):
                break
        return self._result()

    def _step(self) -> bool:
        """Each path's next call; False when no path has any."""
        ready = np.maximum(self.free_at, self.eligible.min(axis=1).take(self.kind, axis=0))
        if not self.always_open:
            ready = self._in_hours(ready)
        counter = self._which_counter(ready)
        place = counter * self.paths + self.path
        now = ready.take(place)
        going = now < NEVER
        if not going.any():
            return False
        line = self._which_line(self.kind.take(counter), now)
        spot = line * self.paths + self.path
        head = self.head.take(spot)
        here = going & (self.leaves.take(head) > now)
        self.called[head] = now
        self.called_by[head] = self.numbers.take(counter) * going
        free_at = self.free_at.reshape(-1)
        free_at[place] = np.where(here, now + self.keeps_s.take(head), free_at.take(place))
        if self.ratios:
            self._count(line, here)
        self._next_in_line(line, spot, head + self.paths * going)
        return True

    def _in_hours(self, ready: Floats) -> Floats:
        """The same, or the start of the counter's next span."""
        found = np.full_like(ready, NEVER)
        for start, end in zip(self.starts[::-1], self.ends[::-1], strict=True):
            begin = np.maximum(ready, start)
            found = np.where(begin < end, begin, found)
        return found

    def _which_counter(self, ready: Floats) -> Ints:
        """Who is ready first; of several the one with the fewest services, then the longest idle."""
        found: Ints = ready.argmin(axis=0)
        first = ready == ready.take(found * self.paths + self.path)
        if np.count_nonzero(first) > self.paths:
            turn = self.fewest_first + np.maximum(self.free_at, -TOO_LONG / 2)
            found = np.where(first, turn, NEVER).argmin(axis=0)
        return found

    def _which_line(self, kind: Ints, now: Floats) -> Ints:
        """The line whose head is called to a counter of this kind."""
        absent = self._absent(kind, now)
        if self.ratios:
            absent |= self._out_of_turn(~absent)
        elapsed = now - self.since
        turn = elapsed + self.credit
        turn /= self.target
        if self.lift is not None:
            turn += self.lift.take(kind, axis=1)
        goes_first = elapsed >= self.first_from
        if goes_first.any():
            elapsed += self.first_lift
            np.copyto(turn, elapsed, where=goes_first)
        np.putmask(turn, absent, -NEVER)
        found: Ints = turn.argmax(axis=0)
        most = turn == turn.take(found * self.paths + self.path)
        if np.count_nonzero(most) > self.paths:
            order = self.order.take(self.head // self.paths)
            found = np.where(most, order, LAST).argmin(axis=0)
        return found

    def _absent(self, kind: Ints, now: Floats) -> Flags:
        """Whose head may not be called to a counter of this kind now: not there, not given there, or kept back."""
        if self.holds:
            kept: Flags = self.eligible.take(kind * self.head.size + self.cell) > now
            return kept
        absent: Flags = self.joined > now
        absent |= self.cannot.take(kind, axis=1)
        return absent

    def _out_of_turn(self, there: Flags) -> Flags:
        """Whose ratio is used up, where somebody else is there."""
        used_up = self.row_length >= self.most[self.row_of]
        of_it = used_up & (self.ratio == self.row_of)
        out: Flags = of_it & (there & ~of_it).any(axis=0)
        return out

    def _count(self, line: Ints, here: Flags) -> None:
        """Calls in a row of one class. Who has left is not called."""
        of = self.ratio.take(line)
        self.row_length = np.where(here, np.where(of == self.row_of, self.row_length + 1, 1), self.row_length)
        self.row_of = np.where(here, of, self.row_of)

    def _next_in_line(self, line: Ints, spot: Ints, head: Ints) -> None:
        since, joins = self.all_since.take(head), self.joins.take(head)
        self.head.reshape(-1)[spot] = head
        self.since.reshape(-1)[spot] = since
        self.joined.reshape(-1)[spot] = joins
        eligible = np.maximum(joins, since + self.hold.take(line, axis=1))
        self.eligible.reshape(-1)[self.first_cell + spot] = eligible

    # -- what came of it

    def _result(self) -> Played:
        called = self.called.reshape(-1, self.paths)
        left = self.leaves.reshape(-1, self.paths) <= called
        counter = self.called_by.reshape(-1, self.paths)
        of_line = [slice(row, row + size) for row, size in zip(self.first_row, self.sizes, strict=True)]
        return Played(
            called=tuple(called[rows] for rows in of_line),
            left=tuple(left[rows] for rows in of_line),
            counter=tuple(counter[rows] for rows in of_line),
            free_at={shift.number: self.free_at[at] for at, shift in enumerate(self.shifts)},
        )


def _goes_first(line: Line, ranks: list[int], rule: Rule) -> tuple[float, float]:
    """From which wait on the line goes before all that only the index places, and what lifts it above them."""
    if line.rank is not None:
        return -NEVER, BY_LAW * (1 + ranks.index(line.rank))
    return min(rule.age_cap_s, rule.age_cap_targets * line.target_s), TOO_LONG


def _at_counter(lines: list[Line], rule: Rule, counter: int) -> tuple[tuple[float, float], ...]:
    """For each line, how long after the start of its clock it may be called to this counter (inf: not at all), and what
    lifts it there above others."""
    reserve = next((reserve for reserve in rule.reserves if reserve.counter == counter), None)
    return tuple(_in_line(line, reserve, rule) if counter in line.counters else (NEVER, 0.0) for line in lines)


def _in_line(line: Line, reserve: Reserve | None, rule: Rule) -> tuple[float, float]:
    if reserve is None or line.rank is not None:
        return -NEVER, 0.0
    if line.service in reserve.services or line.priority in reserve.priorities:
        return -NEVER, RESERVED
    cap_s, _ = _goes_first(line, [], rule)
    return min(reserve.until * line.target_s - line.credit_s, cap_s), 0.0
