/**
 * The kiosk: which page comes after which.
 *
 *   start -> (groups) -> services -> (ready) -> (priority) -> sending -> ticket -> start      ways/tickets, ways/paper
 *     |                                 \-> sending -> slip      \-> refused -> on, or start
 *     |-> check-in -> (priority) -> sending -> ticket                                         ways/appointments
 *     |-> rating -> reasons -> sending -> thanks                                              ways/opinions
 *     |-> complaint -> its ticket -> a telephone -> sending -> reference                      ways/complaints
 *     |-> sending -> slip: the last ticket once more                                          ways/paper
 *     \-> pin -> staff                                                                        ways/staff
 *
 * A visit is one customer's: it begins at the start page and is forgotten there. Each way adds its steps to `kiosk`, so
 * that the others may lead to them.
 */

import { Aids } from "./aids.js";
import { Attract } from "./attract.js";
import { showBar } from "./bar.js";
import { Countdown } from "./countdown.js";
import { chooseLanguage, help, stillThere } from "./dialogs.js";
import { Idle } from "./idle.js";
import { Intention } from "./intention.js";
import { OfferFeed } from "./offer.js";
import { refused } from "./pages/refused.js";
import { sending } from "./pages/sending.js";
import { start } from "./pages/start.js";
import { Unreachable } from "./server.js";
import { resetSettings } from "./settings.js";
import { Stage } from "./stage.js";
import { Visit } from "./visit.js";
import { appointmentWay } from "./ways/appointments.js";
import { complaintWay } from "./ways/complaints.js";
import { opinionWay } from "./ways/opinions.js";
import { paperWay } from "./ways/paper.js";
import { staffWay } from "./ways/staff.js";
import { ticketWay } from "./ways/tickets.js";
import { learn, say, speak, spoken } from "./words.js";

const RESTART_MS = 1500;
const ICONS = ["back", "check", "clock", "info", "people", "person", "printer", "ticket", "warning"];

const bar = document.getElementById("bar");
let closeDialog = () => {};

const feed = new OfferFeed(offerChanged);
const stage = new Stage({ feed, shown: pageShown });
const aids = new Aids({ main: stage.main, feed, help: openHelp, changed: fillBar, scanned });
const beingReadTo = () => aids.speech.speaking;
const idle = new Idle(nobodyTouches, { busy: beingReadTo });
const attract = new Attract({ woken: () => idle.watch() });

/** What the ways share; `rest()` stops asking whether anyone is there. */
const kiosk = { feed, stage, visit: new Visit(), home, newWish, send, closeIn, rest: () => idle.rest() };
for (const way of [paperWay, ticketWay, appointmentWay, opinionWay, complaintWay, staffWay]) Object.assign(kiosk, way(kiosk));

// -- what is around the page

