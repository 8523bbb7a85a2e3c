// How long: today's bars, the same weekday a week ago as an outline over them, the target as a line. In shares: a day so far
// and a whole day have other numbers, and may have the same shape.

import { mirrored, share, told } from "/static/manager_words.js";
import { grid, Picture, side, tooltip } from "/static/manager_picture.js";

export class Spread extends Picture {
  #key;
  #width;

  // `key` names the counts in a course's spreads, `width` the width of their classes.
  constructor(id, key, width) {
    super(id);
    this.#key = key;
    this.#width = width;
  }

  draw(today, before, service, target) {
    const counts = today.spreads[service]?.[this.#key] ?? [];
    const past = before?.spreads[service]?.[this.#key] ?? [];
    if (!counts.some(Boolean) && !past.some(Boolean)) return this.nothing();
    const minutes = today[this.#width] / 60;
    const last = Math.max(...[counts, past].map((some) => some.findLastIndex(Boolean)), 3) + 1;
    const classes = Array.from({ length: last }, (_, at) => (at === counts.length - 1
      ? told("%(low)s min and more", { low: at * minutes })
      : told("%(low)s–%(high)s min", { low: at * minutes, high: (at + 1) * minutes })));
    const all = counts.reduce((sum, count) => sum + count, 0);
    const within = target === null ? null : counts.slice(0, Math.round(target / 60 / minutes)).reduce((sum, count) => sum + count, 0);
    const said = within === null || !all ? told("Counted: %(count)s", { count: all }) : told("Within the target: %(share)s", { share: share(within / all) });
    const then = past.reduce((sum, count) => sum + count, 0);
    this.show((colour, width) => option({ colour, width, counts, now: shares(counts, all, last), past: shares(past, then, last), minutes, last, classes, target }), said, {
      caption: told("Counted: %(count)s", { count: all }),
      heads: [told("Time"), told("Today"), told("A week ago")],
      rows: classes.map((name, at) => [name, String(counts[at] ?? 0), String(past[at] ?? 0)]),
    });
  }
}

const shares = (counts, all, last) => counts.slice(0, last).map((count) => (all ? count / all : 0));

function option({ colour, width, counts, now, past, minutes, last, classes, target }) {
  const edges = { [side]: 36, [side === "left" ? "right" : "left"]: 16 };
  const name = { color: colour.soft, fontSize: 12 };
  const every = Math.max(1, Math.ceil(last * 34 / width));
  return {
    grid: grid({ ...edges, top: 24, bottom: 26 }),
    xAxis: [
      { type: "category", data: classes, inverse: mirrored, axisLine: { lineStyle: { color: colour.faint } }, axisTick: { show: false }, axisLabel: { show: false } },
      { type: "value", min: 0, max: last * minutes, interval: minutes * every, position: "bottom", inverse: mirrored, axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: name },
    ],
    yAxis: { type: "value", position: side, splitNumber: 3, axisLabel: { ...name, formatter: share }, splitLine: { lineStyle: { color: colour.faint } } },
    tooltip: tooltip(colour, ([point]) => [
      classes[point.dataIndex],
      told("Today: %(count)s", { count: `${counts[point.dataIndex] ?? 0} (${share(now[point.dataIndex] ?? 0)})` }),
      past.length ? told("A week ago: %(count)s", { count: share(past[point.dataIndex] ?? 0) }) : "",
    ].filter(Boolean).join("\n")),
    series: [
      { type: "bar", data: now, barWidth: "86%", itemStyle: { color: colour.brand } },
      { type: "bar", data: past, barWidth: "86%", barGap: "-100%", silent: true, itemStyle: { color: "transparent", borderColor: colour.line, borderWidth: 1.5, borderType: [4, 3] }, z: 3 },
      ...(target === null ? [] : [{
        type: "line", xAxisIndex: 1, data: [], silent: true,
        markLine: { silent: true, symbol: "none", data: [{ xAxis: target / 60 }], lineStyle: { color: colour.ink, type: "solid", width: 2 }, label: { formatter: told("target"), color: colour.ink, fontSize: 12, position: "end" } },
      }]),
    ],
  };
}
