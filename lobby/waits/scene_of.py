"""The branch as it is now, made into a scene to be played forward."""

from __future__ import annotations

from lobby.queue.branch import Branch
from lobby.queue.calling import in_a_row, may_call, pick
from lobby.queue.counters import Counter
from lobby.queue.opening import spans_of
from lobby.queue.ticket import State, Ticket
from lobby.waits.rates import Stream
from lobby.waits.scene import Line, Post, Rule, Scene, ServiceTimes, Waiting
from lobby.waits.service_times import LONGEST_TURNOVER_S, Learnt, distribution, expected_left_s

BACK_S = 60.0
"""Who is away longer than anybody ever was is expected back within this time."""

RARE_PER_S = 0.25 / 3600
"""Who comes more rarely is not expected."""


def scene_of(branch: Branch, now: int, learnt: Learnt) -> Scene:
    """The scene at `now` (ms UTC). Its first lines are those of customers who come without an appointment or a class,
    one for each service that an open counter gives, in the order of the services."""
    return _Looking(branch, now, learnt).scene()


class _Looking:
    """The branch at `now`, looked through once."""

    def __init__(self, branch: Branch, now: int, learnt: Learnt) -> None:
        self.branch, self.now, self.learnt = branch, now, learnt
        self.open = branch.open_counters()
        self.local = branch.setup.local(now)
        self.lines: dict[tuple[Line, bool, str], int] = {}
        self.rates: dict[Stream, float] = {}

    def scene(self) -> Scene:
        branch, rules = self.branch, self.branch.setup.rules
        for service in branch.setup.services:
            self.expect(Stream(service, "", False))
        tickets = sorted(branch.waiting_tickets(), key=lambda ticket: (ticket.arrived_at, ticket.issued_seq))
        waiting = tuple(
            Waiting(ticket.id, self.line_of(ticket), self.seconds_since(ticket.since), order, self.away_s(ticket))
            for order, ticket in enumerate(tickets)
        )
        for stream in self.learnt.rates.came:
            if self.rate(stream) >= RARE_PER_S:
                self.expect(stream)
        posts = tuple(self.post(counter) for counter in self.open)
        lines = tuple(line for line, _, _ in self.lines)
        services = {line.service for line in lines} | {post.service for post in posts if post.service}
        return Scene(
            lines=lines,
            waiting=waiting,
            posts=posts,
            times={service: self.times(service) for service in sorted(services)},
            rule=Rule(rules.age_cap_s, rules.age_cap_targets, rules.reserves, rules.ratios, in_a_row(branch)),
            call_s=self.learnt.call_s,
            no_show_s=self.learnt.no_show_s,
            closes_in_s=self.closes_in_s(),
        )

    def seconds_since(self, at: int) -> float:
        return (self.now - at) / 1000

    def away_s(self, ticket: Ticket) -> float:
        """For how long the customer needs to be left alone yet."""
        return -self.seconds_since(ticket.held_until) if ticket.held_until and ticket.is_held(self.now) else 0.0

    def rate(self, stream: Stream) -> float:
        found = self.rates.get(stream)
        if found is None:
            half = self.local.hour * 2 + self.local.minute // 30
            found = self.rates[stream] = self.learnt.rates.per_s(stream, (self.local.weekday(), half))
        return found

    def times(self, service: str) -> ServiceTimes:
        """How long the service keeps a counter: until it can call the next."""
        times = self.learnt.times.get(service)
        if times is None:
            times = distribution((), self.branch.setup.known_service(service).mean_service_s)
        return ServiceTimes(tuple(one + self.learnt.turnover_s for one in times.ascending), times.seen)

    def expect(self, stream: Stream) -> None:
        """A line for customers to come, where an open counter gives the service."""
        counters = tuple(c.number for c in self.open if self.branch.serves(c, stream.service))
        if counters:
            self.line(stream, counters)

    def line_of(self, ticket: Ticket) -> int:
        counters = tuple(counter.number for counter in self.open if may_call(self.branch, counter, ticket))
        stream = Stream(ticket.service, ticket.priority, ticket.appointment is not None)
        kept = ticket.for_counter is not None or bool(ticket.for_teller)
        alone = ticket.id if ticket.is_held(self.now) else ""
        return self.line(stream, counters, expected=not (kept or alone), alone=alone)

    def line(self, stream: Stream, counters: tuple[int, ...], *, expected: bool = True, alone: str = "") -> int:
        """The index of their line; `expected`: that others will come to it; `alone`: the ticket that stands in it
        alone. Appointments have lines of their own, since their clocks may start later than a newcomer's."""
        service = self.branch.setup.known_service(stream.service)
        kind = self.branch.setup.known_priority(stream.priority)
        target_s = service.appointment_target_s if stream.appointment else service.target_s
        line = Line(
            service=service.code,
            counters=counters,
            target_s=kind.target_s or target_s,
            priority=stream.priority,
            rank=kind.rank,
            credit_s=kind.credit_s,
            arrivals_per_s=self.rate(stream) if expected else 0.0,
            no_show=self.learnt.no_show,
            patience_s=self.learnt.patience_s,
        )
        return self.lines.setdefault((line, stream.appointment, alone), len(self.lines))

    def post(self, counter: Counter) -> Post:
        skills = len(counter.services) or len(self.branch.setup.services)
        ticket = self.branch.tickets.get(counter.ticket or "")
        if ticket is not None:
            return Post(counter.number, "serving", ticket.service, self.served_s(ticket), skills=skills)
        away_s = self.seconds_since(counter.since) if counter.on_break else self.left_alone_s(counter)
        if counter.on_break or away_s > LONGEST_TURNOVER_S:
            back_in_s = max(BACK_S, expected_left_s(self.learnt.breaks, away_s))
            return Post(counter.number, "away", back_in_s=back_in_s, skills=skills)
        return Post(counter.number, idle_s=self.seconds_since(counter.free_since), skills=skills)

    def left_alone_s(self, counter: Counter) -> float:
        """For how long the counter could have called somebody, and did not."""
        made = pick(self.branch, counter, self.now)
        if made is None:
            return 0.0
        tickets = [one.ticket for one in made.ranked]
        longest_s = max(self.seconds_since(max(one.waiting_since, one.held_until or 0)) for one in tickets)
        return min(self.seconds_since(counter.free_since), longest_s)

    def served_s(self, ticket: Ticket) -> float:
        """How long the service has taken so far; less than 0 while the customer is on the way."""
        step = ticket.step
        if ticket.state is State.CALLED or step.started_at is None:
            return min(0.0, self.seconds_since(step.last_called_at or self.now) - self.learnt.call_s)
        return self.seconds_since(step.started_at) - step.parked_ms / 1000

    def closes_in_s(self) -> float:
        spans = spans_of(self.branch.setup, None, self.local)
        if spans is None:
            return float("inf")
        minute = self.local.hour * 60 + self.local.minute + self.local.second / 60
        return max(0.0, max((span.end for span in spans), default=0) - minute) * 60
