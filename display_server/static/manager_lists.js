// The lists: what needs a person, who is at risk, why the last calls, what the screens show, what is connected.

import {
  counterName, decimal, language, list, make, number, part, priorityName, RULES, serviceName, sign, span, time, told,
} from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const QUEUE = "queue";

const tiny = (verb, of, text, key) => make("button", {
  type: "button", className: "button button-quiet button-tiny", textContent: text, data: { act: verb, of, key },
});

export function paintLists(figures, devices, at) {
  alerts(figures, at);
  risks(figures);
  calls(figures, at);
  ratings(figures.ratings ?? {});
  notices(figures.notices ?? []);
  list("devices", devices, (one) => one, device)
    .forEach((line, row) => put(line.querySelector("time"), devices[row].since ? ago(devices[row].since, at) : ""));
}

const count = (id, all) => put(part(`${id}-count`), all ? String(all) : "");

// -- what needs a person

function alerts({ alerts: open = [], alerts_over: over = [] }, at) {
  part("alerts-none").hidden = open.length > 0;
  count("alerts", open.length);
  list("alerts", open, ({ since, ...rest }) => rest, openAlert)
    .forEach((line, row) => put(line.querySelector("time"), ago(open[row].since, at)));
  part("alerts-over-panel").hidden = !over.length;
  list("alerts-over", over, (one) => one, pastAlert);
}

function openAlert(alert) {
  const hands = make("span", { className: "line-acts" });
  if (page.may?.acknowledge_alert && !alert.seen_by) hands.append(alertButton("acknowledge-alert", alert, told("Seen")));
  if (page.may?.take_alert && alert.owner !== page.user) {
    const mine = alert.owner ? { owner: page.user } : {}; // a colleague's: taken over, and the page says whose it was
    hands.append(alertButton("take-alert", alert, told("I see to it"), mine));
  }
  return make("li", { className: alert.owner ? "" : "is-late" }, sign("warning"),
    make("span", { className: "line-text" }, make("strong", { textContent: whatAbout(alert) }), ` ${whatIsWrong(alert)}`),
    make("time"), make("span", { className: "line-foot" }, make("small", { textContent: whoSees(alert) }), hands));
}

function pastAlert(alert) {
  const until = told("%(since)s–%(until)s", { since: time(alert.since), until: time(alert.resolved_at) });
  return make("li", {}, sign("check"), make("span", { className: "line-text" },
    make("strong", { textContent: whatAbout(alert) }), ` ${whatIsWrong(alert)}`, make("small", { textContent: whoSees(alert) })),
  make("time", { textContent: until }));
}

const alertButton = (verb, { device, problem, subject }, text, more = {}) => (
  tiny(verb, JSON.stringify({ device, problem, subject, ...more }), text, `${verb} ${device} ${problem} ${subject}`)
);

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
  count("risks", all);
  list("risks", few, ({ waited_s: waited, over_s: over, ...rest }) => rest, riskLine)
    .forEach((line, row) => {
      put(line.querySelector("time"), span(few[row].waited_s));
      put(line.querySelector("[data-reason]"), told(REASONS[few[row].reason], { time: span(Math.abs(few[row].over_s)) }));
    });
  part("risks-more").hidden = all <= few.length;
  put(part("risks-more"), told("And more: %(count)s", { count: all - few.length }));
}

function riskLine({ ticket, number: shown, service, priority, reason, for_counter: only, for_teller: colleague }) {
  const what = [serviceName(service), priority && priorityName(priority), only && counterName(only), colleague]
    .filter(Boolean).join(" · ");
  const grave = reason !== "promise";
  const line = make("li", { className: grave ? "is-late" : "is-soon" }, sign(grave ? "warning" : "clock"),
    number(shown), make("span", { className: "line-text" }, what, make("small", { data: { reason } })), make("time"));
  if (page.may?.reassign) {
    const move = tiny("reassign", ticket, told("Move"), ticket);
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
  const why = tiny("why", ticket, told("Why?"), `${ticket} ${counter}`);
  why.setAttribute("aria-label", `${told("Why?")} ${shown}`);
  return make("li", {}, number(shown),
    make("span", { className: "line-text" }, told(RULES[rule] ?? rule),
      make("small", {
        textContent: [serviceName(service), counterName(counter), told("waited %(time)s", { time: span(waited) })].join(" · "),
      })),
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
  const given = [5, 4, 3, 2, 1].map((rating) => [rating, counts[rating] ?? 0]);
  list("ratings", given, (one) => [...one, most], ([rating, count]) => {
    const bar = make("meter", { min: 0, max: most, value: count });
    bar.setAttribute("aria-hidden", "true");
    return make("li", {}, make("span", { textContent: told(ANSWERS[rating]) }), bar, number(String(count)));
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
      line.append(make("span", { className: "line-acts" }, tiny("take-notice-down", id, told("Take down"), id)));
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
