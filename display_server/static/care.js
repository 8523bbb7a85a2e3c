// The care room's pages. The server writes them; this keeps them fresh and sends their forms.
//
// When the journal says something about care, the page is fetched anew and what is marked `data-live` is replaced. A part
// in which somebody writes is left alone until it is sent. A form goes to the API as JSON with an idempotency key: the same
// words sent again, because the answer got lost, are the same command.

import { Live } from "/static/live.js";
import { instant } from "/static/instant.js";
import { page, put, say } from "/static/page.js";

const told = (sentence) => say(document.documentElement.lang, sentence);
const part = (id) => document.getElementById(id);
const MINUTE_MS = 60_000;
const SOON_MS = 150;         // what one command did comes in several events

// -- what is new

let waiting = null;
function renewSoon() {
  waiting ??= setTimeout(() => {
    waiting = null;
    renew();
  }, SOON_MS);
}

// Of two answers that cross on the way the older is let go: it may be of before what was just done.
let asked = 0;
let shown = 0;

async function renew() {
  asked += 1;
  const mine = asked;
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "Lobby-Unattended": "1" } }).catch(() => null);
  const html = answer?.ok && !answer.redirected && await answer.text().catch(() => "");
  if (!html || mine < shown) return;
  shown = mine;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const region of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(region.id);
    if (next) (isWrittenIn(region) ? merge : swap)(region, next);
  }
}

const isWrittenIn = (place) => place.querySelector("form.is-written, form :is(input, select, textarea):focus") !== null;

// Everything in it but what is being written; steps or works that are new come after it.
function merge(region, next) {
  for (const child of [...region.children]) {
    if (isWrittenIn(child)) continue;
    const fresh = child.id && next.querySelector(`#${CSS.escape(child.id)}`);
    if (fresh) swap(child, fresh);
    else child.remove();
  }
  region.append(...[...next.children].filter(({ id }) => !part(id)));
}

// What is open stays open, what has the focus keeps it.
function swap(old, fresh) {
  for (const { id } of [old, ...old.querySelectorAll("details")].filter(({ open }) => open)) {
    (fresh.id === id ? fresh : fresh.querySelector(`#${CSS.escape(id)}`))?.setAttribute("open", "");
  }
  if (old.outerHTML === fresh.outerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(fresh);
  if (focused) part(focused)?.focus();
}

new Live(page.live, { branch: page.branch }, {
  snapshot: renewSoon,
  event: ({ kind }) => page.kinds.includes(kind) && renewSoon(),
  sure(now) {
    document.body.classList.toggle("is-unsure", !now);
    put(part("live"), told(now ? "Live" : "Connecting…"));
  },
  refused() { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`); },
});
setInterval(renewSoon, MINUTE_MS);

// -- what is sent

const keys = new WeakMap();  // form → the words last sent and their key

document.addEventListener("input", ({ target }) => target.form?.classList.add("is-written"));
document.addEventListener("submit", (submit) => {
  const form = submit.target;
  if (!form.dataset.post) return;
  submit.preventDefault();
  send(form);
});

async function send(form) {
  const body = JSON.stringify(fields(form));
  if (keys.get(form)?.body !== body) keys.set(form, { body, key: chance() });
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  problem(form, "");
  try {
    const answer = await fetch(`/api/v1/branches/${page.branch}/${form.dataset.post}`, {
      method: "POST",
      body,
      headers: {
        "Content-Type": "application/json",
        "Accept-Language": document.documentElement.lang,
        "Idempotency-Key": keys.get(form).key,
      },
    });
    if (answer.ok) return await done(form);
    problem(form, (await answer.json()).detail);
  } catch {
    problem(form, told("The server does not answer. What you wrote is still here; please try again."));
  } finally {
    button.disabled = false;
  }
}

async function done(form) {
  keys.delete(form);
  form.reset();
  form.classList.remove("is-written");
  const step = form.closest("details");
  if (step) step.open = false;
  document.activeElement?.blur();
  put(part("saved"), "");
  await renew();
  put(part("saved"), told("Saved."));
  part("steps-title")?.focus();
}

function problem(form, text) {
  const place = form.querySelector("[role=alert]");
  place.hidden = !text;
  put(place, text);
}

const READ = {
  number: (value) => Number(value),
  yes: (value) => value === "yes",
  moment: (value) => instant(value, page.zone),
};

// The form's values as the API takes them; what is empty is left out.
function fields(form) {
  const found = {};
  for (const element of form.elements) {
    const { name, value, type, checked, dataset } = element;
    if (!name || (type === "checkbox" && !checked)) continue;
    if (dataset.as === "numbers") (found[name] ??= []).push(Number(value));
    else if (value !== "") found[name] = (READ[dataset.as] ?? String)(value);
  }
  return found;
}

// Works without a secure context too, unlike crypto.randomUUID.
function chance() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
