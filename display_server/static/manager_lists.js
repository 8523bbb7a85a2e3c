// The lists: what needs a person, who is at risk, why the last calls, what the screens show, what is connected.

import {
  counterName, decimal, language, list, make, number, part, priorityName, RULES, serviceName, sign, span, time, told,
} from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const QUEUE = "queue";

export function paintLists(figures, devices, at) {
  alerts(figures, at);
  risks(figures);
  calls(figures, at);
  ratings(figures.ratings ?? {});
  notices(figures.notices ?? []);
  list("devices", devices, (one) => one, device);
  devices.forEach(({ since, ok, kind }, row) => put(part("devices").children[row].querySelector("time"), since ? span(Math.max(0, (at - since) / 1000)) : ""));
}

// -- what needs a person

function alerts({ alerts: open = [], alerts_over: over = [] }, at) {
  part("alerts-none").hidden = open.length > 0;
  list("alerts", open, ({ since, ...rest }) => rest, openAlert)
    .forEach((line, row) => put(line.querySelector("time"), ago(open[row].since, at)));
  part("alerts-over-panel").hidden = !over.length;
  list("alerts-over", over, (one) => one, pastAlert);
}

function openAlert(alert) {
  const hands = make("span", { className: "line-acts" });
  if (page.may?.acknowledge_alert && !alert.seen_by) hands.append(alertButton("acknowledge-alert", alert, told("Seen")));
  if (page.may?.take_alert && alert.owner !== page.user) hands.append(alertButton("take-alert", alert, told("I see to it")));
  return make("li", { className: alert.owner ? "" : "is-late" }, sign("warning"),
    make("span", { className: "line-text" }, make("strong", { textContent: whatAbout(alert) }), ` ${whatIsWrong(alert)}`,
      make("small", { textContent: whoSees(alert) })),
    make("time"), hands);
}

function pastAlert(alert) {
  const until = told("%(since)s–%(until)s", { since: time(alert.since), until: time(alert.resolved_at) });
  return make("li", {}, sign("check"), make("span", { className: "line-text" },
    make("strong", { textContent: whatAbout(alert) }), ` ${whatIsWrong(alert)}`, make("small", { textContent: whoSees(alert) })),
  make("time", { textContent: until }));
}

const alertButton = (verb, { device, problem, subject }, text) => make("button", {
  type: "button", className: "button button-quiet button-tiny", textContent: text,
  data: { act: verb, of: JSON.stringify({ device, problem, subject }), key: `${verb} ${device} ${problem} ${subject}` },
});

function whatAbout({ device, subject, detail }) {
  if (device === QUEUE) return `${[subject ? serviceName(subject) : told("Queue"), detail].filter(Boolean).join(" · ")}:`;
  return subject ? `${device} (${subject.split("-").at(-1)}):` : `${device}:`;
}

const whatIsWrong = ({ problem, detail }) => page.problems?.[problem] ?? detail;

function whoSees({ owner, seen_by: seen }) {
  if (owner) return told("%(name)s sees to it", { name: owner });
  return seen ? told("Seen by %(name)s", { name: seen }) : told("Nobody sees to it yet");
}

// -- who is at risk

const REASONS = {
  law: "longer than the law allows, by %(time)s",
  broken: "longer than they were told, by %(time)s",
  promise: "may not be called in time; %(time)s left",
  target: "over the target by %(time)s",
};

function risks({ at_risk: few = [], at_risk_count: all = 0 }) {
  part("risks-none").hidden = few.length > 0;
  list("risks", few, ({ ticket, number: shown, service, reason }) => [ticket, shown, service, reason], riskLine)
    .forEach((line, row) => {
      put(line.querySelector("time"), span(few[row].waited_s));
      put(line.querySelector("[data-reason]"), told(REASONS[few[row].reason], { time: span(Math.abs(few[row].over_s)) }));
    });
  part("risks-more").hidden = all <= few.length;
  put(part("risks-more"), told("And more: %(count)s", { count: all - few.length }));
}

