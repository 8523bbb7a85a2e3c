// Why a ticket was called when it was: the sentence, who else waited for that counter in the order of their turn, and who
// came later and was called before. Worked out again by the server from the journal.

import { counterName, decimal, make, number, part, RULES, serviceName, span, time, told } from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const SHOWN = 6;

export async function tellWhy(ticket, opener) {
  const dialog = part("why-call");
  put(part("why-call-title"), opener.getAttribute("aria-label"));
  part("why-call-text").replaceChildren(make("p", { className: "lead", textContent: told("One moment…") }));
  dialog.addEventListener("close", () => opener.focus(), { once: true });
  dialog.showModal();
  const answer = await fetch(`/api/v1/branches/${page.branch}/tickets/${encodeURIComponent(ticket)}/why`, {
    headers: { "Accept-Language": document.documentElement.lang },
  }).catch(() => null);
  const found = answer && await answer.json();
  part("why-call-text").replaceChildren(...(answer?.ok ? explained(found)
    : [make("p", { className: "error", textContent: found?.detail ?? told("The server does not answer. Please try again.") })]));
}

function explained({ line, calls, overtaken }) {
  const call = calls.at(-1);
  const parts = [make("p", { className: "lead", textContent: line })];
  if (call?.ranked.length) {
    const facts = { counter: counterName(call.counter), time: time(call.at) };
    parts.push(make("h3", { textContent: told("Who waited for %(counter)s at %(time)s", facts) }), order(call));
  }
  if (overtaken.length) {
    const others = make("ul", { className: "lines" }, ...overtaken.slice(-SHOWN).map(earlier));
    parts.push(make("h3", { textContent: told("Came later, called before") }), others);
  }
  return parts;
}

function order({ ranked }) {
  const heads = [told("Ticket"), told("Service"), told("Waited"), told("Target"), told("Of its target"), told("Rule")];
  const cells = (one) => [
    serviceName(one.service), span(Math.max(0, one.waited_s)), span(one.target_s), decimal(one.index), held(one),
  ];
  const rows = ranked.slice(0, SHOWN).map((one) => make("tr", {},
    make("th", { scope: "row" }, number(one.number)), ...cells(one).map((text) => make("td", { textContent: text }))));
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col", textContent: text })));
  const more = ranked.length - SHOWN;
  return make("div", { className: "scroll" },
    make("table", { className: "ranked" }, make("thead", {}, head), make("tbody", {}, ...rows)),
    more > 0 ? make("p", { className: "more", textContent: told("And more: %(count)s", { count: more }) }) : null);
}

const HELD = { reserve: "the counter is kept for others", ratio: "its class was called often enough" };
const held = (one) => told(HELD[one.held] ?? RULES[one.rule] ?? one.rule);

const earlier = ({ at, line }) => make("li", {},
  make("time", { textContent: time(at) }), make("span", { className: "line-text", textContent: line }));
