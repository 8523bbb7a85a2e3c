// The customer's page: one ticket, what to do now in plain words, and when.

import { Live } from "/static/live.js";
import { clock, page, put, say } from "/static/page.js";

const language = document.documentElement.lang;
const part = (id) => document.getElementById(id);
const told = (sentence, facts) => say(language, sentence, facts);

const STATES = {
  waiting: ["Please wait", "This page tells you when it is your turn."],
  called: ["It is your turn", "Please go to counter %(counter)s"],
  serving: ["You are being served", ""],
  parked: ["Please take a seat", "Your counter will call you again."],
  finished: ["Thank you", "Your visit is finished. Goodbye."],
  no_show: ["We called you", "You did not come to the counter. If you are still here, please speak to the staff."],
  cancelled: ["Cancelled", "This ticket is no longer valid. If you still need us, please take a new one."],
};
const STANDINGS = {
  later: "It takes longer than we said. We are sorry. You have not been forgotten.",
  sooner: "It goes faster than we said. Please stay near.",
};
const OVER = new Set(["finished", "no_show", "cancelled"]);

let called = null;

new Live("/ticket", { ticket: page.token }, {
  snapshot: paint,
  event(happened) { if (happened.ticket) paint(happened); },
  beat(beat) { if (beat.ticket) paint(beat); },
  sure(now) {
    document.body.classList.toggle("is-unsure", !now);
    put(part("live"), told(now ? "Live" : "Connecting…"));
    part("doubt").hidden = now;
  },
  refused() {
    paint({ ticket: { number: page.number, state: "cancelled" }, at: 0 });
    document.body.classList.remove("is-unsure");
    put(part("live"), "");
    part("doubt").hidden = true;
  },
});

function paint({ ticket, at }) {
  const [word, advice] = STATES[ticket.state] ?? ["", ""];
  const atCounter = ticket.state === "called" || ticket.state === "serving";
  const facts = { counter: ticket.counter };
  part("ticket").dataset.state = ticket.state;
  put(part("number"), ticket.number);
  const names = page.services?.[ticket.service];
  put(part("service"), names?.[language] ?? ticket.service_name ?? "");
  put(part("word"), told(word));
  put(part("advice"), told(advice, facts));
  part("counter").hidden = !atCounter;
  put(part("counter"), atCounter ? told("Counter %(counter)s", facts) : "");

  const waiting = ticket.state === "waiting";
  part("facts").hidden = !waiting;
  if (waiting) {
    put(part("ahead"), String(ticket.ahead));
    const [when, standing] = expected(ticket, at);
    put(part("expected"), when);
    part("expected").parentElement.hidden = !when;
    if (standing) put(part("advice"), told(STANDINGS[standing]));
  }
  const documents = part("documents");
  if (documents) documents.hidden = OVER.has(ticket.state);

  const met = ticket.state === "serving" || ticket.state === "finished";
  part("opinion").hidden = !met;
  if (part("praise")) part("praise").hidden = !met;

  document.title = atCounter ? `${ticket.number} · ${told("Counter %(counter)s", facts)}` : ticket.number;
  const call = ticket.state === "called" ? `${ticket.counter} ${ticket.calls}` : "";
  if (call && called !== null && call !== called) navigator.vibrate?.([300, 150, 300]);
  called = call;
}

// When the call is expected, as times of the clock, and how that stands to what was promised with the ticket: [the words,
// "later", "sooner" or ""]. Against the paper, which the customer holds.
function expected({ promise, call_from: from, call_to: to, revised, arrived_at }, at) {
  const time = (moment) => clock(moment, language, page.zone);
  const end = promise ? arrived_at + promise.high_s * 1000 : Infinity;
  if (!to) return [told("not known yet"), revised || at > end ? "later" : ""];
  const start = promise ? arrived_at + promise.low_s * 1000 : 0;
  const standing = revised && to > end ? "later" : revised && to < start ? "sooner" : "";
  // The range keeps its order in a line that runs from right to left.
  return [at < from ? `\u2066${time(from)}–${time(to)}\u2069` : told("by %(to)s", { to: time(to) }), standing];
}