function pageShown() {
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

function changeLanguage(code) {
  kiosk.visit.language = code;
  stage.changeLanguage(code);
}

function openHelp() {
  if (!kiosk.visit.isStaff) closeDialog = help();
}

function scanned(text) {
  if (!stage.page?.scanned) return;
  closeDialog();
  stage.page.scanned(text);
}

function nobodyTouches() {
  if (stage.name !== "start") {
    closeDialog = stillThere({ here: () => idle.watch(), gone: home, hold: beingReadTo });
    return;
  }
  home();
  idle.rest();
  attract.begin(stage.page.greet);
}

function offerChanged() {
  const { visit } = kiosk;
  if (feed.refusal && !visit.asked) return fail(feed.refusal); // a ticket that is on its way, or shown, stays
  if (!feed.latest) return;
  aids.offered();
  const waiting = stage.page === null || (stage.name === "refused" && visit.unpaired);
  if (waiting) return boot();
  if (stage.name === "start" && stage.page.languages !== JSON.stringify(feed.latest.languages)) return boot();
  stage.update();
}

async function boot() {
  const { languages } = feed.latest;
  try {
    await Promise.all(languages.map(({ code }) => learn(code)));
    home();
  } catch {
    setTimeout(boot, RESTART_MS);
  }
}

// -- the beginning and the end of a visit

function home() {
  kiosk.visit.end();
  kiosk.visit = new Visit();
  attract.end();
  idle.watch();
  closeDialog();
  closeDialog = () => {};
  aids.forget();
  resetSettings();
  stage.setLanguage(feed.latest.languages[0].code);
  stage.show("start", () => ({
    ...start({
      feed,
      sayIn,
      begin,
      offers,
      checkIn: kiosk.goToCheckIn,
      opinion: kiosk.goToOpinion,
      complaint: kiosk.goToComplaint,
      lastTicket: kiosk.goToCopy,
    }),
    scanned: kiosk.checkIn,
  }));
}

/** Whether the start page offers one of its ways now. */
function offers(way) {
  const { open, kiosk: wanted } = feed.latest;
  if (way === "checkIn") return wanted.check_in && open;
  if (way === "opinion") return wanted.feedback;
  if (way === "complaint") return wanted.complaints && feed.known;
  return kiosk.hasLastTicket();
}

function sayIn(code, sentence) {
  const present = spoken();
  speak(code);
  const said = say(sentence);
  speak(present);
  return said;
}

function begin(code) {
  kiosk.visit.language = code;
  stage.setLanguage(code);
  kiosk.goToServices();
}

/** The page closes by itself in so many seconds, which it shows; `visit.countdown` gives more of them. */
function closeIn(seconds) {
  const { visit } = kiosk;
  visit.seconds = seconds;
  visit.countdown = new Countdown(seconds, { tick: secondsLeft, warn: fewSecondsLeft, end: home, hold: beingReadTo });
}

function secondsLeft(seconds) {
  kiosk.visit.seconds = seconds;
  stage.update();
}

function fewSecondsLeft(seconds) {
  aids.warn(seconds);
  stage.page.warn(seconds);
}

// -- a wish

/** The customer chooses anew; whatever was asked for before was answered. */
function newWish() {
  idle.watch();
  kiosk.visit.asked = false;
  return kiosk.visit;
}

/**
 * Sends a wish until the branch answers, on a page that says so. Whatever else is pressed meanwhile: the first wins.
 *
 * `posts` ({path, body}) are what is asked for; `lead` and `slowly` as in `sending`; `given(...answers)` goes on;
 * `others` are ways on after a refusal, as in `refused`; `hopeless()` ends the trying while no answer comes; `scanned` is
 * what a scanned code does then.
 */
function send(wish) {
  const { visit } = kiosk;
  if (visit.asked) return;
  visit.asked = true;
  const intentions = wish.posts.map(({ path, body }) => new Intention(path, body));
  const hopeless = wish.hopeless ?? (() => false);
  insist();

  async function insist() {
    visit.lost = false;
    idle.rest();
    stage.show("sending", () => sending({ visit, ...wish }));
    try {
      const answers = [];
      for (const intention of intentions) answers.push(await intention.carryOut(lost));
      if (visit === kiosk.visit) wish.given(...answers);
    } catch (problem) {
      if (visit === kiosk.visit) fail(problem, waysAfter(problem), wish.scanned);
    }
  }

  function lost() {
    visit.lost = true;
    stage.update();
    return hopeless();
  }

  /** As long as nobody knows whether it was done, it is only asked for again. */
  function waysAfter(problem) {
    const unknown = problem instanceof Unreachable;
    const again = unknown ? [{ sentence: "Try again", press: insist }] : [];
    return unknown && !hopeless() ? again : [...again, ...(wish.others ?? [])];
  }
}

/** A refusal as a full page. One that concerns the screen itself, not the customer, has no way on but its end. */
function fail(problem, ways = [], scan = undefined) {
  const { visit } = kiosk;
  visit.unpaired = problem.status === 401 || problem.status === 403;
  idle.watch();
  if (visit.unpaired) {
    visit.end();
    idle.rest();
  }
  const all = visit.unpaired ? [] : [...ways, { sentence: "Back to the start", press: home }];
  stage.show("refused", () => ({ ...refused({ problem, unpaired: visit.unpaired, feed, ways: all }), scanned: scan }));
}

// -- the screen itself

document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("dragstart", (event) => event.preventDefault());
for (const name of ICONS) fetch(`/look/icons/${name}.svg`).catch(() => {}); // at hand when the server is not
resetSettings();
feed.start();
