"""The report as HTML: a fragment for a page that brings its own looks, and a page of its own that prints well.

No script, no style attributes; right to left where the language runs so; names that may run the other way are isolated.
The title of every figure leads to its definition, on the screen and in a PDF.
"""

from __future__ import annotations

from html import escape
from math import ceil

from lobby.errors import N_
from lobby.reports.forms.document import Bar, Cell, Document, Grid, Headed, Headline, Line, in_words
from lobby.reports.forms.shown import Words
from lobby.reports.forms.style import STYLE

DARKEST = 5


def as_html(report: Document, words: Words) -> str:
    """A whole page, to be kept, mailed or printed."""
    return (
        f'<!doctype html>\n<html lang="{escape(words.language)}" dir="{words.direction}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{as_html_body(report, words)}\n</body>\n</html>\n"
    )


def as_html_body(report: Document, words: Words) -> str:
    """The report as one `<article class="report">`, for a page around it."""
    defined = frozenset(definition.key for definition in report.definitions)
    return "\n".join(
        [
            f'<article class="report" lang="{escape(words.language)}" dir="{words.direction}">',
            f'<h2 class="report-title">{escape(report.title)}</h2>',
            '<ul class="report-notes">',
            *(f"<li>{escape(note)}</li>" for note in report.notes),
            "</ul>",
            '<div class="report-headlines">',
            *(_headline(headline, words) for headline in report.headlines),
            "</div>",
            *(_grid(f"table-{number}", grid, defined) for number, grid in enumerate(report.grids, start=1)),
            _definitions(report, words),
            "</article>",
        ]
    )


def _headline(headline: Headline, words: Words) -> str:
    compared = any(figure.before for figure in headline.figures)
    before = f'<th scope="col" class="report-before">{escape(words(N_("before")))}</th>' if compared else ""
    head = f"<thead><tr><td></td><td></td>{before}</tr></thead>" if compared else ""
    lines = "".join(_headed(figure, compared) for figure in headline.figures)
    return (
        f'<section class="report-headline"><table class="report-figures"><caption>{escape(headline.title)}</caption>'
        f"{head}<tbody>{lines}</tbody></table></section>"
    )


def _headed(figure: Headed, compared: bool) -> str:
    before = f'<td class="report-before"><bdi>{_text(figure.before)}</bdi></td>' if compared else ""
    return (
        f'<tr><th scope="row">{_to_definition(figure.key, figure.title)}</th>'
        f'<td{_kind(in_words(figure.now))} data-figure="{figure.key}"><bdi>{_text(figure.now)}</bdi></td>{before}</tr>'
    )


def _text(cell: Cell | None) -> str:
    return escape(cell.text) if cell else ""


def _grid(name: str, grid: Grid, defined: frozenset[str]) -> str:
    words_in = [in_words(cell) for cell in grid.lines[0].cells]
    head = "".join(
        f'<th scope="col"{_kind(of_words)}>'
        f"{_to_definition(column.figure, column.title) if column.figure in defined else escape(column.title)}</th>"
        for column, of_words in zip(grid.columns, words_in, strict=True)
    )
    corner, order = "<td></td>", ""
    if grid.lines_are:
        corner = f'<th scope="col" class="report-words">{escape(grid.lines_are)}</th>'
        order = f' data-order="{escape(grid.scope)}"'
    bars = "<td></td>" if any(line.bar for line in grid.lines) else ""
    most = max(map(_number, (cell for line in grid.lines for cell in line.cells))) if grid.shaded else 0.0
    lines = "\n".join(_line(line, most, ordered=bool(order)) for line in grid.lines)
    return (
        f'<section class="report-part"><h3 id="{name}">{escape(grid.title)}</h3>\n'
        f'<div class="report-scroll" role="group" aria-labelledby="{name}" tabindex="0">'
        f'<table class="report-grid" aria-labelledby="{name}"{order}>\n'
        f"<thead><tr>{corner}{head}{bars}</tr></thead>\n<tbody>\n{lines}\n</tbody></table></div></section>"
    )


def _line(line: Line, most: float, *, ordered: bool) -> str:
    cells = "".join(
        f"<td{_kind(in_words(cell), _shade(cell, most))}{_value(cell) if ordered else ''}><bdi>{_text(cell)}</bdi></td>"
        for cell in line.cells
    )
    key = f' data-line="{escape(line.key)}"' if ordered else ""
    return f'<tr{key}><th scope="row"><bdi>{escape(line.name)}</bdi></th>{cells}{_bar(line.bar)}</tr>'


def _value(cell: Cell) -> str:
    """What the line may be put in order by."""
    return f' data-value="{cell.value}"' if isinstance(cell.value, (int, float)) else ""


def _shade(cell: Cell, most: float) -> int:
    """How dark the ground is, from 0 to `DARKEST`."""
    return ceil(DARKEST * _number(cell) / most) if most > 0 else 0


def _number(cell: Cell) -> float:
    return cell.value if isinstance(cell.value, (int, float)) else 0.0


def _to_definition(key: str, title: str) -> str:
    return f'<a href="#definition-{key}">{escape(title)}</a>'


def _bar(bar: Bar | None) -> str:
    """The bar, and behind it a paler one for what comes before it: the eye sees how few make the most."""
    if bar is None:
        return ""
    before, own = 100 * (bar.together - bar.share), 100 * bar.share
    return (
        '<td class="report-bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="before" width="{before:.1f}" height="10"/>'
        f'<rect class="own" x="{before:.1f}" width="{own:.1f}" height="10"/></svg></td>'
    )


def _kind(of_words: bool, shade: int = 0) -> str:
    kind = "report-words" if of_words else f"report-shade-{shade}" if shade else ""
    return f' class="{kind}"' if kind else ""


def _definitions(report: Document, words: Words) -> str:
    items = "".join(
        f'<dt id="definition-{one.key}">{escape(one.title)}</dt><dd>{escape(one.sentence)}</dd>'
        for one in report.definitions
    )
    return f'<section class="report-definitions"><h3>{escape(words(N_("Definitions")))}</h3><dl>{items}</dl></section>'
