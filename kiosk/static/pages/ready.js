/** Between the choice and the number: does the customer have what is needed? */

import { button, make, title } from "../dom.js";
import { say } from "../words.js";
import { bring } from "./bring.js";

/** `have()` and `without()` go on to the number; `takeList()` prints the list and takes no number. */
export function ready({ services, have, without, takeList, back }) {
  const element = make(
    "div",
    { class: "page ready" },
    make("div", { class: "question" }, title(say("Have these documents ready"))),
    make("div", { class: "content" }, bring(services)),
    make(
      "div",
      { class: "actions" },
      button(say("I have them"), { icon: "check", kind: "main", press: have, data: { answer: "have" } }),
      button(say("Continue without them"), { press: without, data: { answer: "without" } }),
      button(say("Take the list with me"), { icon: "list", press: takeList, data: { answer: "list" } }),
      button(say("Back"), { back: true, press: back }),
    ),
  );
  return { element };
}
