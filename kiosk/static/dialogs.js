/** The two questions that lie over a page: help, and whether anyone is still there. */

import { Countdown } from "./countdown.js";
import { button, icon, make } from "./dom.js";
import { say } from "./words.js";

const ANSWER_S = 20;

/** Opens a dialog; it leaves the document when it closes. Returns what closes it. */
function open(name, children, closed = () => {}) {
  const heading = `${name}-title`;
  const dialog = make("dialog", { class: "dialog", id: name, "aria-labelledby": heading });
  dialog.append(...children(heading));
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  return () => dialog.close();
}

export function help() {
  const step = (name, sentence) => make("li", {}, icon(name), make("span", {}, say(sentence)));
  const close = open("help", (heading) => [
    make("h2", { id: heading, class: "title" }, say("How it works")),
    make(
      "ol",
      { class: "steps" },
      step("service", "Touch the service you need."),
      step("ticket", "Take the ticket with your number."),
      step("sound", "Take a seat. Your number is shown and called."),
      step("person", "Our staff are happy to help you."),
    ),
    button(say("Close"), { kind: "main", press: () => close() }),
  ]);
  return close;
}

/** Asks whether anyone is there. `gone()` when nobody answers or the customer leaves, `here()` when someone stays. */
export function stillThere({ here, gone }) {
  const left = make("span", { class: "seconds", "aria-hidden": "true" }, String(ANSWER_S));
  let answer = here;
  const countdown = new Countdown(ANSWER_S, {
    tick: (seconds) => (left.textContent = String(seconds)),
    end: () => leave(),
  });
  const close = open(
    "still-there",
    (heading) => [
      make("h2", { id: heading, class: "title" }, say("Are you still there?")),
      make("p", { class: "lead" }, left, say("This page closes soon, for your privacy.")),
      make(
        "div",
        { class: "actions" },
        button(say("Yes, I need more time"), { kind: "main", press: () => close(), autofocus: true }),
        button(say("Back to the start"), { press: () => leave() }),
      ),
    ],
    () => {
      countdown.stop();
      answer();
    },
  );
  function leave() {
    answer = gone;
    close();
  }
  return close;
}
