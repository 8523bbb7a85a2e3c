// One picture: a canvas that follows its place, the page's colours and direction, and the table that says the same.

import { make, mirrored, part } from "/static/manager_words.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)");

export const EDGE_PX = 24;

export class Picture {
  #chart = null;
  #drawn = null;

  constructor(id) {
    this.place = part(id);
    this.id = id;
    new ResizeObserver(() => this.#resize()).observe(this.place);
    new MutationObserver(() => this.#again())
      .observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
    for (const query of [still, dark, forced]) query.addEventListener("change", () => this.#again());
  }

  get width() { return this.place.clientWidth; }

  // `option(colours)` is what ECharts is to draw, `said` the same in a sentence, `table` as {caption, heads, rows}.
  show(option, said, table) {
    this.#drawn = option;
    this.place.setAttribute("aria-label", said);
    part(`${this.id}-empty`).hidden = true;
    this.place.hidden = false;
    this.#chart ??= globalThis.echarts.init(this.place, null, { renderer: "canvas" });
    this.#again();
    write(part(`${this.id}-table`), table);
  }

  // There is nothing to draw.
  nothing() {
    this.place.hidden = true;
    part(`${this.id}-empty`).hidden = false;
  }

  #again() {
    if (!this.#chart || !this.#drawn) return;
    this.#chart.setOption({ ...base(), ...this.#drawn(colours(), this.width) }, { notMerge: true });
  }

  #resize() {
    if (!this.#chart || !this.place.clientWidth) return;
    this.#chart.resize();
    this.#again();
  }
}

const base = () => ({
  animation: !still.matches,
  animationDuration: 300,
  aria: { enabled: false },
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
});

// The page's own colours as they are now, whatever theme is on.
function colours() {
  const style = getComputedStyle(document.documentElement);
  const take = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: take("ink"), soft: take("ink-soft"), line: take("line"), faint: take("line-soft"), paper: take("paper"),
    brand: take("brand"), brandSoft: take("brand-soft"), onBrand: take("on-brand"),
    late: take("late-ink"), lateSoft: take("late-soft"),
  };
}

export const side = mirrored ? "right" : "left";
const farSide = mirrored ? "left" : "right";

// What lies `part` of the way from one colour (#rrggbb) to another.
export function between(from, to, part) {
  const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const [here, there] = [channels(from), channels(to)];
  return `#${here.map((value, at) => Math.round(value + (there[at] - value) * part).toString(16).padStart(2, "0")).join("")}`;
}

// The one of two colours that is read better on a ground (WCAG 2.2, relative luminance and contrast ratio).
export function readable(ground, ...inks) {
  const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const value = parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16) / 255;
    return sum + weight * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0.05);
  const contrast = (ink) => Math.max(light(ink), light(ground)) / Math.min(light(ink), light(ground));
  return inks.reduce((best, ink) => (contrast(ink) > contrast(best) ? ink : best));
}

// A place for a picture in its canvas: exactly there, whatever its labels need; `near` px from where reading begins.
export const grid = (near, own) => ({ [side]: near, [farSide]: EDGE_PX, ...own, outerBoundsMode: "none" });

// An axis that only orders: nothing of it is seen.
export const bare = {
  axisLine: { show: false }, axisTick: { show: false }, axisLabel: { show: false }, splitLine: { show: false },
};

// Clock times under half-hours: at their edges, on whole hours, as many as there is room for. `first` buckets of the day
// come before the picture.
export function hours({ count, bucket, first, px, clock, ...own }) {
  const step = [2, 4, 6, 8, 12].find((buckets) => (px / count) * buckets >= 56) ?? 24;
  const lead = (step - (first % step)) % step;
  const marks = Array.from({ length: count + 1 }, (_, at) => at).filter((at) => at % step === lead);
  return {
    type: "value", min: 0, max: count * bucket, inverse: mirrored, position: "bottom", axisPointer: { show: false }, ...bare, ...own,
    axisLabel: {
      ...own.axisLabel, hideOverlap: true, formatter: (minute) => clock(minute / bucket),
      customValues: marks.map((at) => at * bucket),
    },
  };
}

// The vertical axis of a picture, on the side where reading begins.
export const upright = (colour, own = {}) => ({
  type: "value", position: side, minInterval: 1, splitLine: { lineStyle: { color: colour.faint } }, ...own,
  axisLabel: { ...small(colour), ...own.axisLabel },
});

export const small = (colour) => ({ color: colour.soft, fontSize: 12 });

// What lies behind: the same weekday a week ago.
export const behind = (colour) => ({
  type: "line", symbol: "none", silent: true, lineStyle: { color: colour.line, width: 1.5, type: [4, 4] },
});

export const tooltip = (colour, formatter, trigger = "axis") => ({
  trigger,
  renderMode: "richText",    // drawn: a box of HTML would carry styles that the page's policy forbids
  confine: true,
  transitionDuration: 0,
  backgroundColor: colour.ink,
  borderWidth: 0,
  padding: [8, 12],
  textStyle: { color: colour.paper, fontSize: 14, lineHeight: 20, align: mirrored ? "right" : "left" },
  axisPointer: { type: "line", lineStyle: { color: colour.line } },
  formatter,
});


function write(place, { caption, heads, rows }) {
  const row = (cells, tag) => make("tr", {}, ...cells.map((text, at) => make(at ? tag : "th", {
    textContent: text ?? "–", ...(at && tag === "td" ? {} : { scope: tag === "th" ? "col" : "row" }),
  })));
  place.closest(".scroll").setAttribute("aria-label", caption);
  place.replaceChildren(make("caption", { className: "for-ears", textContent: caption }),
    make("thead", {}, row(heads, "th")), make("tbody", {}, ...rows.map((cells) => row(cells, "td"))));
}
