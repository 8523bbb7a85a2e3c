// The customer's page: one ticket, what to do now in plain words, and when. It paints what the server tells as
// display_server/phone/view.py does for a page without a script.

import { Live } from "/static/live.js";
import { clock, page, put, say } from "/static/page.js";
import { point, sentenceTo, wayTo } from "/static/screen_ways.js";
import { Acts } from "/static/ticket_acts.js";
import { Turn } from "/static/ticket_turn.js";
import { waitSaid } from "/static/ticket_wait.js";

const SOON_FROM_MS = 2 * 60_000;
const SOON_TO_MS = 10 * 60_000;
const PATIENCE_MS = 4000;    // before the page, just opened and not connected yet, says that something is wrong
const LOOK_AGAIN_MS = 20_000; // where no live connection comes about, as often as the page does without a script
const LOOK_FOR_MS = 5000;
const WAITS = new Set(["waiting", "soon", "held"]);
const MAY_CANCEL = new Set([...WAITS, "called", "parked"]);
const MAY_PRAISE = new Set(["serving", "parked", "finished"]);
const NEEDS_PAPERS = new Set([...WAITS, "called", "missed"]);
const OVER = new Set(["finished", "too_late", "no_show", "cancelled"]);
const STANDINGS = {
  later: "It takes longer than we said. We are sorry. You have not been forgotten.",
  sooner: "It goes faster than we said. Please stay near.",
};

const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);
const told = (sentence, facts) => say(language, sentence, facts);
const time = (moment) => clock(moment, language, page.zone);
const atCounter = (sentence, counter) => told(sentence, { counter }).replace(` ${counter}`, `\u00a0${counter}`); // one line

const turn = new Turn(part("sound"), (on) => put(part("sound-word"), told(on ? "Sound is on" : "Tell me by sound")));
const acts = new Acts(() => told("The server does not answer. Please try again."));
let ticket = null;
let known = 0;               // the time (ms UTC) of what is shown
let patient = true;
let sure = false;
let again = 0;

new Live("/ticket", { ticket: page.token }, {
  snapshot(picture) {
    ticket = picture.ticket;
    paint(picture.at);
  },
  beat({ at }) { if (ticket && sure) paint(at); },
  sure(now) {
    sure = now;
    if (now) patient = false;
    clearTimeout(again);
    if (!now) again = setTimeout(lookAgain, LOOK_AGAIN_MS);
    doubt();
  },
  refused(why) { if (why === "UnknownTicket") location.reload(); },   // its day is over: the server has a page that says so
});
setTimeout(() => { patient = false; doubt(); }, PATIENCE_MS);
history.replaceState(null, "", `${location.pathname}?language=${language}`);   // what was told is told once

// Some lines let pages through and no sockets: the page is loaded again, unless something is being asked or said in it.
async function lookAgain() {
  const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LOOK_FOR_MS) };
  const there = await fetch(location.href, asked).catch(() => null);
  const busy = document.querySelector("details[open], [name=rating]:checked");
  if (there && !busy) again = setTimeout(() => location.reload(), PATIENCE_MS); // the socket may only be slow
  else again = setTimeout(lookAgain, LOOK_AGAIN_MS);
  if (sure) clearTimeout(again);
}

function doubt() {
  document.body.classList.toggle("is-unsure", !sure);
  document.body.classList.toggle("is-lost", !sure && !patient);
  put(part("live"), told(sure ? "Live" : "Connecting…"));
  part("doubt").hidden = sure || patient;
  if (known) put(part("as-of"), told("At %(time)s:", { time: time(known) }));
}

function paint(at) {
  known = at;
  const phase = phaseOf(ticket, at);
  const way = phase === "called" && wayTo(ticket.counter);
  const until = phase === "missed" ? ticket.return_until : ticket.held_until;
  const facts = { number: ticket.number, time: until ? time(until) : "" };
  const [word, advice] = page.says[phase].map((said) => said.replace(/%\((\w+)\)s/g, (_, name) => facts[name]));
  const [minutes, between, standing] = WAITS.has(phase) ? expected(ticket, at) : [];

  part("ticket").dataset.phase = phase;
  put(part("number"), ticket.number);
  put(part("service"), page.services[ticket.service] ?? ticket.service_name ?? "");
  put(part("word"), word);
  put(part("advice"), standing && phase === "waiting" ? told(STANDINGS[standing])
    : way ? atCounter(sentenceTo(ticket.counter), ticket.counter) : advice);
  part("again").hidden = !(phase === "called" && ticket.calls > 1);
  const counter = phase === "called" || phase === "serving" ? atCounter("Counter %(counter)s", ticket.counter) : "";
  part("at-counter").hidden = !counter;
  put(part("counter"), counter);
  point(part("way"), way ? ticket.counter : null);

  part("facts").hidden = !WAITS.has(phase);
  put(part("ahead"), String(ticket.ahead ?? 0));
  put(part("expected"), minutes ?? "");
  put(part("between"), between ?? "");

  part("release").hidden = phase !== "held";
  part("return").hidden = phase !== "missed";
  part("hold").hidden = !ticket.may_hold;
  part("cancel").hidden = !MAY_CANCEL.has(phase);
  part("opinion").hidden = phase !== "finished";
  part("praise").hidden = !MAY_PRAISE.has(phase);
  if (part("documents")) part("documents").hidden = !NEEDS_PAPERS.has(phase) || !page.listed.includes(ticket.service);
  acts.close(part("hold"), part("cancel"));

  turn.wanted(!OVER.has(phase) && phase !== "serving");
  turn.stands(phase, phase === "called" ? `${ticket.counter} ${ticket.calls}` : "", counter, ticket.number);
}

// The state, with those that only the customer knows: the few minutes asked for, the turn that is near, and whether who
// missed it may come back.
function phaseOf({ state, held_until: held, return_until: back, call_from: from, call_to: to, ahead }, at) {
  if (state === "no_show" && back) return at <= back ? "missed" : "too_late";
  if (state !== "waiting") return state;
  if (held && at < held) return "held";
  if (!to || to > at + SOON_TO_MS) return "waiting";
  return ahead === 0 || from <= at + SOON_FROM_MS ? "soon" : "waiting";
}

// When the call is expected: in minutes, as times of the clock, and how that stands to what was promised with the ticket
// ("later", "sooner" or ""). Against the paper, which the customer holds.
function expected({ promise, wait, call_from: from, call_to: to, revised, at_risk: atRisk, arrived_at, appointment }, at) {
  const end = promise ? arrived_at + promise.high_s * 1000 : Infinity;
  if (!to) {
    const standing = atRisk && (revised || at > end) ? "later" : ""; // not for who was called before and waits again
    return [appointment && !wait ? time(appointment) : told("not known yet"), "", standing];
  }
  const low = Math.max(0, Math.floor((from - at) / 60_000));
  const high = Math.max(low + 1, 2, Math.ceil((to - at) / 60_000));
  const minutes = waitSaid(language, low, high, wait?.about);
  const start = promise ? arrived_at + promise.low_s * 1000 : 0;
  const standing = revised && to > end ? "later" : revised && to < start ? "sooner" : "";
  return [minutes, at < from ? `${time(from)}–${time(to)}` : told("by %(to)s", { to: time(to) }), standing];
}
