/** What to bring for every service, to be read before anything is chosen. */

import { button, make, title } from "../dom.js";
import { say } from "../words.js";
import { bring } from "./bring.js";

export function documents({ feed, back }) {
  const element = make(
    "div",
    { class: "page documents" },
    make("div", { class: "question" }, title(say("Have these documents ready"))),
    make("div", { class: "content" }, bring(feed.latest.services)),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back })),
  );
  return { element };
}
