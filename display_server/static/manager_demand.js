// The heat map: each service by the half-hour in which its customers came, with the counters that were at work beneath.

import { decimal, mirrored, serviceName, span, time, told } from "/static/manager_words.js";
import { between, grid, hours, Picture, readable, side, tooltip } from "/static/manager_picture.js";

const NAMES_PX = 132;
const ROW_PX = 34;

export class Demand extends Picture {
  draw(today, figures, what) {
    const count = today.arrivals.length;
    if (!count) return this.nothing();
    const services = figures.services.map(({ code }) => code).filter((code) => today.demand[code]);
    const targets = Object.fromEntries(figures.services.map(({ code, target_s: target }) => [code, target]));
    const clock = (at) => time(today.start + at * today.bucket_s * 1000);
    const half = (at) => told("%(since)s–%(until)s", { since: clock(at), until: clock(at + 1) });
    const cells = services.flatMap((code, row) => today.demand[code][what].map((value, at) => ({ at, row, code, value })));
    this.place.style.blockSize = `${services.length * ROW_PX + 116}px`;
    this.show((colour, width) => option({ colour, width, today, services, targets, cells, what, clock, half }), told("Demand and counters"), {
      caption: told("Demand and counters"),
      heads: [told("Time"), ...services.map(serviceName), told("Counters")],
      rows: today.arrivals.map((_, at) => [half(at), ...services.map((code) => worded(what, today.demand[code][what][at])), decimal(today.counters[at])]),
    });
  }
}

const worded = (what, value) => (value === null ? null : what === "arrivals" ? String(value) : span(value));

function option({ colour, width, today, services, targets, cells, what, clock, half }) {
  const count = today.arrivals.length;
  const names = width < 480 ? 84 : NAMES_PX;
  const cell = (width - names - 12) / count;
  const most = Math.max(1, ...cells.map(({ value }) => value ?? 0));
  const edges = { [side]: names, [side === "left" ? "right" : "left"]: 12 };
  const tall = services.length * ROW_PX;
  const name = { color: colour.soft, fontSize: 12 };
  const bare = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };
  const halves = Array.from({ length: count }, (_, at) => clock(at));
  const late = ({ code, value }) => what === "wait_mean_s" && value > targets[code];
  return {
    grid: [grid({ ...edges, top: 4, height: tall }), grid({ ...edges, top: tall + 20, height: 64 })],
    xAxis: [
      { type: "category", gridIndex: 0, data: halves, inverse: mirrored, ...bare, axisLabel: { show: false } },
      { type: "category", gridIndex: 1, data: halves, inverse: mirrored, ...bare, axisLine: { lineStyle: { color: colour.faint } }, axisLabel: { show: false } },
      hours({ count, bucket: 1, first: today.first, px: cell * count, clock, gridIndex: 1, axisLabel: name }),
    ],
    yAxis: [
      { type: "category", gridIndex: 0, data: services.map(serviceName), inverse: true, position: side, ...bare, axisLabel: { ...name, color: colour.ink, width: names - 12, overflow: "truncate" } },
      { type: "value", gridIndex: 1, position: side, minInterval: 1, splitNumber: 2, axisLabel: name, splitLine: { lineStyle: { color: colour.faint } } },
    ],
    tooltip: tooltip(colour, (point) => (point.seriesName === "demand"
      ? [`${serviceName(point.data.code)} · ${half(point.data.at)}`, point.data.shown === null ? told("nobody came") : told(what === "arrivals" ? "Issued: %(count)s" : "Mean wait: %(count)s", { count: point.data.shown })].join("\n")
      : [half(point.dataIndex), told("Counters: %(count)s", { count: decimal(point.value) })].join("\n")), "item"),
    series: [
      {
        name: "demand", type: "scatter", symbol: "rect", symbolSize: [Math.max(2, cell - 3), ROW_PX - 4], emphasis: { disabled: true },
        data: cells.map((one) => {
          const strength = (one.value ?? 0) / most;
          const fill = late(one) ? colour.late : strength ? between(colour.paper, colour.brand, 0.12 + 0.88 * strength) : between(colour.paper, colour.faint, 0.45);
          return {
            value: [one.at, one.row], code: one.code, at: one.at, shown: worded(what, one.value || (what === "arrivals" ? 0 : one.value)),
            itemStyle: { color: fill, opacity: 1 },
            label: { show: Boolean(one.value) && cell > 22, formatter: short(what, one.value), color: readable(fill, colour.ink, colour.onBrand), fontSize: 12, fontWeight: late(one) ? "bold" : "normal" },
          };
        }),
      },
      { name: "counters", type: "bar", xAxisIndex: 1, yAxisIndex: 1, data: today.counters, barWidth: Math.max(2, cell - 3), itemStyle: { color: between(colour.paper, colour.line, 0.6) } },
      { type: "line", xAxisIndex: 2, yAxisIndex: 1, data: [] },
    ],
  };
}

const short = (what, value) => (what === "arrivals" ? String(value) : String(Math.round(value / 60)));
