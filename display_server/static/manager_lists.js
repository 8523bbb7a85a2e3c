// The lists: what needs a person, who is at risk, why the last calls, what the screens show.

import {
  counterName, language, list, make, number, part, priorityName, RULES, serviceName, sign, span, time, told,
} from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const QUEUE = "queue";

const tiny = (verb, of, text, key) => make("button", {
  type: "button", className: "button button-quiet button-tiny", textContent: text, data: { act: verb, of, key },
});

export function paintLists(figures, at) {
  alerts(figures, at);
  risks(figures);
  calls(figures, at);
  notices(figures.notices ?? []);
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

// -- what the lobby screens show

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
