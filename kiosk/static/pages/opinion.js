/** How it was, for customers who leave: first how good, then what of it, then thanks. Nothing is sent before they say so. */

import { button, icon, make, title } from "../dom.js";
import { say, spoken } from "../words.js";
import { leaving } from "./leaving.js";

const RATINGS = [
  [5, "Very good"],
  [4, "Good"],
  [3, "All right"],
  [2, "Not good"],
  [1, "Bad"],
];

/** Five levels, each a face and a word; `rate(1 to 5)`. */
export function rating({ rate, back }) {
  const face = ([value, sentence]) =>
    make(
      "li",
      {},
      make(
        "button",
        { class: "tile face", data: { rating: value }, on: { click: () => rate(value) } },
        make("span", { class: "tile-icon" }, icon(`face-${value}`)),
        make("span", { class: "tile-name" }, say(sentence)),
      ),
    );
  const element = make(
    "div",
    { class: "page opinion" },
    make("div", { class: "question" }, title(say("How was it today?"))),
    make("div", { class: "content" }, make("ul", { class: "faces" }, RATINGS.map(face))),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back })),
  );
  return { element };
}

/** What was good, or what could be better: any of `choices`, or none. `visit.reasons` keeps what is chosen. */
export function reasons({ visit, good, choices, send, back }) {
  const question = good ? say("What was good?") : say("What could be better?");
  const tiles = choices.map(({ code, names }) => {
    const mark = icon("check");
    const tile = make(
      "button",
      { class: "tile reason", data: { reason: code }, on: { click: () => choose(code) } },
      make("span", { class: "tile-icon" }, mark),
      make("span", { class: "tile-name" }, names[spoken()]),
    );
    return { code, tile };
  });
  const element = make(
    "div",
    { class: "page opinion" },
    make("div", { class: "question" }, title(question), make("p", { class: "lead" }, say("Choose several, or none."))),
    make("div", { class: "content" }, make("ul", { class: "choices" }, tiles.map(({ tile }) => make("li", {}, tile)))),
    make(
      "div",
      { class: "actions" },
      button(say("Back"), { back: true, press: back }),
      button(say("Send"), { icon: "check", kind: "main", press: send, data: { send: "" } }),
    ),
  );

  function choose(code) {
    const chosen = visit.reasons.includes(code);
    visit.reasons = chosen ? visit.reasons.filter((one) => one !== code) : [...visit.reasons, code];
    update();
  }

  function update() {
    for (const { code, tile } of tiles) tile.ariaPressed = String(visit.reasons.includes(code));
  }

  update();
  return { element, update };
}

export function thanks({ visit, ...foot }) {
  const end = leaving({ visit, ...foot });
  const element = make(
    "div",
    { class: "page thanks" },
    make(
      "div",
      { class: "question" },
      make("div", { class: "sign" }, icon("check")),
      title(say("Thank you")),
      make("p", { class: "lead" }, say("Your answer helps us to do better.")),
    ),
    end.element,
  );
  return { element, update: end.update, warn: end.warn };
}
