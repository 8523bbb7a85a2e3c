// The tables: what waits for each service and what each counter does, and the way to change it.

import { counterName, language, make, optional, part, serviceName, share, span, time, told } from "/static/manager_words.js";
import { write } from "/static/manager_tiles.js";
import { page, put, range } from "/static/page.js";

const STATES = { closed: "closed", free: "free", called: "called", serving: "serving", break: "on a break" };

export function paintTables(figures, at) {
  rows("services", [...figures.services, { ...figures, code: "" }], (service) => [
    { text: service.code ? serviceName(service.code) : told("All services"), note: closed(service) },
    waiting(service, service.at_risk_count ?? service.at_risk),
    longest(service),
    {
      column: "wait", text: optional(service.wait, (wait) => range(language, wait)), none: service.code ? "no counter is open" : "",
    },
    {
      column: "posts", text: service.code ? String(service.posts ?? 0) : null, late: service.waiting > 0 && service.posts === 0, none: "",
    },
    { column: "served", text: String(service.served) },
    { column: "left", text: String(service.left) },
    { column: "mean_wait_s", text: optional(service.mean_wait_s, span) },
    { column: "p90_wait_s", text: optional(service.p90_wait_s, span) },
    { column: "promise_kept", text: optional(service.promise_kept, share) },
    { column: "service_level", text: optional(service.service_level, share) },
    page.may?.close_service && service.code && act(service.closure ? "open-service" : "close-service", service.code,
      told(service.closure ? "Open" : "Close"), serviceName(service.code)),
  ]);
  rows("counters", figures.counters, (counter) => [
    { text: counterName(counter.number, counter.name) },
    { column: "state", text: told(STATES[counter.state] ?? counter.state), sign: counter.state },
    { column: "since", text: lasts(counter, at), none: "" },
    { column: "ticket", text: counter.ticket || null, none: "" },
    { column: "teller", text: counter.teller || null, none: "" },
    { column: "gives", text: gives(counter) },
    page.may?.set_skills && act("set-skills", String(counter.number), told("Change"),
      counterName(counter.number, counter.name), counter.state === "closed"),
  ]);
}

const waiting = ({ waiting: count }, risky) => ({
  column: "waiting", text: String(count), late: risky > 0, note: risky ? told("At risk: %(count)s", { count: risky }) : "",
});

const longest = ({ waiting: count, longest_s: seconds, target_s: target }) => ({
  column: "longest_s", text: count ? span(seconds) : null, late: count > 0 && seconds > target, none: "nobody waits",
});

const lasts = ({ state, since }, at) => (state === "closed" || !since ? null : span(Math.max(0, (at - since) / 1000)));

const closed = ({ closure }) => (closure ? told("closed until %(time)s", { time: time(closure.until) }) : "");

function gives({ services = [] }) {
  return services.length ? services.map(serviceName).join(", ") : told("all services");
}

const act = (verb, of, text, about, off = false) => ({ column: "action", act: { verb, of, text, about, off } });

function rows(id, things, cells) {
  const body = part(id);
  const heads = body.closest("table").querySelectorAll("thead th");
  while (body.rows.length > things.length) body.deleteRow(-1);
  while (body.rows.length < things.length) body.append(row(heads));
  things.forEach((thing, line) => cells(thing).filter(Boolean).forEach((cell, place) => paint(body.rows[line].cells[place], cell)));
}

function row(heads) {
  const line = make("tr");
  line.setAttribute("role", "row");
  heads.forEach((head, place) => {
    const cell = make(place ? "td" : "th", place ? {} : { scope: "row" });
    cell.setAttribute("role", place ? "cell" : "rowheader");
    cell.dataset.column = head.dataset.column ?? "name";
    if (place) cell.dataset.label = head.querySelector("span")?.textContent ?? "";
    cell.append(make("span", { className: "sign" }), make("bdi"), make("small", { className: "cell-note" }));
    line.append(cell);
  });
  return line;
}

function paint(cell, { text, late, sign, none, note, act }) {
  if (act) return button(cell, act);
  const [, figure, small] = cell.children;
  if (sign) cell.dataset.sign = sign;
  cell.classList.toggle("is-late", Boolean(late));
  write(figure, text, none === undefined ? undefined : told(none));
  put(small, note ?? "");
}

function button(cell, { verb, of, text, about, off }) {
  let place = cell.querySelector("button");
  if (!place) {
    place = make("button", { type: "button", className: "button button-quiet button-tiny" });
    cell.replaceChildren(place);
  }
  Object.assign(place.dataset, { act: verb, of });
  place.disabled = off;
  place.setAttribute("aria-label", `${text}: ${about}`);
  put(place, text);
}