function riskLine({ ticket, number: shown, service, priority, reason }) {
  const what = [serviceName(service), priority && priorityName(priority)].filter(Boolean).join(" · ");
  const grave = reason !== "promise";
  const line = make("li", { className: grave ? "is-late" : "is-soon" }, sign(grave ? "warning" : "clock"),
    number(shown), make("span", { className: "line-text" }, what, make("small", { data: { reason } })), make("time"));
  if (page.may?.reassign) {
    const move = make("button", { type: "button", className: "button button-quiet button-tiny", textContent: told("Move"), data: { act: "reassign", of: ticket, key: ticket } });
    move.setAttribute("aria-label", `${told("Move")}: ${shown}`);
    line.append(make("span", { className: "line-acts" }, move));
  }
  return line;
}

// -- why the last calls

function calls({ calls: last = [] }, at) {
  part("calls-none").hidden = last.length > 0;
  list("calls", last, (call) => call, callLine).forEach((line, row) => put(line.querySelector("time"), ago(last[row].at, at)));
}

function callLine({ ticket, number: shown, service, counter, waited_s: waited, rule }) {
  const why = make("button", {
    type: "button", className: "button button-quiet button-tiny", textContent: told("Why?"),
    data: { act: "why", of: ticket, key: `${ticket} ${counter}` },
  });
  why.setAttribute("aria-label", `${told("Why?")} ${shown}`);
  return make("li", {}, number(shown),
    make("span", { className: "line-text" }, told(RULES[rule] ?? rule),
      make("small", { textContent: `${serviceName(service)} · ${counterName(counter)} · ${told("waited %(time)s", { time: span(waited) })}` })),
    make("time"), make("span", { className: "line-acts" }, why));
}

const ago = (since, at) => span(Math.max(0, (at - since) / 1000));

// -- what customers say

const ANSWERS = { 5: "Very good", 4: "Good", 3: "All right", 2: "Not good", 1: "Bad" };

function ratings(counts) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const mean = Object.entries(counts).reduce((sum, [rating, count]) => sum + rating * count, 0) / all;
  put(part("rating-mean"), all ? told("%(mean)s of 5", { mean: decimal(mean) }) : "");
  put(part("rating-count"), all ? told("Answers: %(count)s", { count: all }) : told("Nobody has answered yet."));
  const most = Math.max(1, ...Object.values(counts));
  list("ratings", [5, 4, 3, 2, 1].map((rating) => [rating, counts[rating] ?? 0]), (one) => [...one, most], ([rating, count]) => {
    const bar = make("meter", { min: 0, max: most, value: count });
    bar.setAttribute("aria-hidden", "true");
    return make("li", {}, make("span", { textContent: told(ANSWERS[rating]) }), bar, make("span", { className: "number", textContent: String(count) }));
  });
}

// -- what the lobby screens show, and what is connected

function notices(shown) {
  part("notices-none").hidden = shown.length > 0;
  list("notices", shown, (one) => one, ({ id, texts, until }) => {
    const [tongue, text] = texts[language] ? [language, texts[language]] : Object.entries(texts)[0];
    const line = make("li", {}, sign("info"), make("span", { className: "line-text" },
      make("span", { lang: tongue, dir: "auto", textContent: text }),
      make("small", { textContent: told("until %(time)s", { time: time(until) }) })));
    if (page.may?.post_notice) {
      line.append(make("span", { className: "line-acts" }, make("button", {
        type: "button", className: "button button-quiet button-tiny", textContent: told("Take down"), data: { act: "take-notice-down", of: id, key: id },
      })));
    }
    return line;
  });
}

const KINDS = { screen: "Lobby screen", kiosk: "Kiosk", printer: "Printer" };
const WELL = { screen: "connected", kiosk: "last number", printer: "ready" };
const ICONS = { screen: "branch", kiosk: "ticket", printer: "printer" };

function device({ kind, name, ok }) {
  return make("li", { className: ok ? "" : "is-late" }, sign(ok ? ICONS[kind] : "warning"),
    make("span", { className: "line-text" }, name, make("small", { textContent: told(KINDS[kind]) })),
    make("span", { className: "line-state", textContent: told(ok ? WELL[kind] : kind === "printer" ? "in trouble" : "missing") }), make("time"));
}
