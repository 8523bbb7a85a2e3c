// The tiles: the few figures that a decision hangs on; the exceptions have a sign, a word and a colour.

import { optional, share, span, told } from "/static/manager_words.js";
import { put } from "/static/page.js";

const LOW = 0.8;             // of those promised or served in time: less is an exception
const ENOUGH = 10;           // and not by one in three

export function paintTiles(figures) {
  const minutes = Math.round((figures.service_level_target_s ?? 0) / 60);
  const late = figures.service_level_target_s && figures.longest_s > figures.service_level_target_s;
  const idle = figures.waiting > 0 && figures.open_counters === 0;
  const slow = figures.served >= ENOUGH && figures.service_level !== null && figures.service_level < LOW;
  const broken = figures.promised >= ENOUGH && figures.promise_kept !== null && figures.promise_kept < LOW;

  tile("waiting", figures.waiting, { text: figures.waiting ? "" : told("nobody waits"), ...riskNote(figures) });
  tile("longest_s", figures.waiting ? span(figures.longest_s) : null, late
    ? { late: true, text: told("over %(minutes)s min", { minutes }) }
    : { text: figures.waiting ? "" : told("nobody waits"), none: told("nobody waits") });
  tile("service_level", optional(figures.service_level, share), { late: slow, text: under(slow, told("within %(minutes)s min", { minutes })) });
  const promised = told("Promised: %(count)s", { count: figures.promised ?? 0 });
  tile("promise_kept", optional(figures.promise_kept, share), { late: broken, text: under(broken, promised) });
  tile("open_counters", told("%(open)s of %(total)s", { open: figures.open_counters, total: figures.counters_total }), atWork(figures, idle));
  tile("left", figures.left, { text: ways(figures.left_by ?? {}) });
  onTheClock("complaints", figures.complaints);
  onTheClock("follow_ups", figures.follow_ups);
}

const under = (low, note) => (low ? `${told("less than %(share)s", { share: share(LOW) })} · ${note}` : note);
const riskNote = ({ at_risk_count: count }) => (count ? { late: true, text: told("At risk: %(count)s", { count }) } : {});

function atWork({ counters }, idle) {
  if (idle) return { late: true, text: told("no counter is open") };
  const resting = counters.filter(({ state }) => state === "break").length;
  const free = counters.filter(({ state }) => state === "free").length;
  return { text: joined(["On a break: %(count)s", resting], ["Free: %(count)s", free]) };
}

const ways = (left) => joined(
  ["No-show: %(count)s", left.no_show],
  ["Cancelled by customer: %(count)s", left.cancelled_by_customer],
  ["Cancelled by staff: %(count)s", left.cancelled_by_staff],
  ["Left at close: %(count)s", left.left_at_close],
);

// How many are open; under it, of which clocks somebody should know.
function onTheClock(key, { open, soon, over } = {}) {
  tile(key, open ?? null, { late: over > 0, text: joined(["Overdue: %(count)s", over], ["Soon: %(count)s", soon]) });
}

const joined = (...counts) => counts.filter(([, count]) => count).map(([sentence, count]) => told(sentence, { count })).join(" · ");

function tile(key, figure, note = {}) {
  const place = document.querySelector(`[data-tile="${key}"]`);
  write(place.querySelector("[data-figure]"), figure === null ? null : String(figure), note.none);
  put(place.querySelector("[data-note]"), note.text ?? "");
  place.classList.toggle("is-late", Boolean(note.late));
}

// A figure that there is none of is a dash for the eye and a word for the ear.
export function write(element, text, none = told("not enough data yet")) {
  const wanted = text ?? `–${none}`;
  if (element.textContent === wanted) return;
  if (text !== null) return element.replaceChildren(text);
  const dash = Object.assign(document.createElement("span"), { textContent: "–" });
  dash.setAttribute("aria-hidden", "true");
  element.replaceChildren(dash, Object.assign(document.createElement("span"), { className: "for-ears", textContent: none }));
}
