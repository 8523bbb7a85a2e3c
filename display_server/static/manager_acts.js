// What whoever leads the branch can do from here. Each verb is confirmed in a dialog that says what follows; where there
// is a way back it is offered for a while. The same answer sent again, because the first got lost, is the same command: it
// keeps its idempotency key.

import { counterName, make, part, serviceName, told } from "/static/manager_words.js";
import { page, put } from "/static/page.js";
import { tellWhy } from "/static/manager_why.js";

const OFFERED_MS = 12_000;
const MINUTE_MS = 60_000;
let figures = () => null;
let now = () => 0;
let asked = null;            // {dialog, wanted(form), at, body, key}
let offered = null;

export function askToDo(current, time) {
  figures = current;
  now = time;
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (button) VERBS[button.dataset.act](button.dataset.of, button);
    if (target.closest("[data-cancel]")) target.closest("dialog").close();
  });
  for (const form of document.querySelectorAll("dialog.act form")) form.addEventListener("submit", confirm);
  part("toast-undo").addEventListener("click", () => offered?.());
}

// -- the verbs

const VERBS = {
  "close-service": (code, opener) => ask("close-service", opener, serviceName(code), (form) => {
    const until = later(form.until.value);
    return {
      path: "close-service", body: { service: code, reason: form.reason.value, ...until },
      done: told("%(service)s is closed.", { service: serviceName(code) }), undo: { path: "open-service", body: { service: code } },
    };
  }),
  "open-service": (code) => post({
    path: "open-service", body: { service: code }, done: told("%(service)s is open.", { service: serviceName(code) }),
  }),
  "set-skills": (of, opener) => setSkills(Number(of), opener),
  reassign: (ticket, opener) => reassign(ticket, opener),
  notice: (_, opener) => ask("notice", opener, "", (form) => {
    const texts = Object.fromEntries(
      page.languages.map((code) => [code, form[code].value.trim()]).filter(([, text]) => text),
    );
    return { path: "notices", body: { texts, ...later(form.until.value) }, done: told("The screens show it.") };
  }),
  "take-notice-down": (notice) => post({
    path: "take-notice-down", body: { notice }, done: told("The screens do not show it any more."),
  }),
  "quiet-voice": (_, opener) => ask("quiet-voice", opener, "", (form) => ({
    path: "quiet-voice", body: later(form.until.value), done: told("Numbers are only shown."), undo: { path: "loud-voice", body: {} },
  })),
  "loud-voice": () => post({ path: "loud-voice", body: {}, done: told("Numbers are spoken again.") }),
  "acknowledge-alert": (alert) => post({ path: "acknowledge-alert", body: JSON.parse(alert) }),
  "take-alert": (alert) => post({ path: "take-alert", body: JSON.parse(alert) }),
  why: (ticket, opener) => tellWhy(ticket, opener),
};

// So many minutes after the question, by the branch's clock; nothing for the rest of the day.
const later = (minutes) => (minutes ? { until: asked.at + Number(minutes) * MINUTE_MS } : {});

function setSkills(number, opener) {
  const counter = figures().counters.find((one) => one.number === number);
  const built = page.counters[number].length ? page.counters[number] : Object.keys(page.services);
  const before = counter.services ?? [];
  ask("set-skills", opener, counterName(number, counter.name), (form) => {
    const services = [...form.querySelectorAll("[name=services]:checked")].map(({ value }) => value);
    if (!services.length) throw new Error(told("Choose at least one service."));
    return {
      path: `counters/${number}/skills`, body: { services },
      done: told("It counts from the next call on."), undo: { path: `counters/${number}/skills`, body: { services: before } },
    };
  });
  const choices = part("skills");
  choices.replaceChildren(choices.firstElementChild, ...built.map((code) => make("label", { className: "option" },
    make("input", { type: "checkbox", name: "services", value: code, checked: !before.length || before.includes(code) }),
    make("span", { textContent: serviceName(code) }))));
}

function reassign(ticket, opener) {
  const one = figures().at_risk.find((risk) => risk.ticket === ticket);
  if (!one) return;
  ask("reassign", opener, `${one.number} · ${serviceName(one.service)}`, (form) => ({
    path: `tickets/${encodeURIComponent(ticket)}/reassign`,
    body: { service: form.service.value, ...(form.to_counter.value ? { to_counter: Number(form.to_counter.value) } : {}) },
    done: told("%(number)s is moved.", { number: one.number }),
    undo: {
      path: `tickets/${encodeURIComponent(ticket)}/reassign`,
      body: { service: one.service, to_teller: one.for_teller, ...(one.for_counter === null ? {} : { to_counter: one.for_counter }) },
    },
  }));
  part("move-service").replaceChildren(...Object.keys(page.services).map((code) => make("option", {
    value: code, textContent: serviceName(code), selected: code === one.service,
  })));
  part("move-counter").replaceChildren(make("option", { value: "", textContent: told("any counter") }),
    ...figures().counters.filter(({ state }) => state !== "closed").map(({ number, name, teller }) => make("option", {
      value: String(number), textContent: [counterName(number, name), teller].filter(Boolean).join(" · "),
    })));
}

// -- asking, sending, taking back

function ask(id, opener, about, wanted) {
  const dialog = part(id);
  dialog.querySelector("form").reset();
  put(dialog.querySelector("[data-about]"), about);
  problem(dialog, "");
  asked = { dialog, wanted, at: now() };
  dialog.addEventListener("close", () => opener.focus(), { once: true });
  dialog.showModal();
}

async function confirm(submit) {
  submit.preventDefault();
  const { dialog, wanted } = asked;
  const button = submit.submitter ?? dialog.querySelector("[type=submit]");
  button.disabled = true;
  problem(dialog, "");
  try {
    const command = wanted(submit.target);
    const body = JSON.stringify(command.body);
    if (asked.body !== body) Object.assign(asked, { body, key: chance() });
    if (await post(command, asked.key, (text) => problem(dialog, text))) dialog.close();
  } catch (mistake) {
    problem(dialog, mistake.message);
  } finally {
    button.disabled = false;
  }
}

// Whether the branch has done it; what it said against it goes to `refused`, on the page itself where no dialog is open.
async function post({ path, body, done = "", undo = null }, key = chance(), refused = say) {
  const answer = await fetch(`/api/v1/branches/${page.branch}/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, "Idempotency-Key": key },
  }).catch(() => null);
  if (answer === null) {
    refused(told("The server does not answer. Please try again."));
    return false;
  }
  if (!answer.ok) {
    const refusal = await answer.json().catch(() => null); // what stands between us and the server may have answered
    refused(refusal?.detail ?? told("The server does not answer. Please try again."));
    return false;
  }
  if (done) say(done, undo && (() => post({ ...undo, done: told("Taken back.") })));
  return true;
}

function problem(dialog, text) {
  const place = dialog.querySelector("[role=alert]");
  place.hidden = !text;
  put(place, text);
}

let fading = null;
function say(text, back = null) {
  clearTimeout(fading);
  offered = back;
  put(part("toast-text"), text);
  part("toast-undo").hidden = !back;
  part("toast").hidden = false;
  fading = setTimeout(() => { part("toast").hidden = true; }, OFFERED_MS);
}

// Works without a secure context too, unlike crypto.randomUUID.
function chance() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
