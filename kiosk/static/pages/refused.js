/** A refusal, in full and kindly, with a way back. Nothing is lost. */

import { button, icon, make, title } from "../dom.js";
import { say, spoken } from "../words.js";

export function refused({ visit, feed, again, another, home }) {
  const { detail, language } = visit.refusal;
  const said = visit.paired
    ? [
        title(say("Sorry, that did not work")),
        detail ? make("p", { class: "lead", role: "alert", lang: language || null, dir: direction() }, detail) : null,
      ]
    : [
        title(say("This screen is not ready yet")),
        make("p", { class: "lead" }, say("It has to be paired with its branch first.")),
      ];
  const element = make(
    "div",
    { class: "page middle refused" },
    make("div", { class: "sign" }, icon("info")),
    said,
    make("p", { class: "lead" }, say("Please ask our staff. They will help you.")),
    make(
      "div",
      { class: "actions" },
      again ? button(say("Try again"), { kind: "main", press: again }) : null,
      another ? button(say("Choose another service"), { icon: "back", mirrors: true, kind: "main", press: another }) : null,
      home ? button(say("Back to the start"), { press: home }) : null,
    ),
  );

  function direction() {
    return feed.latest?.languages.find(({ code }) => code === (language || spoken()))?.direction;
  }

  return { element };
}
