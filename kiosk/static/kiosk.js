/**
 * The kiosk: which page is shown, and what a touch leads to.
 *
 *   start -> services -> (priority) -> sending -> ticket -> start
 *                 \-> documents          \-> refused -> services or start
 *
 * A visit is one customer's: it begins at the language and is forgotten at the start page.
 */

import { Aids } from "./aids.js";
import { showBar } from "./bar.js";
import { Countdown } from "./countdown.js";
import { chooseLanguage, help, stillThere } from "./dialogs.js";
import { icon, make, setText } from "./dom.js";
import { Idle } from "./idle.js";
import { Intention } from "./intention.js";
import { OfferFeed } from "./offer.js";
import { documents } from "./pages/documents.js";
import { priority } from "./pages/priority.js";
import { refused } from "./pages/refused.js";
import { sending } from "./pages/sending.js";
import { services } from "./pages/services.js";
import { start } from "./pages/start.js";
import { ticket } from "./pages/ticket.js";
import { PaperWatch } from "./paper.js";
import { Unreachable } from "./server.js";
import { resetSettings } from "./settings.js";
import { learn, say, speak, spoken } from "./words.js";

const SETTLE_MS = 350; // a second tap of a double tap must not press what has just appeared under the finger
const TICKET_S = 30;
const WITHOUT_PAPER_S = 60;
const RESTART_MS = 1500;
const ICONS = ["back", "check", "clock", "info", "people", "person", "printer", "ticket", "warning"];

const head = document.getElementById("head");
const main = document.getElementById("main");
const bar = document.getElementById("bar");

let visit = {};
let page = null;
let open = null; // builds the page that is shown, again in another language
let closeDialog = () => {};

const feed = new OfferFeed(offerChanged);
const aids = new Aids({ main, feed, help: openHelp, changed: fillBar, scanned: (code) => page.scanned?.(code) });
const beingReadTo = () => aids.speech.speaking;
const idle = new Idle(
  () => {
    if (main.dataset.page === "start") return goToStart();
    closeDialog = stillThere({ here: () => idle.watch(), gone: goToStart, hold: beingReadTo });
  },
  { busy: beingReadTo },
);

// -- showing

function show(name, build, { focus = true } = {}) {
  const before = main.dataset.page;
  open = { name, build };
  page = build();
  main.dataset.page = name;
  main.replaceChildren(page.element);
  if (before !== name) settle();
  if (focus) main.querySelector("h1")?.focus({ preventScroll: true });
  if (before !== name) main.scrollTop = 0;
  showHead();
  fillBar();
  aids.shown();
}

function fillBar() {
  const languages = feed.latest?.languages ?? [];
  showBar(bar, {
    languages,
    choose: changeLanguage,
    more: () => (closeDialog = chooseLanguage({ languages, choose: changeLanguage })),
    listening: aids.speaks() ? aids.listening : null,
    listen: () => aids.listen(),
    help: openHelp,
  });
}

function openHelp() {
  closeDialog = help();
}

function settle() {
  delete main.dataset.settled;
  clearTimeout(settle.timer);
  settle.timer = setTimeout(() => (main.dataset.settled = ""), SETTLE_MS);
}

function showHead() {
  const offer = feed.latest;
  if (!offer) return;
  head.replaceChildren(
    make("p", { class: "branch" }, icon("branch"), make("span", {}, offer.names[spoken()])),
    make("p", { class: "time" }, make("time")),
  );
  showTime();
}

function showTime() {
  const time = head.querySelector("time");
  if (!time) return;
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: feed.latest.zone };
  setText(time, new Intl.DateTimeFormat("en", format).format(new Date()));
}

function offerChanged() {
  const undecided = !visit.intention?.begun; // a ticket that is on its way, or shown, stays
  if (feed.refusal && undecided) return fail(feed.refusal, {});
  if (!feed.latest) return;
  aids.offered();
  const waiting = page === null || (main.dataset.page === "refused" && visit.paired === false);
  if (waiting) return boot();
  if (main.dataset.page === "start" && !sameLanguages()) return boot();
  page.update?.();
}

function sameLanguages() {
  return page.languages === JSON.stringify(feed.latest.languages);
}

function setLanguage(code) {
  const direction = feed.latest.languages.find((language) => language.code === code)?.direction ?? "ltr";
  speak(code);
  document.documentElement.lang = code;
  document.documentElement.dir = direction;
  document.title = feed.latest.names[code];
}

