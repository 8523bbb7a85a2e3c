/** A question before something that cannot be taken back. */

import { button, icon, make, title } from "../dom.js";
import { say } from "../words.js";

export function confirm({ heading, lead, yes, confirmed, back }) {
  const element = make(
    "div",
    { class: "page middle confirm" },
    make("div", { class: "sign" }, icon("warning")),
    title(heading),
    make("p", { class: "lead" }, lead),
    make(
      "div",
      { class: "actions" },
      button(yes, { kind: "main", press: confirmed, data: { confirm: "" } }),
      button(say("Back"), { back: true, press: back }),
    ),
  );
  return { element };
}
