// The day's line: how many wait, over how many came and were served, with the same weekday a week ago behind.

import { behind, bare, EDGE_PX, grid, hours, Picture, small, tooltip, upright } from "/static/manager_picture.js";
import { mirrored, time, told } from "/static/manager_words.js";

const MINUTE_MS = 60_000;
const NUMBERS_PX = 36;

export class Course extends Picture {
  draw(today, before) {
    const days = [today, before].filter((day) => day?.arrivals.length);
    if (!days.length) return this.nothing();
    const first = Math.min(...days.map((day) => day.first));
    const count = Math.max(...days.map((day) => day.first + day.arrivals.length)) - first;
    const minutes = today.bucket_s / 60;
    const start = today.start - (today.first - first) * minutes * MINUTE_MS;
    const clock = (at) => time(start + at * minutes * MINUTE_MS);
    const row = (day, key) => Array.from({ length: count }, (_, at) => day?.[key][first + at - day.first] ?? null);
    const seen = {
      first, count, minutes, clock,
      waiting: level(today, first), waitingBefore: level(before, first),
      arrivals: row(today, "arrivals"), served: row(today, "served"), arrivalsBefore: row(before, "arrivals"),
    };
    this.show((colour, width) => option(colour, width, seen), inWords(seen), table(seen));
  }
}

// Who waited, as [minutes since the picture's first half-hour, people], up to where the day is known.
function level(day, first) {
  if (!day?.arrivals.length) return [];
  const from = (day.first - first) * day.bucket_s / 60;
  const points = day.waiting.map((people, at) => [from + at * day.sample_s / 60, people]);
  return [...points, [from + (day.until - day.start) / MINUTE_MS, points.at(-1)[1]]];
}

const levelAt = (points, minute) => points.find(([at]) => at === minute)?.[1] ?? null;

function inWords({ waiting, minutes, clock }) {
  const most = waiting.reduce((top, point) => (point[1] > top[1] ? point : top), [0, 0]);
  const facts = { now: waiting.at(-1)?.[1] ?? 0, most: most[1], time: clock(most[0] / minutes) };
  return told("Waiting over the day: %(now)s now, %(most)s at most, at %(time)s.", facts);
}

const table = ({ clock, minutes, waiting, waitingBefore, arrivals, served, arrivalsBefore }) => ({
  caption: told("The day"),
  heads: [told("Time"), told("Waiting"), told("Waiting a week ago"), told("Issued"), told("Served"), told("Issued a week ago")],
  rows: arrivals.map((_, at) => [
    clock(at), levelAt(waiting, at * minutes), levelAt(waitingBefore, at * minutes), arrivals[at], served[at], arrivalsBefore[at],
  ]),
});

function option(colour, width, seen) {
  const { first, count, minutes, clock, waiting } = seen;
  const axes = { xAxisIndex: 1, yAxisIndex: 1 };
  return {
    grid: [grid(NUMBERS_PX, { top: 12, height: "56%" }), grid(NUMBERS_PX, { bottom: 28, height: "24%" })],
    xAxis: [
      { type: "value", gridIndex: 0, min: 0, max: count * minutes, inverse: mirrored, ...bare },
      { type: "category", gridIndex: 1, data: seen.arrivals.map((_, at) => clock(at)), inverse: mirrored, ...bare },
      hours({ count, bucket: minutes, first, px: width - NUMBERS_PX - EDGE_PX, clock, gridIndex: 1, axisLabel: small(colour) }),
    ],
    yAxis: [upright(colour, { gridIndex: 0, splitNumber: 4 }), upright(colour, { gridIndex: 1, splitNumber: 2 })],
    tooltip: tooltip(colour, (points) => pointed(points, seen)),
    series: [
      { ...behind(colour), data: seen.waitingBefore, step: "end", z: 4 },
      {
        name: "waiting", type: "line", data: waiting, step: "end", symbol: "none", emphasis: { disabled: true }, z: 3,
        lineStyle: { color: colour.brand, width: 2.5 },
        areaStyle: { color: colour.brandSoft, opacity: 0.7 },
        markPoint: nowPoint(waiting, colour),
      },
      { ...behind(colour), ...axes, data: seen.arrivalsBefore, step: "middle", z: 4 },
      {
        ...axes, type: "bar", data: seen.arrivals, barWidth: "72%", z: 2,
        itemStyle: { color: colour.brandSoft, borderColor: colour.brand, borderWidth: 1 },
      },
      { ...axes, type: "bar", data: seen.served, barWidth: "36%", barGap: "-75%", itemStyle: { color: colour.brand }, z: 3 },
      { type: "line", xAxisIndex: 2, yAxisIndex: 1, data: [] },  // for the clock under the half-hours
    ],
  };
}

const nowPoint = (waiting, colour) => (waiting.length ? {
  silent: true, symbol: "circle", symbolSize: 9, data: [{ coord: waiting.at(-1) }],
  itemStyle: { color: colour.brand }, label: { show: false },
} : {});

function pointed([point], { minutes, clock, waiting, waitingBefore, arrivals, served, arrivalsBefore }) {
  if (point.axisIndex === 0) {
    const minute = Math.floor(point.axisValue / 5) * 5;
    const [now, then] = [levelAt(waiting, minute), levelAt(waitingBefore, minute)];
    return lines(clock(minute / minutes), ["Waiting: %(count)s", now], ["A week ago: %(count)s", then]);
  }
  const at = point.dataIndex;
  const half = told("%(since)s–%(until)s", { since: clock(at), until: clock(at + 1) });
  return lines(half, ["Issued: %(count)s", arrivals[at]], ["Served: %(count)s", served[at]], ["A week ago: %(count)s", arrivalsBefore[at]]);
}

const lines = (when, ...counts) => [
  when, ...counts.filter(([, count]) => count !== null).map(([sentence, count]) => told(sentence, { count })),
].join("\n");