function changeLanguage(code) {
  setLanguage(code);
  show(open.name, open.build, { focus: false });
}

// -- the way of a visit

async function boot() {
  const { languages } = feed.latest;
  try {
    await Promise.all(languages.map(({ code }) => learn(code)));
    goToStart();
  } catch {
    setTimeout(boot, RESTART_MS);
  }
}

function forget() {
  visit.countdown?.stop();
  visit.paperWatch?.stop();
  visit = {};
}

function goToStart() {
  forget();
  idle.watch();
  closeDialog();
  closeDialog = () => {};
  aids.forget();
  resetSettings();
  setLanguage(feed.latest.languages[0].code);
  show("start", () => {
    const greeting = (code, sentence) => sayIn(code, sentence);
    const built = start({ feed, greeting, begin });
    return { ...built, languages: JSON.stringify(feed.latest.languages) };
  });
}

function sayIn(code, sentence) {
  const present = spoken();
  speak(code);
  const said = say(sentence);
  speak(present);
  return said;
}

function begin(code) {
  setLanguage(code);
  goToServices();
}

function goToServices() {
  visit.intention = new Intention();
  visit.lost = false;
  idle.watch();
  show("services", () => services({ feed, choose: chooseService, documents: goToDocuments, back: goToStart }));
}

function goToDocuments() {
  show("documents", () => documents({ feed, back: goToServices }));
}

function chooseService(code) {
  if (main.dataset.page !== "services") return; // another tile was faster
  visit.service = code;
  if (!feed.latest.priorities.length) return take("");
  show("priority", () => priority({ feed, answer: take, back: goToServices }));
}

function take(priorityClass) {
  const { intention } = visit;
  if (intention.begun) return;
  const body = { service: visit.service, language: spoken() };
  if (priorityClass) body.priority = priorityClass;
  waitFor(intention.carryOut(body, lostServer));
}

function tryAgain() {
  visit.lost = false;
  waitFor(visit.intention.again(lostServer));
}

async function waitFor(outcome) {
  const mine = visit;
  idle.rest();
  show("sending", () => sending({ visit: mine }));
  try {
    const issued = await outcome;
    if (mine === visit) goToTicket(issued);
  } catch (problem) {
    if (mine === visit) fail(problem, { again: problem instanceof Unreachable, another: !(problem instanceof Unreachable) });
  }
}

function lostServer() {
  visit.lost = true;
  page.update?.();
}

function goToTicket(issued) {
  visit.issued = issued;
  visit.paper = { state: issued.paper, slow: false };
  visit.seconds = TICKET_S;
  show("ticket", () => ticket({ visit, done: goToStart, more: () => visit.countdown.extend() }));
  visit.countdown = new Countdown(TICKET_S, {
    tick: secondsLeft,
    warn: fewSecondsLeft,
    end: goToStart,
    hold: beingReadTo,
  });
  visit.paperWatch = new PaperWatch(issued.ticket.id, issued.paper, paperChanged);
  paperChanged(visit.paper);
}

function secondsLeft(seconds) {
  visit.seconds = seconds;
  page.update();
}

function fewSecondsLeft(seconds) {
  aids.warn(seconds);
  page.warn(seconds);
}

function paperChanged(paper) {
  visit.paper = paper;
  const settled = paper.state === "printed";
  visit.countdown.restart(settled ? TICKET_S : WITHOUT_PAPER_S);
  page.update();
}

/** A refusal as a full page. One that concerns the screen itself, not the customer, has no way back but its end. */
function fail(problem, { again = false, another = false }) {
  const paired = problem.status !== 401 && problem.status !== 403;
  visit.paired = paired;
  visit.refusal = problem;
  if (paired) idle.watch();
  else idle.rest();
  show("refused", () =>
    refused({
      visit,
      feed,
      again: again && tryAgain,
      another: another && paired && goToServices,
      home: paired && goToStart,
    }),
  );
}

// -- the screen itself

main.addEventListener(
  "click",
  (event) => {
    if (event.detail === 0 || "settled" in main.dataset) return; // the keyboard's own presses have no detail
    event.stopPropagation();
    event.preventDefault();
  },
  true,
);
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
setInterval(showTime, 1000);
for (const name of ICONS) fetch(`/look/icons/${name}.svg`).catch(() => {}); // at hand when the server is not
resetSettings();
feed.start();
