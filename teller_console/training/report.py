"""What a trainee reads at the end of a lesson, and the same as data."""

from __future__ import annotations

from lobby.words import Words
from teller_console.training.coach import Feedback, Lesson

MOST = 2 / 3
"""From this share on most of it was done."""


def told(lesson: Lesson, words: Words) -> str:
    """Readable text, in the trainee's language."""
    if not lesson.met:
        return words("No customer was called this time. Come back whenever you like.")
    said = [words("How it went"), "", _summary(lesson, words)]
    for number, one in enumerate(lesson.met, 1):
        said += ["", f"{number}. {words(one.situation.title)}", *(f"   {line}" for line in _lines(one, words))]
    return "\n".join([*said, "", _closing(lesson, words)])


def data(lesson: Lesson) -> dict[str, object]:
    """The lesson as JSON takes it; times in seconds."""
    return {
        "planned": lesson.planned,
        "met": len(lesson.met),
        "expected": lesson.expected,
        "done": lesson.done,
        "situations": [
            {
                "situation": one.situation.code,
                "done": [expected.said for expected in one.done],
                "missing": [expected.said for expected in one.missing],
                "call_to_start_s": one.start_s,
                "handling_s": one.handling_s,
                "mean_s": one.mean_s,
            }
            for one in lesson.met
        ],
    }


def _summary(lesson: Lesson, words: Words) -> str:
    return words(
        "Customers: %(met)s of %(planned)s. Done: %(done)s of %(expected)s.",
        met=len(lesson.met),
        planned=lesson.planned,
        done=lesson.done,
        expected=lesson.expected,
    )


def _lines(one: Feedback, words: Words) -> list[str]:
    said = [f"✓ {words(expected.said)}" for expected in one.done]
    said += [f"→ {words(expected.advice)}" for expected in one.missing]
    times = []
    if one.start_s is not None:
        times.append(words("From call to start %(time)s.", time=_clock(one.start_s)))
    if one.handling_s is not None:
        times.append(
            words(
                "At the counter %(time)s; %(mean)s are planned.", time=_clock(one.handling_s), mean=_clock(one.mean_s)
            )
        )
    said += [" ".join(times)] if times else []
    if one.slow_start:
        said.append(words("A customer who stands before you is glad of an early S."))
    if one.long:
        said.append(words("It took longer than planned. That is fine while you learn; the keys become quicker."))
    return said


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _closing(lesson: Lesson, words: Words) -> str:
    if lesson.done == lesson.expected and len(lesson.met) == lesson.planned:
        return words("Everything was done. You are ready for the counter.")
    if lesson.done >= MOST * lesson.expected:
        return words("Most of it was done. Once more the lines with an arrow, and it will come by itself.")
    return words("A good start. Take the lines with an arrow one at a time; nobody learns them all in a day.")
