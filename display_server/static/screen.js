// A lobby screen: what the branch says, painted by its layout; or the plain word that it is not sure.
//
// What is held of the branch is `screen_state`; each part of the page has a painter of its own. A part that others bring:
// what stands beside the calls (`screen_beside`), and the voice, where the screen has a room (`screen_voice`).

import { Live } from "/static/live.js";
import { clock, page, put } from "/static/page.js";
import { Beside } from "/static/screen_beside.js";
import { fitCalls, Latest, paintRows } from "/static/screen_calls.js";
import { measureAgain } from "/static/screen_fit.js";
import { reportHealth } from "/static/screen_health.js";
import { paintServices } from "/static/screen_services.js";
import { paintSign } from "/static/screen_sign.js";
import { setSizes, tooSmall } from "/static/screen_sizes.js";
import { Board } from "/static/screen_state.js";
import { speak, Turns, write } from "/static/screen_words.js";

const TURN_MS = 8000;            // each language is shown so long
const RENEW_MS = 10_000;         // after an upgrade not all screens load themselves anew at one moment
const ROWS = 11;                 // calls before the latest, where there is room for them

const part = (id) => document.getElementById(id);
const { screen } = page;
const board = new Board(screen, page.shown);
const turns = new Turns();
const latest = new Latest();
const beside = new Beside(part("beside"));
let sizes = setSizes(page);
let sure = false;
let refused = false;
let voice = null;
let due = false;                 // a painting is
let release = null;              // of the server's pages, when this one was loaded

const live = new Live("/display", { branch: page.branch, screen: screen.name }, {
  snapshot(picture) {
    refused = false;
    keepUp(picture.release);
    board.take(picture);
    soon();
  },
  event(happened) {
    board.follow(happened);
    soon();
  },
  beat(beat) {
    board.beat(beat);
    soon();
  },
  sure(now) {
    sure = now;
    paint();
  },
  refused() {
    refused = true;
    paint();
  },
});
reportHealth(live, () => ({ sound: voice?.sound ?? "", faults: faults() }));

// The server was upgraded: this page is of before.
function keepUp(now) {
  if (release !== null && now !== release) setTimeout(() => location.reload(), Math.random() * RENEW_MS);
  release = now;
}

// Many events at once are painted once; a page that nobody sees has no frames and is painted at once.
function soon() {
  if (document.hidden) return paint();
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    paint();
  });
}

function paint() {
  const sign = screen.layout === "sign" ? board.sign : null;
  const calls = sign ? [sign.call].filter(Boolean) : board.calls;
  const language = turns.language(calls[0]);
  paintFrame(language);
  if (screen.layout !== "voice") latest.paint(calls[0], language, turns.other(language), fresh);
  if (sign) paintSign(sign, language);
  if (screen.layout === "calls") {
    paintRows(calls.slice(1, ROWS + 1), fresh);
    beside.paint(language, sure, board.at);
    paintServices(board.services, language, board.at, turns.rounds);
  }
  voice?.paint(language, sure, board.at);
  if (screen.layout !== "voice") fitCalls();
}

const fresh = (call) => sure && board.fresh(call);

function paintFrame(language) {
  document.body.classList.toggle("is-unsure", !sure);
  part("doubt-text").dataset.say = refused
    ? "This screen is not allowed to show the branch. Please ask the staff."
    : "The numbers may be out of date. Please ask the staff.";
  if (screen.layout === "calls") {
    part("welcome-word").dataset.say = board.over ? "Closed" : "Welcome";
    part("welcome-more").dataset.say = board.over ? "The branch is closed now." : "Please wait until your number is shown here.";
  }
  for (const element of document.querySelectorAll("[data-say]")) speak(element, language, element.dataset.say);
  speak(part("live"), language, sure ? "Live" : "Connecting…");
  write(part("branch"), language, page.names[language] || page.title);
  put(part("clock"), sure && board.at !== null ? clock(board.at, language, page.zone) : "");
  paintNotice(language);
}

// One notice after the other, each in every language that the screen speaks; where nobody wrote it in one, as it was written.
function paintNotice(language) {
  const { notices } = board;
  part("notice").hidden = notices.length === 0;
  document.body.classList.toggle("has-notice", notices.length > 0);
  if (notices.length === 0) return;
  const { texts } = notices[turns.rounds % notices.length];
  const written = [language, ...page.languages, ...Object.keys(texts)].find((code) => texts[code]);
  write(part("notice-text"), written, texts[written]);
}

function faults() {
  const seen = [[part("number"), "called"], [document.querySelector(".row-number"), "last"], [part("notice-text"), "notice"]];
  const small = seen.some(([element, kind]) => tooSmall(element, sizes[kind]));
  return [...(small ? ["too-small"] : []), ...beside.faults];
}

document.fonts.addEventListener("loadingdone", () => {
  measureAgain();
  paint();
});
addEventListener("resize", () => {
  sizes = setSizes(page);
  paint();
});
setInterval(() => {
  turns.next();
  paint();
}, TURN_MS);

paint();
beside.load(screen.beside, page).then(soon);
if (screen.room) {
  import("/static/screen_voice.js").then(({ Voice }) => {
    voice = new Voice(part("voice"), page, live);
    soon();
  });
}
