"""The report as HTML: a fragment for a page that brings its own looks, and a page of its own that prints well.

No script, no style attributes; right to left where the language runs so; names that may run the other way are isolated.
"""

from __future__ import annotations

from html import escape

from lobby.errors import N_
from lobby.reports.document import Bar, Column, Document, Grid, Headline, Line
from lobby.reports.shown import Words

STYLE = """
:root { color-scheme: light; font: 15px/1.45 system-ui, "Noto Sans", sans-serif; color: #1b1f24; background: #fff; }
body { margin: 0 auto; padding: 2rem 1.5rem; max-width: 72rem; }
.report-title { font-size: 1.6rem; margin: 0 0 .5rem; }
.report-notes { margin: 0 0 1.5rem; padding: 0; list-style: none; color: #57606a; }
.report-headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; }
.report-headline h3, .report-grid caption { font-size: 1.05rem; font-weight: 600; margin: 0 0 .4rem; }
.report-grid caption { text-align: start; }
.report-figures { margin: 0; display: grid; grid-template-columns: 1fr auto; gap: .2rem 1rem; }
.report-figures dd { margin: 0; text-align: end; font-variant-numeric: tabular-nums; font-weight: 600; }
.report-scroll { overflow-x: auto; margin-block-start: 1.75rem; }
.report-grid { border-collapse: collapse; width: 100%; }
.report-grid th, .report-grid td { padding: .35rem .6rem; border-block-end: 1px solid #d0d7de; text-align: end; }
.report-grid th { font-weight: 600; vertical-align: bottom; }
.report-grid th[scope=row], .report-grid .report-words { text-align: start; }
.report-grid td { font-variant-numeric: tabular-nums; }
.report-bar { inline-size: 30%; }
.report-bar svg { display: block; inline-size: 100%; block-size: 1rem; border-radius: 3px; background: #f0f2f4; }
.report-bar .before { fill: #c5d0da; }
.report-bar .own { fill: #1f4e79; }
[dir=rtl] .report-bar svg { transform: scaleX(-1); }
.report-definitions { margin-block-start: 2rem; font-size: .9rem; }
.report-definitions dl { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .35rem 1rem; }
.report-definitions dt { font-weight: 600; }
.report-definitions dd { margin: 0; }
@page { size: A4 landscape; margin: 14mm; }
@media print {
  :root { font-size: 10.5px; }
  body { padding: 0; max-width: none; }
  .report-scroll { overflow: visible; }
  .report-headline, .report-grid tr { break-inside: avoid; }
  .report-grid thead { display: table-header-group; }
}
"""


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
    return "\n".join(
        [
            f'<article class="report" lang="{escape(words.language)}" dir="{words.direction}">',
            f'<h2 class="report-title">{escape(report.title)}</h2>',
            '<ul class="report-notes">',
            *(f"<li>{escape(note)}</li>" for note in report.notes),
            "</ul>",
            '<div class="report-headlines">',
            *(_headline(headline) for headline in report.headlines),
            "</div>",
            *(_grid(grid) for grid in report.grids),
            _definitions(report, words),
            "</article>",
        ]
    )


def _headline(headline: Headline) -> str:
    items = "".join(
        f'<dt>{escape(name)}</dt><dd data-figure="{key}"><bdi>{escape(text)}</bdi></dd>'
        for key, name, text in headline.figures
    )
    return (
        f'<section class="report-headline"><h3>{escape(headline.title)}</h3>'
        f'<dl class="report-figures">{items}</dl></section>'
    )


def _grid(grid: Grid) -> str:
    head = "".join(f'<th scope="col"{_kind(column.key)}>{escape(column.title)}</th>' for column in grid.columns)
    bars = "<td></td>" if any(line.bar for line in grid.lines) else ""
    lines = "\n".join(_line(line, grid.columns) for line in grid.lines)
    return (
        f'<div class="report-scroll" role="group" aria-label="{escape(grid.title)}" tabindex="0">'
        f'<table class="report-grid"><caption>{escape(grid.title)}</caption>\n'
        f"<thead><tr><td></td>{head}{bars}</tr></thead>\n<tbody>\n{lines}\n</tbody></table></div>"
    )


def _line(line: Line, columns: tuple[Column, ...]) -> str:
    cells = "".join(
        f"<td{_kind(column.key)}><bdi>{escape(text)}</bdi></td>"
        for column, text in zip(columns, line.cells, strict=True)
    )
    return f'<tr><th scope="row"><bdi>{escape(line.name)}</bdi></th>{cells}{_bar(line.bar)}</tr>'


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


def _kind(key: str) -> str:
    return ' class="report-words"' if key == "mix" else ""


def _definitions(report: Document, words: Words) -> str:
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(sentence)}</dd>" for _, name, sentence in report.definitions)
    return f'<section class="report-definitions"><h3>{escape(words(N_("Definitions")))}</h3><dl>{items}</dl></section>'
