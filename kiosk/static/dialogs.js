/** What lies over a page for a moment: help, the choice of a language, and whether anyone is still there. */

import { Countdown } from "./countdown.js";
import { button, icon, make, setText } from "./dom.js";
import { More } from "./more.js";
import { chime } from "./sound.js";
import { say } from "./words.js";

const ANSWER_S = 20;

/**
 * Opens a dialog of a title, what it says, and buttons; only one is open at a time, and it leaves the document when it
 * closes. Whoever follows "kiosk-dialog" is given it. Returns what closes it.
 */
function open(name, { heading, body, actions, closed = () => {} }) {
  document.querySelector("dialog[open]")?.close();
  const said = make("div", { class: "dialog-body", id: `${name}-said` }, body);
  const dialog = make(
    "dialog",
    { class: "dialog", id: name, "aria-labelledby": `${name}-title`, "aria-describedby": said.id },
    make("h2", { id: `${name}-title`, class: "title" }, heading),
    said,
    make("div", { class: "actions" }, actions),
  );
  dialog.more = new More(said);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.more.watch(...said.children);
  document.dispatchEvent(new CustomEvent("kiosk-dialog", { detail: dialog }));
  return () => dialog.close();
}

export function help() {
  const step = (name, sentence) => make("li", {}, icon(name), make("span", {}, say(sentence)));
  const keys = "keys" in document.documentElement.dataset;
  const close = open("help", {
    heading: say("How it works"),
    body: make(
      "ol",
      { class: "steps" },
      step("service", "Touch the service you need."),
      keys ? step("keypad", "Press the number of your choice, or move with the arrow keys and press Enter.") : null,
      step("ticket", "Take the ticket with your number."),
      step("sound", "Take a seat. Your number is shown and called."),
      step("person", "Our staff are happy to help you."),
    ),
    actions: button(say("Close"), { kind: "main", press: () => close(), data: { back: "" } }),
  });
  return close;
}

/** More languages than the bar has room for; `choose(code)` is given one. */
export function chooseLanguage({ languages, choose }) {
  const close = open("language", {
    heading: say("Language"),
    body: make(
      "div",
      { class: "tongues" },
      languages.map(({ code, name, direction }) =>
        button(name, {
          lang: code,
          dir: direction,
          press: () => {
            close();
            choose(code);
          },
        }),
      ),
    ),
    actions: button(say("Close"), { kind: "main", press: () => close(), data: { back: "" } }),
  });
  return close;
}

/** Asks whether anyone is there. `gone()` when nobody answers or the customer leaves, `here()` when someone stays. */
export function stillThere({ here, gone, hold }) {
  const left = make("span", { class: "seconds", "aria-hidden": "true" }, String(ANSWER_S));
  const news = make("p", { class: "for-ears", role: "status" });
  let answer = here;
  const countdown = new Countdown(ANSWER_S, {
    tick: (seconds) => setText(left, String(seconds)),
    warn: (seconds) => {
      chime();
      setText(news, `${say("Seconds until this page closes")}: ${seconds}`);
    },
    end: () => leave(),
    hold,
  });
  const close = open("still-there", {
    heading: say("Are you still there?"),
    body: [make("p", { class: "lead" }, left, make("span", {}, say("This page closes soon, for your privacy."))), news],
    actions: [
      button(say("Yes, I need more time"), { kind: "main", press: () => close(), autofocus: true, data: { back: "" } }),
      button(say("Back to the start"), { press: () => leave() }),
    ],
    closed: () => {
      countdown.stop();
      answer();
    },
  });
  chime();
  function leave() {
    answer = gone;
    close();
  }
  return close;
}
