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

import numpy as np
from numpy.typing import NDArray

from lobby.waits.play import Crowd, Floats, Ints, Play, Played
from lobby.waits.scene import Line, Rule

NEVER = np.inf
RESERVED, TOO_LONG, BY_LAW = 1e5, 1e8, 1e9
"""What lifts a tier above the ones beneath: indices stay below 1e5, waits below 1e8 seconds."""


def run(play: Play) -> Played:
    """Play it. Each call is by the rule; the paths do not depend on each other."""
    return _Run(play).played()


class _Run:
    """The play under way. Rows are people, line after line, each line ended by one who never comes; all arrays are
    flat or (.., paths), so that `row * paths + path` finds one in any of them."""

    def __init__(self, play: Play) -> None:
        self.play, self.paths = play, play.paths
        self.path = np.arange(play.paths)
        self._people(play.crowds)
        self._counters()
        self._rule([crowd.line for crowd in play.crowds], play.rule)
        self.head = self.first_row[:, None] * self.paths + self.path
        self.cell = np.arange(self.head.size).reshape(self.head.shape)
        self.since = self.all_since[self.head]
        self.eligible = np.maximum(self.joins[self.head], self.since + self.hold[:, :, None])

    # -- what is given

    def _people(self, crowds: tuple[Crowd, ...]) -> None:
        self.sizes = [len(crowd.since) for crowd in crowds]
        self.first_row = np.cumsum([0, *(size + 1 for size in self.sizes)], dtype=np.int64)[:-1]
        rows = sum(self.sizes) + len(self.sizes)

        def flat(columns: list[Floats | None], otherwise: float) -> Floats:
            laid = np.full((rows, self.paths), otherwise)
            for row, size, column in zip(self.first_row, self.sizes, columns, strict=True):
                if column is not None:
                    laid[row : row + size] = column
            return laid.ravel()

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
        watched = self.sizes if self.play.watched is None else self.play.watched
        self.steps = sum(watched)
        self.past_watched = (self.first_row + np.array(watched, np.int64))[:, None] * self.paths

    def _counters(self) -> None:
        """Counters stand in the order in which free ones call, but for how long they are idle."""
        self.shifts = sorted(self.play.shifts, key=lambda shift: (shift.skills, shift.number))
        self.numbers = np.array([shift.number for shift in self.shifts], np.int64)
        self.fewest_first = np.array([[shift.skills * TOO_LONG] for shift in self.shifts])
        shape = max((len(shift.spans) for shift in self.shifts), default=0), len(self.shifts), self.paths
        self.starts, self.ends = np.full(shape, NEVER), np.full(shape, -NEVER)
        self.free_at = np.empty(shape[1:])
        for at, shift in enumerate(self.shifts):
            spans = shift.spans if shift.spans.ndim == 3 else shift.spans[:, :, None]
            self.starts[: len(spans), at], self.ends[: len(spans), at] = spans[:, 0], spans[:, 1]
            self.free_at[at] = shift.free_at
        self.always_open = bool(np.all(self.starts[:1] <= 0) and np.all(self.ends[:1] == NEVER))

    def _rule(self, lines: list[Line], rule: Rule) -> None:
        self.target = np.array([[line.target_s] for line in lines])
        self.credit = np.array([[line.credit_s] for line in lines])
        self.cap = np.minimum(rule.age_cap_s, rule.age_cap_targets * self.target)
        ranks = sorted({line.rank for line in lines if line.rank is not None}, reverse=True)
        self.by_law = [
            (at, BY_LAW * (1 + ranks.index(line.rank))) for at, line in enumerate(lines) if line.rank is not None
        ]
        kinds: dict[bytes, int] = {}
        for_counters = [_at_counter(lines, rule, shift.number, self.cap) for shift in self.shifts]
        self.kind = np.array([kinds.setdefault(held.tobytes(), len(kinds)) for held in for_counters], np.int64)
        distinct = np.array([for_counters[list(self.kind).index(kind)] for kind in range(len(kinds))])
        self.hold, lift = distinct[:, 0], distinct[:, 1]
        self.lift = lift if np.any(lift) else None
        codes = [ratio.priority for ratio in rule.ratios]
        self.ratio = np.array([[codes.index(line.priority) if line.priority in codes else -1] for line in lines])
        self.most = np.array([ratio.most for ratio in rule.ratios], np.int64)
        code, length = rule.in_a_row
        self.row_of = np.full(self.paths, codes.index(code) if code in codes else -1)
        self.row_length = np.full(self.paths, length)

    # -- a step

    def played(self) -> Played:
        done = 0
        while self._step():
            done += 1
            if done >= self.steps and np.all(self.head >= self.past_watched):
                break
        return self._result()

    def _step(self) -> bool:
        """Each path's next call; False when no path has any."""
        ready = np.maximum(self.free_at, self.eligible.min(axis=1)[self.kind])
        if not self.always_open:
            ready = self._in_hours(ready)
        now = ready.min(axis=0)
        going = now < NEVER
        if not going.any():
            return False
        counter = self._which_counter(ready, now)
        line = self._which_line(counter, now)
        head = self.head[line, self.path]
        self.called[head] = now
        self.called_by[head] = self.numbers[counter] * going
        here = going & (self.leaves[head] > now)
        self.free_at[counter, self.path] = np.where(here, now + self.keeps_s[head], self.free_at[counter, self.path])
        if len(self.most):
            self._count(line, here)
        self._next_in_line(line, head + self.paths * going)
        return True

    def _in_hours(self, ready: Floats) -> Floats:
        """The same, or the start of the counter's next span."""
        found = np.full_like(ready, NEVER)
        for start, end in zip(self.starts[::-1], self.ends[::-1], strict=True):
            begin = np.maximum(ready, start)
            found = np.where(begin < end, begin, found)
        return found

    def _which_counter(self, ready: Floats, now: Floats) -> Ints:
        first = ready == now
        if np.count_nonzero(first) == self.paths:
            return np.argmin(ready, axis=0)
        idle_since = np.maximum(self.free_at, -1e7)
        return np.argmin(np.where(first, self.fewest_first + idle_since, NEVER), axis=0)

    def _which_line(self, counter: Ints, now: Floats) -> Ints:
        """The line whose head is called to the counter."""
        kind = self.kind[counter]
        there = self.eligible.ravel().take(kind * self.head.size + self.cell) <= now
        if len(self.most):
            used_up = np.where(self.row_length >= self.most[self.row_of], self.row_of, -2)
            of_it = self.ratio == used_up
            there &= ~(of_it & (there & ~of_it).any(axis=0))
        elapsed = now - self.since
        turn = (elapsed + self.credit) / self.target
        if self.lift is not None:
            turn += self.lift[kind].T
        too_long = elapsed >= self.cap
        if too_long.any():
            turn = np.where(too_long, TOO_LONG + elapsed, turn)
        for line, lift in self.by_law:
            turn[line] = lift + elapsed[line]
        turn = np.where(there, turn, -NEVER)
        most = turn.max(axis=0)
        if np.count_nonzero(turn == most) == self.paths:
            return np.argmax(turn, axis=0)
        order = self.order[self.head // self.paths]
        return np.argmin(np.where(turn == most, order, np.iinfo(np.int64).max), axis=0)

    def _count(self, line: Ints, here: NDArray[np.bool_]) -> None:
        """Calls in a row of one class. Who has left is not called."""
        of = self.ratio[line, 0]
        self.row_length = np.where(here, np.where(of == self.row_of, self.row_length + 1, 1), self.row_length)
        self.row_of = np.where(here, of, self.row_of)

    def _next_in_line(self, line: Ints, head: Ints) -> None:
        since = self.all_since[head]
        self.head[line, self.path] = head
        self.since[line, self.path] = since
        self.eligible[:, line, self.path] = np.maximum(self.joins[head], since + self.hold[:, line])

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


def _at_counter(lines: list[Line], rule: Rule, counter: int, cap: Floats) -> Floats:
    """For each line, how long after the start of its clock it may be called to this counter (inf: not at all), and what
    lifts it there above others: `(2, lines)`."""
    hold, lift = np.full(len(lines), -NEVER), np.zeros(len(lines))
    reserve = next((reserve for reserve in rule.reserves if reserve.counter == counter), None)
    for at, line in enumerate(lines):
        if counter not in line.counters:
            hold[at] = NEVER
        elif reserve is None or line.rank is not None:
            continue
        elif line.service in reserve.services or line.priority in reserve.priorities:
            lift[at] = RESERVED
        else:
            hold[at] = min(reserve.until * line.target_s - line.credit_s, cap[at, 0])
    return np.array([hold, lift])
