"""What customers said, as a part of a report: their answers by what they are about, and what they named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lobby.care.codes import called
from lobby.care.feedback import WHAT_COULD_BE_BETTER, WHAT_WAS_GOOD
from lobby.reports.definitions import FIGURES
from lobby.reports.forms.document import Bar, Column, Grid, Line
from lobby.reports.forms.shown import Words, cell
from lobby.reports.pareto import Part
from lobby.reports.said import Said

NAMED = ("named", "named_share", "named_together")


def choice_names(said: Said, words: Words) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What each code that was chosen is called: of what was good, and of what could be better."""
    good = {part.code: called("good", part.code, part.names, words) for part in said.good}
    return good, {part.code: called("bad", part.code, part.names, words) for part in said.bad}


def named_grids(said: Said, words: Words) -> Iterator[Grid]:
    """What was good and what could be better, the most frequent first, with bars."""
    columns = tuple(Column(key, words(FIGURES[key].title)) for key in NAMED)
    good, bad = choice_names(said, words)
    for scope, title, parts, names in (
        ("good", WHAT_WAS_GOOD, said.good, good),
        ("bad", WHAT_COULD_BE_BETTER, said.bad, bad),
    ):
        lines = tuple(_line(part, names, words) for part in parts)
        yield Grid(scope, words(title), words(title), columns, lines)


def _line(part: Part, names: Mapping[str, str], words: Words) -> Line:
    values = zip(NAMED, (part.count, part.share, part.together), strict=True)
    cells = tuple(cell(FIGURES[key], value, words) for key, value in values)
    return Line(part.code, names[part.code], cells, Bar(part.share, part.together))
