// The heat map: each service by the half-hour in which its customers came, with the counters that were at work beneath.

import { bare, between, EDGE_PX, grid, hours, Picture, readable, side, small, tooltip, upright } from "/static/manager_picture.js";
import { decimal, mirrored, serviceName, span, time, told } from "/static/manager_words.js";

const ROW_PX = 34;
const COUNTERS_PX = 64;
const BENEATH_PX = 116;      // the counters and their clock
const NARROW_PX = 480;
const LABEL_PX = 22;         // the least width of a cell with its figure in it

export class Demand extends Picture {
  // `what` is the row of a service's demand that the cells show: arrivals or wait_mean_s.
  draw(today, figures, what) {
    if (!today.arrivals.length) return this.nothing();
    const clock = (at) => time(today.start + at * today.bucket_s * 1000);
    const services = figures.services.filter(({ code }) => today.demand[code]);
    const seen = {
      today, what, services, clock,
      half: (at) => told("%(since)s–%(until)s", { since: clock(at), until: clock(at + 1) }),
      cells: services.flatMap((service, row) => today.demand[service.code][what].map((value, at) => ({ at, row, service, value }))),
    };
    this.place.style.blockSize = `${services.length * ROW_PX + BENEATH_PX}px`;
    this.show((colour, width) => option(colour, width, seen), told("Demand and counters"), table(seen));
  }
}

const worded = (what, value) => (value === null ? null : what === "arrivals" ? String(value) : span(value));
const short = (what, value) => (what === "arrivals" ? String(value) : String(Math.round(value / 60)));
const isLate = (what, { service, value }) => what === "wait_mean_s" && value > service.target_s;

const table = ({ today, what, services, half }) => ({
  caption: told("Demand and counters"),
  heads: [told("Time"), ...services.map(({ code }) => serviceName(code)), told("Counters")],
  rows: today.arrivals.map((_, at) => [
    half(at), ...services.map(({ code }) => worded(what, today.demand[code][what][at])), decimal(today.counters[at]),
  ]),
});

function option(colour, width, { today, what, services, cells, clock, half }) {
  const count = today.arrivals.length;
  const names = width < NARROW_PX ? 84 : 132;
  const cell = (width - names - EDGE_PX) / count;
  const tall = services.length * ROW_PX;
  const halves = today.arrivals.map((_, at) => clock(at));
  const most = Math.max(1, ...cells.map(({ value }) => value ?? 0));
  return {
    grid: [grid(names, { top: 4, height: tall }), grid(names, { top: tall + 20, height: COUNTERS_PX })],
    xAxis: [
      { type: "category", gridIndex: 0, data: halves, inverse: mirrored, ...bare },
      { type: "category", gridIndex: 1, data: halves, inverse: mirrored, ...bare },
      hours({ count, bucket: 1, first: today.first, px: cell * count, clock, gridIndex: 1, axisLabel: small(colour) }),
    ],
    yAxis: [
      {
        type: "category", gridIndex: 0, data: services.map(({ code }) => serviceName(code)), inverse: true, position: side, ...bare,
        axisLabel: { ...small(colour), color: colour.ink, width: names - 12, overflow: "truncate" },
      },
      upright(colour, { gridIndex: 1, splitNumber: 2 }),
    ],
    tooltip: tooltip(colour, (point) => pointed(point, what, half), "item"),
    series: [
      {
        name: "demand", type: "scatter", symbol: "rect", symbolSize: [Math.max(2, cell - 3), ROW_PX - 4], emphasis: { disabled: true },
        data: cells.map((one) => drawn(one, what, most, colour, cell > LABEL_PX)),
      },
      {
        type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: today.counters, barWidth: Math.max(2, cell - 3),
        itemStyle: { color: between(colour.paper, colour.line, 0.6) },
      },
      { type: "line", xAxisIndex: 2, yAxisIndex: 1, data: [] },  // for the clock under the half-hours
    ],
  };
}

function drawn(one, what, most, colour, labelled) {
  const late = isLate(what, one);
  const strength = (one.value ?? 0) / most;
  const shade = strength ? between(colour.paper, colour.brand, 0.12 + 0.88 * strength) : between(colour.paper, colour.faint, 0.45);
  const fill = late ? colour.late : shade;
  return {
    value: [one.at, one.row],
    cell: one,
    itemStyle: { color: fill, opacity: 1 },
    label: {
      show: labelled && Boolean(one.value), formatter: short(what, one.value), fontSize: 12, fontWeight: late ? "bold" : "normal",
      color: readable(fill, colour.ink, colour.paper),
    },
  };
}

function pointed({ seriesName, data, dataIndex, value }, what, half) {
  if (seriesName !== "demand") return `${half(dataIndex)}\n${told("Counters: %(count)s", { count: decimal(value) })}`;
  const { service, at, value: figure } = data.cell;
  const count = worded(what, figure);
  const said = what === "arrivals" ? told("Issued: %(count)s", { count }) : told("Mean wait: %(count)s", { count });
  return `${serviceName(service.code)} · ${half(at)}\n${count === null ? told("nobody was called") : said}`;
}
