// How long: today's bars, the same weekday a week ago as an outline over them, the target as a line. In shares: a day so far
// and a whole day have other numbers, and may have the same shape.

import { bare, grid, Picture, small, tooltip, upright } from "/static/manager_picture.js";
import { mirrored, share, told } from "/static/manager_words.js";

const LEAST = 4;             // classes are shown, however short everything was
const LABEL_PX = 34;

export class Spread extends Picture {
  #counts;
  #width;

  // `counts` names the row of a course's spreads, `width` the width of its classes.
  constructor(id, counts, width) {
    super(id);
    this.#counts = counts;
    this.#width = width;
  }

  draw(today, before, service, target) {
    const [all, allBefore] = [today, before].map((day) => day?.spreads[service]?.[this.#counts] ?? []);
    if (![...all, ...allBefore].some(Boolean)) return this.nothing();
    const minutes = today[this.#width] / 60;
    const shown = Math.max(LEAST, ...[all, allBefore].map((some) => some.findLastIndex(Boolean) + 1));
    const classes = Array.from({ length: shown }, (_, at) => (at === all.length - 1
      ? told("%(low)s min and more", { low: at * minutes })
      : told("%(low)s–%(high)s min", { low: at * minutes, high: (at + 1) * minutes })));
    const seen = { minutes, classes, target, counts: all.slice(0, shown), shares: shares(all, shown), sharesBefore: shares(allBefore, shown) };
    this.show((colour, width) => option(colour, width, seen), inWords(all, minutes, target), {
      caption: told("Counted: %(count)s", { count: sum(all) }),
      heads: [told("Time"), told("Today"), told("A week ago")],
      rows: classes.map((name, at) => [name, String(all[at] ?? 0), String(allBefore[at] ?? 0)]),
    });
  }
}

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

function shares(counts, shown) {
  const total = sum(counts);
  return counts.slice(0, shown).map((count) => (total ? count / total : 0));
}

function inWords(counts, minutes, target) {
  const total = sum(counts);
  if (target === null || !total) return told("Counted: %(count)s", { count: total });
  return told("Within the target: %(share)s", { share: share(sum(counts.slice(0, Math.round(target / 60 / minutes))) / total) });
}

function option(colour, width, { minutes, classes, target, counts, shares: now, sharesBefore }) {
  const every = Math.max(1, Math.ceil(classes.length * LABEL_PX / width));
  return {
    grid: grid(36, { top: 24, bottom: 26 }),
    xAxis: [
      { type: "category", data: classes, inverse: mirrored, ...bare },
      {
        type: "value", min: 0, max: classes.length * minutes, interval: minutes * every, position: "bottom", inverse: mirrored, ...bare,
        axisLabel: small(colour),
      },
    ],
    yAxis: upright(colour, { minInterval: 0, splitNumber: 3, axisLabel: { formatter: share } }),
    tooltip: tooltip(colour, ([{ dataIndex: at }]) => [
      classes[at],
      told("Today: %(count)s", { count: `${counts[at] ?? 0} (${share(now[at] ?? 0)})` }),
      sharesBefore.length ? told("A week ago: %(count)s", { count: share(sharesBefore[at] ?? 0) }) : "",
    ].filter(Boolean).join("\n")),
    series: [
      { type: "bar", data: now, barWidth: "86%", itemStyle: { color: colour.brand } },
      {
        type: "bar", data: sharesBefore, barWidth: "86%", barGap: "-100%", silent: true, z: 3,
        itemStyle: { color: "transparent", borderColor: colour.line, borderWidth: 1.5, borderType: [4, 3] },
      },
      { type: "line", xAxisIndex: 1, data: [], markLine: target === null ? {} : mark(colour, target / 60) },
    ],
  };
}

const mark = (colour, minutes) => ({
  silent: true, symbol: "none", data: [{ xAxis: minutes }],
  lineStyle: { color: colour.ink, type: "solid", width: 2 },
  label: { formatter: told("target"), color: colour.ink, fontSize: 12, position: "end" },
});
