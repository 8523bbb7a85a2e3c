// The manager's page: the figures as they are now, each with its definition, the exceptions marked by sign and word.

import { Live } from "/static/live.js";
import { clock, length, page, put, say } from "/static/page.js";

const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);
const told = (sentence, facts) => say(language, sentence, facts);
const span = (seconds) => length(language, seconds);
const share = (part) => new Intl.NumberFormat(`${language}-u-nu-latn`, { style: "percent" }).format(part);

let figures = null;

new Live("/dashboard", { branch: page.branch }, {
  snapshot(picture) { paint(picture.figures, picture.at); },
  beat(beat) { if (beat.figures) paint(beat.figures, beat.at); },
  sure(now) {
    document.body.classList.toggle("is-unsure", !now);
    put(part("live"), told(now ? "Live" : "Connecting…"));
    part("doubt").hidden = now;
  },
  refused() { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`); },
});

function paint(news, at) {
  figures = news;
  put(part("clock"), clock(at, language, page.zone));
  part("report").href = `/report?day=${figures.day}`;
  const target = Math.round((figures.service_level_target_s ?? 0) / 60);
  const late = (seconds) => figures.service_level_target_s && seconds > figures.service_level_target_s;
  const left = figures.left_by ?? {};
  const idle = figures.waiting > 0 && figures.open_counters === 0;

  tile("waiting", figures.waiting);
  tile("longest_s", figures.waiting ? span(figures.longest_s) : null, late(figures.longest_s)
    ? { late: true, text: told("over %(minutes)s min", { minutes: target }) }
    : { text: figures.waiting ? "" : told("nobody waits") });
  tile("open_counters", told("%(open)s of %(total)s", { open: figures.open_counters, total: figures.counters_total }),
    { late: idle, text: idle ? told("no counter is open") : "" });
  tile("service_level", optional(figures.service_level, share), { text: told("within %(minutes)s min", { minutes: target }) });
  tile("served", figures.served);
  tile("left", figures.left, { text: [
    ["No-show: %(count)s", left.no_show],
    ["Cancelled by customer: %(count)s", left.cancelled_by_customer],
    ["Cancelled by staff: %(count)s", left.cancelled_by_staff],
    ["Left at close: %(count)s", left.left_at_close],
  ].filter(([, count]) => count).map(([sentence, count]) => told(sentence, { count })).join(" · ") });
  tile("mean_wait_s", optional(figures.mean_wait_s, span));
  tile("p90_wait_s", optional(figures.p90_wait_s, span));
  onTheClock("complaints");
  onTheClock("follow_ups");

  alerts(figures.alerts ?? [], at);
  rows("services", figures.services, (service) => [
    { text: page.services?.[service.code]?.[language] ?? service.name },
    { column: "waiting", text: String(service.waiting) },
    { column: "longest_s", text: service.waiting ? span(service.longest_s) : null, late: service.waiting && late(service.longest_s), none: "nobody waits" },
    { column: "served", text: String(service.served) },
    { column: "left", text: String(service.left) },
    { column: "mean_wait_s", text: optional(service.mean_wait_s, span) },
    { column: "p90_wait_s", text: optional(service.p90_wait_s, span) },
    { column: "service_level", text: optional(service.service_level, share) },
  ]);
  rows("counters", figures.counters, (counter) => [
    { text: counter.name || told("Counter %(counter)s", { counter: counter.number }) },
    { column: "state", text: told(STATES[counter.state] ?? counter.state), sign: counter.state },
    { column: "ticket", text: counter.ticket || null, none: "" },
    { column: "teller", text: counter.teller || null, none: "" },
    { column: "since", text: counter.state === "closed" || !counter.since ? null : span(Math.max(0, (at - counter.since) / 1000)), none: "" },
  ]);
}

/** Alerts about devices: what is wrong and what helps, since when. Built anew only when they change. */
function alerts(open, at) {
  part("alerts-panel").hidden = !open.length;
  const outline = JSON.stringify(open.map(({ device, problem, subject }) => [device, problem, subject]));
  if (part("alerts").dataset.outline !== outline) {
    part("alerts").dataset.outline = outline;
    part("alerts").replaceChildren(...open.map(alertLine));
  }
  open.forEach(({ since }, row) => put(part("alerts").children[row].querySelector("time"), span(Math.max(0, (at - since) / 1000))));
}

function alertLine({ device, problem, subject, detail }) {
  const line = document.createElement("li");
  const sign = document.createElement("span");
  sign.className = "icon";
  sign.dataset.icon = "warning";
  sign.ariaHidden = "true";
  const text = document.createElement("span");
  const ticket = subject ? ` (${subject.split("-").at(-1)})` : "";
  text.textContent = `${device}${ticket}: ${told(page.problems[problem] ?? detail)}`;
  line.append(sign, text, document.createElement("time"));
  return line;
}

const STATES = { closed: "closed", free: "free", called: "called", serving: "serving", break: "on a break" };

const optional = (value, worded) => (value === null || value === undefined ? null : worded(value));

function tile(key, figure, note = {}) {
  const tile = document.querySelector(`[data-tile="${key}"]`);
  write(tile.querySelector("[data-figure]"), figure === null ? null : String(figure), note.text && figure === null ? note.text : undefined);
  put(tile.querySelector("[data-note]"), note.text ?? "");
  tile.classList.toggle("is-late", Boolean(note.late));
}

// How many are open; under it, of which clocks somebody should know.
function onTheClock(key) {
  const { open, soon, over } = figures[key] ?? {};
  tile(key, open ?? null, { late: over > 0, text: [["Overdue: %(count)s", over], ["Soon: %(count)s", soon]]
    .filter(([, count]) => count).map(([sentence, count]) => told(sentence, { count })).join(" · ") });
}

// A figure that there is none of is a dash for the eye and a word for the ear.
function write(element, text, none = told("not enough data yet")) {
  const wanted = text ?? `–${none}`;
  if (element.textContent === wanted) return;
  if (text !== null) return element.replaceChildren(text);
  const dash = Object.assign(document.createElement("span"), { textContent: "–" });
  dash.setAttribute("aria-hidden", "true");
  element.replaceChildren(dash, Object.assign(document.createElement("span"), { className: "for-ears", textContent: none }));
}

function rows(id, things, cells) {
  const body = part(id);
  const heads = body.closest("table").querySelectorAll("thead th");
  while (body.rows.length > things.length) body.deleteRow(-1);
  while (body.rows.length < things.length) {
    const row = body.insertRow();
    row.setAttribute("role", "row");
    heads.forEach((head, place) => {
      const cell = document.createElement(place ? "td" : "th");
      cell.setAttribute("role", place ? "cell" : "rowheader");
      if (place) cell.dataset.label = head.querySelector("span")?.textContent ?? head.textContent;
      else cell.scope = "row";
      cell.append(Object.assign(document.createElement("span"), { className: "sign" }), document.createElement("bdi"));
      row.append(cell);
    });
  }
  things.forEach((thing, line) => cells(thing).forEach(({ column, text, late, sign, none }, place) => {
    const cell = body.rows[line].cells[place];
    if (column) cell.dataset.column = column;
    if (sign) cell.dataset.sign = sign;
    cell.classList.toggle("is-late", Boolean(late));
    write(cell.lastElementChild, text, none === undefined ? undefined : told(none));
  }));
}

// -- definitions: one tap away, at the figure

const WAYS = ["no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close"];
const defined = (key) => page.definitions?.[key] ?? told(figures?.definitions?.[key] ?? "");
const box = part("definition");
let asker = null;

document.addEventListener("click", (click) => {
  const button = click.target.closest(".why");
  if (!button) return;
  const keys = button.dataset.define === "left" ? ["left", ...WAYS] : [button.dataset.define];
  put(part("definition-title"), button.dataset.title);
  put(part("definition-text"), keys.map(defined).filter(Boolean).join("\n"));
  asker = button;
  box.showPopover();
  place();
});
box.addEventListener("toggle", (toggle) => {
  asker?.setAttribute("aria-expanded", String(toggle.newState === "open"));
});
addEventListener("resize", () => box.matches(":popover-open") && place());
addEventListener("scroll", () => box.matches(":popover-open") && place(), { passive: true });

function place() {
  const at = asker.getBoundingClientRect();
  const wide = box.offsetWidth;
  const left = Math.min(Math.max(8, at.left + at.width / 2 - wide / 2), innerWidth - wide - 8);
  const below = at.bottom + 8 + box.offsetHeight < innerHeight;
  box.style.left = `${left}px`;
  box.style.top = `${below ? at.bottom + 6 : at.top - box.offsetHeight - 6}px`;
}
