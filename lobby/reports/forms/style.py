"""The looks of a report that is kept as a file, mailed or printed. They stand inside the file; nothing is fetched."""

STYLE = """
:root { color-scheme: light; font: 15px/1.45 system-ui, "Noto Sans", sans-serif; color: #1b1f24; background: #fff; }
body { margin: 0 auto; padding: 2rem clamp(.75rem, 3vw, 1.5rem); max-width: 76rem; }
.report-title { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
.report-notes { margin: 0 0 1.5rem; padding: 0; list-style: none; color: #57606a; }
.report-headlines { columns: 20rem 3; column-gap: 2rem; }
.report-headline { break-inside: avoid; margin-block-end: 1.5rem; overflow-x: auto; }
.report h3, .report caption { font-size: 1.05rem; font-weight: 600; margin: 0 0 .3rem; text-align: start; }
.report-figures, .report-grid { border-collapse: collapse; width: 100%; }
.report-figures caption { padding-block-end: .3rem; }
.report th { font-weight: 600; text-align: start; }
.report td { text-align: end; font-variant-numeric: tabular-nums; }
.report thead th { color: #57606a; font-size: .85rem; text-align: end; vertical-align: bottom; }
.report-figures th { font-weight: 400; }
.report-figures td:first-of-type { font-weight: 600; }
.report-figures th, .report-figures td { border-block-end: 1px solid #e6eaee; padding: .2rem 0; vertical-align: top; }
.report-figures td { padding-inline-start: 1rem; white-space: nowrap; }
.report-figures .report-words { max-inline-size: 11rem; white-space: normal; }
.report-before { color: #57606a; }
.report-part { margin-block-start: 1.75rem; }
.report-scroll { overflow-x: auto; }
.report-grid th, .report-grid td { border-block-end: 1px solid #d0d7de; padding: .35rem .5rem; }
.report-grid th { word-break: keep-all; }
.report-grid tbody th { background: #fff; inset-inline-start: 0; max-inline-size: 16rem; position: sticky; }
.report-grid .report-words { text-align: start; }
.report-shade-1 { background: #eef3f8; }
.report-shade-2 { background: #dbe6f0; }
.report-shade-3 { background: #c3d5e6; }
.report-shade-4 { background: #a9c2da; }
.report-shade-5 { background: #8db0ce; }
.report a { color: inherit; text-decoration: underline dotted #8c959f; text-underline-offset: .2em; }
.report-bar { inline-size: 25%; }
.report-bar svg { background: #f0f2f4; block-size: 1rem; border-radius: 3px; display: block; inline-size: 100%; }
.report-bar svg { min-inline-size: 5rem; }
.report-bar .before { fill: #c5d0da; }
.report-bar .own { fill: #1f4e79; }
[dir=rtl] .report-bar svg { transform: scaleX(-1); }
.report-definitions { margin-block-start: 2rem; font-size: .9rem; }
.report-definitions dl { columns: 26rem 2; column-gap: 2rem; }
.report-definitions dt { break-after: avoid; font-weight: 600; }
.report-definitions dd { break-inside: avoid; color: #57606a; margin: 0 0 .5rem; }
.report-definitions :target { background: #fff3bf; }
@page { size: A4 landscape; margin: 12mm 12mm 15mm; }
@page { @bottom-right { content: counter(page) " / " counter(pages); font: 9px system-ui, sans-serif; } }
@media print {
  td { print-color-adjust: exact; }
  :root { font-size: 10.5px; }
  body { padding: 0; max-width: none; }
  .report-scroll, .report-headline { overflow: visible; }
  .report-grid tr { break-inside: avoid; }
  .report-part h3, .report-grid thead { break-after: avoid; }
  .report-grid thead { display: table-header-group; }
  .report-grid tbody th { position: static; }
  .report-grid th, .report-grid td { padding: .25rem .35rem; }
  .report a { text-decoration: none; }
}
"""
