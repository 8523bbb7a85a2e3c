/** One calm question, where the branch offers priority: which class, never why. */

import { button, icon, make, title } from "../dom.js";
import { say, spoken } from "../words.js";

export function priority({ feed, answer, back }) {
  const classes = feed.latest.priorities.map(({ code, names }) => choice(code, "person", names[spoken()]));
  const element = make(
    "div",
    { class: "page priority" },
    make(
      "div",
      { class: "question" },
      title(say("Which applies to you?")),
      make("p", { class: "lead" }, say("Your answer decides when you are called. It is not shown to anyone in the lobby.")),
    ),
    make("div", { class: "content" }, make("ul", { class: "choices" }, choice("", "check", say("None of these")), classes)),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back })),
  );

  function choice(code, picture, text) {
    return make(
      "li",
      {},
      make(
        "button",
        { class: "tile", data: { priority: code }, on: { click: () => answer(code) } },
        make("span", { class: "tile-icon" }, icon(picture)),
        make("span", { class: "tile-text" }, make("span", { class: "tile-name" }, text)),
      ),
    );
  }

  return { element };
}
