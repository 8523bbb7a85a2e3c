// The lobby screen: the latest call, the calls before it, the queues; or the plain word that it is not sure.
//
// Words rotate through the branch's languages; the layout stays where it is, because people look for a number where
// they saw it last. Mirrored it is only for a branch (or a ?language=) that reads from right to left.

import { Live } from "/static/live.js";
import { clock, page, put, putNumber, range, say } from "/static/page.js";

const TURN_MS = 8000;        // each language is shown so long
const FRESH_MS = 10000;      // a call is emphasised so long, in the branch's own time
const SOON_MS = 12 * 3600000; // an opening within that needs no day beside its time
const QUIET_MS = 15 * 60000; // after the last service closed, an old call stays so long
const KEPT = 8;              // calls that are remembered: the latest, and seven at the side

const languages = page.fixed ? [page.fixed] : page.languages;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const part = (id) => document.getElementById(id);

let board = { calls: [], services: [], notices: [], names: page.names, name: page.name, at: null };
let sure = false;
let refused = false;
let turn = 0;
let shown = "";              // the call on show, so that only a new one moves

new Live("/display", page.token ? { branch: page.branch, token: page.token } : { branch: page.branch }, {
  snapshot(picture) {
    refused = false;
    board = { ...picture.board, at: picture.at };
    paint();
  },
  event(happened) {
    board.at = happened.at;
    for (const service of board.services) service.waiting = happened.waiting?.[service.code] ?? service.waiting;
    apply(happened);
    paint();
  },
  beat(beat) {
    board.at = beat.at;
    board.notices = beat.notices ?? board.notices;
    for (const news of beat.services ?? []) {
      Object.assign(board.services.find((service) => service.code === news.code) ?? {}, news);
    }
    paint();
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

function apply(happened) {
  const { kind, number, counter, language, service, calls, at } = happened;
  if (kind === "TicketCalled" || kind === "TicketRecalled") {
    const others = board.calls.filter((call) => call.number !== number);
    board.calls = [{ number, counter, language, service, calls, at }, ...others].slice(0, KEPT);
  } else if (kind === "StepUndone" && calls === 0) {
    board.calls = board.calls.filter((call) => call.number !== number);
  } else if (kind === "StepUndone") {
    for (const call of board.calls) if (call.number === number) call.calls = calls;
  } else if (kind === "TicketRenumbered") {
    for (const call of board.calls) if (call.number === happened.was) call.number = number;
  } else if (kind === "DayOpened") {
    board.calls = [];
  }
}

const now = () => languages[turn % languages.length];
const fresh = (call) => sure && board.at - call.at < FRESH_MS;

function paint() {
  const language = now();
  document.body.classList.toggle("is-unsure", !sure);
  const closed = board.services.length > 0 && board.services.every((service) => service.open === false);
  const calls = board.calls.filter((call) => !closed || board.at - call.at < QUIET_MS);
  document.body.classList.toggle("is-empty", calls.length === 0);

  part("doubt-text").dataset.say = refused
    ? "This screen is not allowed to show the branch. Please ask the staff."
    : "The numbers may be out of date. Please ask the staff.";
  for (const element of document.querySelectorAll("[data-say]")) speak(element, language, element.dataset.say);
  speak(part("live"), language, sure ? "Live" : "Connecting…");
  write(part("branch"), language, board.names?.[language] || board.name || "");
  put(part("clock"), sure && board.at !== null ? clock(board.at, language, page.zone) : "");

  paintNotice(language);
  paintLatest(calls[0], language);
  paintRows(calls.slice(1));
  paintServices(language);
}

function paintLatest(call, language) {
  part("call").hidden = !call;
  part("welcome").hidden = Boolean(call);
  part("again").hidden = !(call && call.calls > 1);
  part("now").classList.toggle("is-fresh", Boolean(call) && fresh(call));
  if (!call) {
    shown = "";
    for (const id of ["number", "counter", "please", "please-second"]) part(id).replaceChildren();
    return;
  }
  putNumber(part("number"), call.number);
  put(part("counter"), String(call.counter));

  // The customer's own language first, whatever the rotation says; below it the rotating one, where it is another.
  const own = page.languages.includes(call.language) ? call.language : language;
  const facts = { counter: call.counter };
  speak(part("please"), own, "Please go to counter %(counter)s", facts);
  const second = own === language ? languages.find((other) => other !== own) : language;
  if (second) speak(part("please-second"), second, "Please go to counter %(counter)s", facts);
  part("please-second").hidden = !second || part("please-second").textContent === part("please").textContent;

  fit();
  const key = `${call.number} ${call.counter} ${call.at}`;
  if (shown && shown !== key && fresh(call) && !still.matches) {
    part("call").animate([{ opacity: 0, transform: "translateY(3%)" }, { opacity: 1, transform: "none" }],
      { duration: 260, easing: "ease-out" });
  }
  shown = key;
}

// A long number on a narrow screen is shrunk until number, arrow and counter stand in one line.
function fit() {
  const call = part("call");
  const wanted = `${innerWidth} ${document.body.classList.contains("has-notice")} ${call.textContent}`;
  if (call.dataset.fitted === wanted) return;
  call.dataset.fitted = wanted;
  call.style.setProperty("--fit", 1);
  if (call.scrollWidth > call.clientWidth) call.style.setProperty("--fit", (call.clientWidth / call.scrollWidth) * 0.99);
}

function paintRows(calls) {
  const list = part("calls");
  while (list.children.length > calls.length) list.lastElementChild.remove();
  while (list.children.length < calls.length) list.append(part("call-row").content.cloneNode(true));
  calls.forEach((call, place) => {
    const row = list.children[place];
    putNumber(row.querySelector(".row-number"), call.number);
    put(row.querySelector(".row-counter"), String(call.counter));
    row.classList.toggle("is-fresh", fresh(call));
  });
}

function paintServices(language) {
  const list = part("services");
  const services = board.services;
  while (list.children.length > services.length) list.lastElementChild.remove();
  while (list.children.length < services.length) list.append(part("service-tile").content.cloneNode(true));
  list.style.setProperty("--columns", String(services.length > 6 ? Math.ceil(services.length / 2) : services.length || 1));
  list.classList.toggle("is-many", services.length > 6);
  services.forEach((service, place) => {
    const tile = list.children[place];
    const find = (name) => tile.querySelector(name);
    tile.classList.toggle("is-closed", service.open === false);
    put(find(".service-prefix"), service.prefix ?? "");
    write(find(".service-name"), language, service.names?.[language] || service.name);
    put(find(".service-waiting"), String(service.waiting));
    speak(find(".service-waiting-words"), language, "Waiting: %(count)s", { count: service.waiting });
    speak(find(".service-wait-words"), language, "Expected wait");
    write(find(".service-wait"), language,
      service.wait ? range(language, service.wait) : say(language, "not known yet"));
    find(".service-wait").classList.toggle("is-unknown", !service.wait);
    const until = service.closed_because && service.opens_at - board.at < SOON_MS ? service.opens_at : null;
    const hours = service.hours && !service.closed_because ? ` · ${say(language, "today %(hours)s", { hours: service.hours })}` : "";
    write(find(".service-closed"), language, until
      ? say(language, "closed until %(time)s", { time: clock(until, language, page.zone) })
      : say(language, "closed") + hours);
  });
}

// One notice after the other, each in every language that the screen speaks; where nobody wrote it in one, as it was written.
function paintNotice(language) {
  const notices = board.notices ?? [];
  part("notice").hidden = notices.length === 0;
  document.body.classList.toggle("has-notice", notices.length > 0);
  if (notices.length === 0) return;
  const { texts } = notices[Math.floor(turn / languages.length) % notices.length];
  const written = [language, ...page.languages, ...Object.keys(texts)].find((code) => texts[code]);
  write(part("notice-text"), written, texts[written]);
}

const speak = (element, language, sentence, facts) => write(element, language, say(language, sentence, facts));

function write(element, language, text) {
  put(element, text);
  if (element.lang !== language) {
    element.lang = language;
    element.dir = page.directions[language] ?? "ltr";
  }
}

document.fonts.addEventListener("loadingdone", () => {
  delete part("call").dataset.fitted;
  paint();
});
addEventListener("resize", paint);
setInterval(() => {
  turn += 1;
  paint();
}, TURN_MS);

paint();
