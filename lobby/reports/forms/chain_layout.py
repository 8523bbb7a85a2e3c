"""What the report of a chain shows, in which order: the figures of a branch's report, and a line for each branch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from babel.numbers import format_decimal

from lobby.care.codes import called
from lobby.errors import N_
from lobby.reports.by_chance import Against
from lobby.reports.chain import ChainFigures, Together
from lobby.reports.complaint_definitions import COMPLAINTS
from lobby.reports.definitions import FIGURES, PERCENTILES
from lobby.reports.forms import contents
from lobby.reports.forms.chain_contents import ABOUT, BRANCHES, VISITS
from lobby.reports.forms.complaint_layout import PARETO, pareto_grid
from lobby.reports.forms.document import Column, Definition, Document, Grid, Headed, Headline, Line
from lobby.reports.forms.layout import parts
from lobby.reports.forms.shown import (
    NOTHING,
    Words,
    cell,
    day_shown,
    duration,
    name_of,
    said,
    service_names,
    side_by_side,
    time_shown,
    values,
)
from lobby.reports.shares_by_day import COMPARED
from lobby.reports.spread import share

MOST_SERVICES = 8
"""So many, the most frequent, have a column of the mix."""

MIX, CATEGORIES = FIGURES["mix_share"], FIGURES["complaints_categories"]
KNOWN = FIGURES | {key: COMPLAINTS[key] for key in PARETO}

NAMED = 20
"""So many branches without figures are named; of more, how many there are."""


def document(figures: ChainFigures, words: Words) -> Document:
    """The report in words."""
    headlines = tuple(_headlines(figures, words))
    grids = tuple(_grids(figures, words))
    shown = [figure.key for headline in headlines for figure in headline.figures]
    shown += [column.figure for grid in grids for column in grid.columns]
    return Document(
        title=f"{name_of(figures.overall, words)}: {day_shown(figures.day, words)}",
        about=(
            ("branch", "chain"),
            ("day", figures.day),
            ("zone", figures.zone),
            ("service_level_target_s", f"{figures.service_level_target_s:g}"),
            *((key, " ".join(getattr(figures, key))) for key in ("missing", "late", "replaced", "small")),
        ),
        scope="chain",
        notes=tuple(_notes(figures, words)),
        headlines=headlines,
        grids=grids,
        definitions=tuple(
            Definition(key, words(KNOWN[key].title), words(KNOWN[key].definition)) for key in dict.fromkeys(shown)
        ),
    )


def _notes(figures: ChainFigures, words: Words) -> Iterator[str]:
    """What a reader must know beside the numbers."""
    at = time_shown(figures.at, figures.zone, words)
    yield words(N_("As of %(time)s. Only days that are over count."), time=at)
    yield words(
        N_("Branches: %(branches)s. Their business days together: %(days)s."),
        branches=len(figures.branches),
        days=figures.overall.days,
    )
    if 0 < len(figures.missing) <= NAMED:
        yield words(
            N_("Nothing is known of these branches in this time: %(names)s"), names=_named(figures.missing, words)
        )
    elif figures.missing:
        yield words(N_("Nothing is known of %(count)s branches in this time."), count=len(figures.missing))
    if figures.late:
        yield words(
            N_("Not everything has arrived yet from these branches: %(names)s"), names=_named(figures.late, words)
        )
    if figures.overall.follow_ups.follow_ups_due is None:
        yield words(
            N_(
                "A head office knows complaints for 400 days after they were closed, and follow-ups for 60 days after "
                "they were done. What is older is in the report of the branch."
            )
        )
    if figures.small:
        yield words(
            N_("Figures of work are left out where fewer than 3 colleagues served, or could be reckoned: %(names)s"),
            names=_named(figures.small, words),
        )
    if figures.replaced:
        yield words(
            N_("Restored from a backup, and figures of this time are other than before: %(names)s"),
            names=_named(figures.replaced, words),
        )
    yield words(
        N_("Service level target of the whole chain: called within %(target)s."),
        target=duration(figures.service_level_target_s),
    )
    yield words(N_("Every figure is reckoned from all visits together, and never from the averages of branches."))
    if any(one.against for one in figures.branches):
        yield words(
            N_(
                "Beside all others, a number stands only where the days of a branch differ from theirs by more than "
                "chance explains. It takes five days."
            )
        )
    yield words(PERCENTILES)


def _named(branches: tuple[str, ...], words: Words) -> str:
    more = ("…",) if len(branches) > NAMED else ()
    return side_by_side((*branches[:NAMED], *more), words)


def _headlines(figures: ChainFigures, words: Words) -> Iterator[Headline]:
    known = dict(values(figures.overall))
    services = service_names(figures.services, words)
    for heading, keys, _ in contents.HEADLINES:
        have = [key for key in keys if key in known]
        if have:
            yield Headline(
                words(heading),
                tuple(
                    Headed(key, words(FIGURES[key].title), cell(FIGURES[key], known[key], words, services))
                    for key in have
                ),
            )


def _grids(figures: ChainFigures, words: Words) -> Iterator[Grid]:
    sheet, lines_are, branches = N_("By branch"), words(N_("Branch")), figures.branches
    categories = {part.code: called("category", part.code, part.names, words) for part in figures.categories}
    yield from parts(VISITS, sheet, branches, words, bar="issued", lines_are=lines_are)
    yield from parts(BRANCHES, sheet, branches, words, lines_are=lines_are)
    if categories:
        yield from parts(ABOUT, sheet, branches, words, categories, lines_are=lines_are)
    if any(one.against for one in branches):
        yield _against(branches, words, lines_are)
    if figures.overall.mix:
        yield _mix(figures, words, lines_are)
    if figures.categories:
        yield pareto_grid("category", words(CATEGORIES.title), figures.categories, words)
    if figures.first != figures.last:
        yield from parts(contents.DAYS, N_("By day"), figures.by_day, words, bar="issued")
    yield from parts(contents.SERVICES, N_("By service"), figures.services, words)
    yield from parts(contents.LANGUAGES, N_("By language"), figures.languages, words)
    yield from parts(contents.CLASSES, N_("By priority class"), figures.classes, words)


def _against(branches: Sequence[Together], words: Words, lines_are: str) -> Grid:
    """Each branch beside all others: only what is more than chance is said as a number."""
    columns = tuple(Column(f"{key}/others", words(FIGURES[key].title)) for key in COMPARED)
    lines = tuple(
        Line(one.key, name_of(one, words), tuple(said(_difference(one.against[key], words)) for key in COMPARED))
        for one in branches
    )
    title = words(N_("By branch: beside all others"))
    return Grid("branch", title, words(N_("By branch")), columns, lines, lines_are=lines_are)


def _difference(found: Against, words: Words) -> str:
    if found.difference is None or found.beyond is None:
        return NOTHING
    if not found.beyond:
        return words(N_("as the others"))
    points = format_decimal(100 * found.difference, format="+0.0;−0.0", locale=words.locale)
    return words(N_("%(points)s points"), points=points)


def _mix(figures: ChainFigures, words: Words, lines_are: str) -> Grid:
    """Of what was finished in each branch, how much was of each service."""
    names, title = service_names(figures.services, words), words(MIX.title)
    codes = list(figures.overall.mix)[:MOST_SERVICES]
    columns = tuple(Column(f"mix_share/{code}", names.get(code, code)) for code in codes)
    lines = tuple(
        Line(
            one.key,
            name_of(one, words),
            tuple(
                cell(FIGURES["mix_share"], share(one.mix.get(code, 0), sum(one.mix.values())), words) for code in codes
            ),
        )
        for one in figures.branches
    )
    return Grid("branch", title, title, columns, lines, shaded=True, lines_are=lines_are)
