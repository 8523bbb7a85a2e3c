"""What the report of a chain shows, in which order: the figures of a branch's report, and a line for each branch."""

from __future__ import annotations

from collections.abc import Iterator

from lobby.errors import N_
from lobby.reports.chain import ChainFigures
from lobby.reports.definitions import FIGURES, PERCENTILES
from lobby.reports.forms import contents
from lobby.reports.forms.contents import Part
from lobby.reports.forms.document import Definition, Document, Grid, Headed, Headline
from lobby.reports.forms.layout import parts
from lobby.reports.forms.shown import Words, cell, day_shown, duration, name_of, service_names, time_shown, values

BRANCHES = (
    Part(
        N_("By branch: visits"),
        (
            "issued",
            "served",
            "left",
            "no_show",
            "cancelled_by_customer",
            "cancelled_by_staff",
            "left_at_close",
            "ratings",
            "rating_mean",
        ),
    ),
    Part(
        N_("By branch: waits and promises"),
        (
            "wait_mean_s",
            "wait_median_s",
            "wait_p90_s",
            "wait_max_s",
            "service_level",
            "promised",
            "promise_kept",
            "promise_late",
        ),
    ),
    Part(
        N_("By branch: work"),
        ("steps", "handling_mean_s", "handling_p90_s", "staffed_s", "occupancy", "customers", "per_hour"),
    ),
)

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
            *((key, " ".join(getattr(figures, key))) for key in ("missing", "late", "replaced")),
        ),
        scope="chain",
        notes=tuple(_notes(figures, words)),
        headlines=headlines,
        grids=grids,
        definitions=tuple(
            Definition(key, words(FIGURES[key].title), words(FIGURES[key].definition)) for key in dict.fromkeys(shown)
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
        yield words(N_("Nothing is known of these branches in this time: %(names)s"), names=", ".join(figures.missing))
    elif figures.missing:
        yield words(N_("Nothing is known of %(count)s branches in this time."), count=len(figures.missing))
    if figures.late:
        yield words(N_("Not everything has arrived yet from these branches: %(names)s"), names=_named(figures.late))
    if figures.replaced:
        yield words(
            N_("Restored from a backup, and figures of this time are other than before: %(names)s"),
            names=_named(figures.replaced),
        )
    yield words(
        N_("Service level target of the whole chain: called within %(target)s."),
        target=duration(figures.service_level_target_s),
    )
    yield words(N_("Every figure is reckoned from all visits together, and never from the averages of branches."))
    yield words(PERCENTILES)


def _named(branches: tuple[str, ...]) -> str:
    more = ", …" if len(branches) > NAMED else ""
    return ", ".join(branches[:NAMED]) + more


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
    yield from parts(BRANCHES[:1], N_("By branch"), figures.branches, words, bar="issued")
    yield from parts(BRANCHES[1:], N_("By branch"), figures.branches, words)
    if figures.first != figures.last:
        yield from parts(contents.DAYS, N_("By day"), figures.by_day, words, bar="issued")
    yield from parts(contents.SERVICES, N_("By service"), figures.services, words)
    yield from parts(contents.LANGUAGES, N_("By language"), figures.languages, words)
    yield from parts(contents.CLASSES, N_("By priority class"), figures.classes, words)
