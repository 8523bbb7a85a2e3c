// The day's line: how many wait, over how many came and were served, with the same weekday a week ago behind.

import { mirrored, time, told } from "/static/manager_words.js";
import { grid, hours, Picture, side, tooltip } from "/static/manager_picture.js";

const MINUTE_MS = 60_000;

export class Course extends Picture {
  draw(today, before) {
    if (!today.arrivals.length && !before?.arrivals.length) return this.nothing();
    const days = [today, before].filter((day) => day?.arrivals.length);
    const first = Math.min(...days.map((day) => day.first));
    const last = Math.max(...days.map((day) => day.first + day.arrivals.length));
    const bucket = today.bucket_s / 60;
    const start = today.start - (today.first - first) * bucket * MINUTE_MS;
    const clock = (minute) => time(start + minute * MINUTE_MS);
    const line = (day) => (day?.arrivals.length ? day.waiting.map((count, at) => [(day.first - first) * bucket + at * day.sample_s / 60, count]) : []);
    const bars = (day, key) => Array.from({ length: last - first }, (_, at) => day?.[key]?.[first + at - day.first] ?? null);
    const waiting = line(today);
    if (waiting.length) waiting.push([(today.until - start) / MINUTE_MS, waiting.at(-1)[1]]);
    const most = waiting.reduce((top, point) => (point[1] > top[1] ? point : top), [0, 0]);
    const said = told("Waiting over the day: %(now)s now, %(most)s at most, at %(time)s.", { now: waiting.at(-1)?.[1] ?? 0, most: most[1], time: clock(most[0]) });

    const places = Array.from({ length: last - first }, (_, at) => at);
    const rows = places.map((at) => [
      clock(at * bucket), value(waiting, at * bucket), value(line(before), at * bucket), bars(today, "arrivals")[at], bars(today, "served")[at], bars(before, "arrivals")[at],
    ]);
    this.show((colour, width) => option({ colour, width, first, waiting, ghost: line(before), arrivals: bars(today, "arrivals"), past: bars(before, "arrivals"), served: bars(today, "served"), bucket, count: last - first, clock }), said, {
      caption: told("The day"),
      heads: [told("Time"), told("Waiting"), told("Waiting a week ago"), told("Issued"), told("Served"), told("Issued a week ago")],
      rows,
    });
  }
}

const value = (points, minute) => points.find(([at]) => at === minute)?.[1] ?? null;

function option({ colour, width, first, waiting, ghost, arrivals, past, served, bucket, count, clock }) {
  const edges = { [side]: 36, [side === "left" ? "right" : "left"]: 16 };
  const name = { color: colour.soft, fontSize: 12 };
  const bare = { axisLine: { show: false }, axisTick: { show: false }, axisLabel: { show: false }, splitLine: { show: false } };
  const up = (place) => ({ type: "value", gridIndex: place, position: side, minInterval: 1, splitNumber: place ? 2 : 4, axisLabel: name, splitLine: { lineStyle: { color: colour.faint } } });
  const behind = { type: "line", symbol: "none", silent: true, lineStyle: { color: colour.line, width: 1.5, type: [4, 4] } };
  return {
    grid: [grid({ ...edges, top: 12, height: "56%" }), grid({ ...edges, bottom: 28, height: "24%" })],
    xAxis: [
      { type: "value", gridIndex: 0, min: 0, max: count * bucket, inverse: mirrored, ...bare },
      { type: "category", gridIndex: 1, data: arrivals.map((_, at) => clock(at * bucket)), inverse: mirrored, ...bare, axisLine: { show: true, lineStyle: { color: colour.faint } } },
      hours({ count, bucket, first, px: width - 52, clock: (at) => clock(at * bucket), gridIndex: 1, axisLabel: name, axisPointer: { show: false } }),
    ],
    yAxis: [up(0), up(1)],
    tooltip: tooltip(colour, (points) => said(points, { bucket, clock, arrivals, served, past, ghost })),
    series: [
      { ...behind, name: "before", data: ghost, step: "end", z: 1 },
      { name: "today", type: "line", data: waiting, step: "end", symbol: "none", emphasis: { disabled: true }, lineStyle: { color: colour.brand, width: 2.5 }, areaStyle: { color: colour.brandSoft, opacity: 0.7 }, z: 3, markPoint: nowPoint(waiting, colour) },
      { ...behind, name: "past", xAxisIndex: 1, yAxisIndex: 1, data: past, step: "middle", z: 4 },
      { name: "arrivals", type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: arrivals, barWidth: "72%", itemStyle: { color: colour.brandSoft, borderColor: colour.brand, borderWidth: 1 }, z: 2 },
      { name: "served", type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: served, barWidth: "36%", barGap: "-75%", itemStyle: { color: colour.brand }, z: 3 },
      { type: "line", xAxisIndex: 2, yAxisIndex: 1, data: [] },
    ],
  };
}

const nowPoint = (waiting, colour) => (waiting.length ? {
  silent: true,
  symbol: "circle",
  symbolSize: 9,
  data: [{ coord: waiting.at(-1) }],
  itemStyle: { color: colour.brand },
  label: { show: false },
} : {});

function said(points, { bucket, clock, arrivals, served, past, ghost }) {
  const [point] = points;
  if (point.axisIndex === 0 || Array.isArray(point.value)) {
    const minute = point.axisValue ?? point.value[0];
    const at = Math.floor(minute / 5) * 5;
    const lines = points.filter(({ seriesName }) => seriesName === "today").map(({ value: [, count] }) => told("Waiting: %(count)s", { count }));
    const behind = value(ghost, at);
    return [clock(at), ...lines, behind === null ? "" : told("A week ago: %(count)s", { count: behind })].filter(Boolean).join("\n");
  }
  const at = point.dataIndex;
  return [
    told("%(since)s–%(until)s", { since: clock(at * bucket), until: clock((at + 1) * bucket) }),
    arrivals[at] === null ? "" : told("Issued: %(count)s", { count: arrivals[at] }),
    served[at] === null ? "" : told("Served: %(count)s", { count: served[at] }),
    past[at] === null ? "" : told("A week ago: %(count)s", { count: past[at] }),
  ].filter(Boolean).join("\n");
}
