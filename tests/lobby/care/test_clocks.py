"""What a clock says, when it warns, and what the law's clock is set to. Dates were reckoned by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.care.calendars import Calendar, Deadline, due
from lobby.care.clocks import Clock, ClockKind, Standing, legal_due, standing, warn_at
from lobby.care.jurisdictions import JURISDICTIONS, Matter, calendar_of


def ms(moment: str) -> int:
    """`2026-03-29T02:00+01:00` as ms UTC."""
    return (datetime.fromisoformat(moment) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


CALENDARS = {
    "gb": calendar_of(
        "gb",
        "Europe/London",
        frozenset({"2026-04-03", "2026-04-06", "2026-05-04", "2026-12-25", "2026-12-28", "2027-01-01"}),
    ),
    "eu": calendar_of(
        "eu", "Europe/Madrid", frozenset({"2026-04-02", "2026-04-03", "2026-10-12", "2026-11-02", "2026-12-25"})
    ),
    "es": calendar_of("es", "Europe/Madrid", frozenset({"2026-10-12"})),
    "cn": calendar_of("cn", "Asia/Shanghai", frozenset({"2026-10-01", "2026-10-02", "2026-10-05"})),
    "ru": calendar_of(
        "ru",
        "Europe/Moscow",
        frozenset(
            {"2025-11-03", "2025-11-04", "2026-05-01", "2026-05-11", "2026-12-31", "2027-01-01"}
            | {"2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08"}
        ),
        frozenset({"2025-11-01"}),
    ),
    "sa": calendar_of("sa", "Asia/Riyadh", frozenset({"2026-02-22"})),
    "in": calendar_of("in", "Asia/Kolkata", frozenset({"2026-12-25"})),
    "us": calendar_of("us", "America/New_York", frozenset({"2026-05-25"})),
}

LAWS = [
    # Eight weeks are 56 days: 29 to the end of March, 27 in April.
    ("gb", "general", "", "2026-03-02T10:00+00:00", "2026-04-27T23:59:59.999+01:00"),
    # Received a minute before the weekend; the last day is a bank holiday, and stays the last.
    ("gb", "general", "", "2026-11-06T23:59+00:00", "2027-01-01T23:59:59.999+00:00"),
    # Over Good Friday and Easter Monday: 3 days in March and April, then 7-10, 13-17, 20-22 April.
    ("gb", "payments", "", "2026-03-30T10:00+01:00", "2026-04-22T23:59:59.999+01:00"),
    ("gb", "payments", "extended", "2026-03-30T10:00+01:00", "2026-05-21T23:59:59.999+01:00"),
    # 21-24 and 29-31 December, 4-8 and 11-13 January.
    ("gb", "payments", "", "2026-12-18T23:59+00:00", "2027-01-13T23:59:59.999+00:00"),
    # Over the end of summer time: 13-16, 19-23, 26-30 October, 3 November.
    ("eu", "payments", "", "2026-10-09T10:00+02:00", "2026-11-03T23:59:59.999+01:00"),
    # Received on a Saturday, over its beginning: 30 March - 1 April, 6-10, 13-17, 20-21 April.
    ("eu", "payments", "", "2026-03-28T11:00+01:00", "2026-04-21T23:59:59.999+02:00"),
    ("es", "general", "", "2026-01-31T10:00+01:00", "2026-02-28T23:59:59.999+01:00"),
    ("es", "general", "", "2028-01-31T10:00+01:00", "2028-02-29T23:59:59.999+01:00"),
    ("es", "general", "", "2026-12-15T10:00+01:00", "2027-01-15T23:59:59.999+01:00"),
    # 13-16, 19-23, 26-30 October, 2 November. Spain's time is not extended here.
    ("es", "payments", "extended", "2026-10-09T23:59+02:00", "2026-11-02T23:59:59.999+01:00"),
    ("cn", "general", "", "2026-09-30T16:00+08:00", "2026-10-15T23:59:59.999+08:00"),
    ("cn", "payments", "complex", "2026-09-30T16:00+08:00", "2026-10-30T23:59:59.999+08:00"),
    ("cn", "general", "complex extended", "2026-09-30T16:00+08:00", "2026-11-29T23:59:59.999+08:00"),
    ("cn", "general", "extended", "2026-09-30T16:00+08:00", "2026-11-14T23:59:59.999+08:00"),
    ("cn", "general", "", "2028-02-14T23:59+08:00", "2028-02-29T23:59:59.999+08:00"),
    # 4-8, 12-15, 18-22, 25 May; then 26-29 May, 1-5 and 8 June.
    ("ru", "general", "", "2026-04-30T23:59+03:00", "2026-05-25T23:59:59.999+03:00"),
    ("ru", "general", "extended", "2026-04-30T23:59+03:00", "2026-06-08T23:59:59.999+03:00"),
    # 28-30 December, 11-15, 18-22, 25-26 January.
    ("ru", "general", "", "2026-12-25T10:00+03:00", "2027-01-26T23:59:59.999+03:00"),
    # 31 October, the worked Saturday 1 November, 5-7, 10-14, 17-21 November.
    ("ru", "general", "", "2025-10-30T10:00+03:00", "2025-11-21T23:59:59.999+03:00"),
    ("sa", "general", "", "2026-02-05T23:59+03:00", "2026-02-12T23:59:59.999+03:00"),
    ("sa", "general", "", "2026-02-07T11:00+03:00", "2026-02-12T23:59:59.999+03:00"),
    # Received on a Thursday; Sunday is a holiday: 23-26 February, 1 March.
    ("sa", "payments", "extended", "2026-02-19T10:00+03:00", "2026-03-01T23:59:59.999+03:00"),
    ("in", "general", "", "2028-01-30T10:00+05:30", "2028-02-29T23:59:59.999+05:30"),
    ("in", "general", "", "2026-12-12T18:00+05:30", "2027-01-11T23:59:59.999+05:30"),
    # Over the beginning of summer time on 8 March; 45 days are 25 in March and 20 in April.
    ("us", "payments", "", "2026-03-06T17:00-05:00", "2026-03-20T23:59:59.999-04:00"),
    ("us", "payments", "extended", "2026-03-06T17:00-05:00", "2026-04-20T23:59:59.999-04:00"),
]


@pytest.mark.parametrize(("place", "matter", "case", "received", "last"), LAWS)
def test_the_laws_clock(place: str, matter: Matter, case: str, received: str, last: str) -> None:
    found = legal_due(place, matter, "complex" in case, "extended" in case, ms(received), CALENDARS[place])
    assert found == ms(last)


@pytest.mark.parametrize(("place", "matter"), [("eu", "general"), ("us", "general"), ("", "general")])
def test_where_we_know_of_no_law_no_clock_of_the_law_runs(place: str, matter: Matter) -> None:
    assert legal_due(place, matter, True, True, ms("2026-03-02T10:00+00:00"), CALENDARS["eu"]) is None


START, DUE = ms("2026-05-20T10:00+01:00"), ms("2026-05-21T10:00+01:00")
RUNNING = Clock(ClockKind.PROMISE, START, DUE)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("2026-05-20T10:00+01:00", "ok"),
        ("2026-05-21T03:59:59.999+01:00", "ok"),
        ("2026-05-21T04:00+01:00", "soon"),
        ("2026-05-21T10:00+01:00", "soon"),
        ("2026-05-21T10:00:00.001+01:00", "over"),
    ],
)
def test_a_running_clock_warns_after_three_quarters_and_is_over_after_its_last_moment(now: str, says: str) -> None:
    assert standing(RUNNING, ms(now), 0.75) == says


@pytest.mark.parametrize(("late_ms", "says"), [(-1, "kept"), (0, "kept"), (1, "missed")])
def test_a_stopped_clock_says_whether_it_was_kept_whatever_the_time(late_ms: int, says: str) -> None:
    stopped = Clock(ClockKind.LAW, START, DUE, DUE + late_ms)
    assert {standing(stopped, now, 0.75) for now in (START, DUE, DUE + 86_400_000)} == {says}


def test_a_promise_over_the_weekend_warns_in_working_time() -> None:
    """Friday 16:00 to Monday 16:00: 18 of 24 hours are over on Monday at 10:00, not on Sunday night."""
    friday, monday = ms("2026-05-15T16:00+01:00"), ms("2026-05-18T16:00+01:00")
    clock = Clock(ClockKind.PROMISE, friday, monday)
    assert warn_at(clock, 0.75, CALENDARS["gb"]) == ms("2026-05-18T10:00+01:00")
    assert warn_at(clock, 0.75) == ms("2026-05-17T22:00+01:00")
    assert standing(clock, ms("2026-05-18T09:00+01:00"), 0.75, CALENDARS["gb"]) is Standing.OK


def test_a_clock_without_any_working_time_warns_when_it_is_due() -> None:
    clock = Clock(ClockKind.DUE, ms("2026-05-16T10:00+01:00"), ms("2026-05-17T10:00+01:00"))
    assert warn_at(clock, 0.75, CALENDARS["gb"]) == clock.due


@given(
    st.sampled_from(sorted(JURISDICTIONS)),
    st.integers(ms("2026-01-01T00:00+00:00"), ms("2031-01-01T00:00+00:00")),
    st.sampled_from([Deadline(24, "hours"), Deadline(15, "business_days"), Deadline(8, "weeks"), Deadline(1, "days")]),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_clock_goes_from_ok_to_soon_to_over_once(
    place: str, start: int, deadline: Deadline, share: float, by_calendar: bool
) -> None:
    calendar = CALENDARS[place] if by_calendar else None
    clock = Clock(ClockKind.LAW, start, due(start, deadline, CALENDARS[place]))
    warns = warn_at(clock, share, calendar)
    assert start <= warns <= clock.due
    assert standing(clock, warns, share, calendar) is Standing.SOON
    assert standing(clock, clock.due + 1, share, calendar) is Standing.OVER
    if warns > start:
        assert standing(clock, warns - 1, share, calendar) is Standing.OK


@given(
    st.sampled_from(sorted(JURISDICTIONS)),
    st.sampled_from(["general", "payments"]),
    st.integers(ms("2026-01-01T00:00+00:00"), ms("2031-01-01T00:00+00:00")),
    st.integers(0, 10**10),
    st.booleans(),
    st.booleans(),
)
def test_the_law_gives_who_comes_later_no_less_and_an_extension_no_shorter_time(
    place: str, matter: Matter, received: int, by_ms: int, complex: bool, extended: bool
) -> None:
    calendar = CALENDARS[place]
    found = legal_due(place, matter, complex, extended, received, calendar)
    later = legal_due(place, matter, complex, extended, received + by_ms, calendar)
    ordinary = legal_due(place, matter, False, False, received, calendar)
    if found is None or later is None or ordinary is None:
        assert (found, later, ordinary) == (None, None, None)
    else:
        assert received < ordinary <= found <= later


def test_calendars_warn_of_the_same_clock_each_in_its_own_time() -> None:
    clock = Clock(ClockKind.PROMISE, ms("2026-03-02T00:00+00:00"), ms("2026-03-06T00:00+00:00"))
    free = [frozenset[str](), frozenset({"2026-03-02", "2026-03-03"}), frozenset({"2026-03-05"})]
    warned = [warn_at(clock, 0.375, Calendar("UTC", holidays=days)) for days in free]
    assert warned == [ms(f"2026-03-{when}:00+00:00") for when in ("03T12:00", "04T18:00", "03T03:00")]
    again = [warn_at(clock, 0.375, Calendar("UTC", holidays=days)) for days in reversed(free)]
    assert again == warned[::-1]
    assert warn_at(clock, 0.375) == warned[0], "no calendar: every day counts"
