/** A refusal, in full and kindly, with the ways on. Nothing is lost. */

import { button, icon, make, title } from "../dom.js";
import { say, spoken } from "../words.js";

/**
 * `problem` as it came; `ways` are {sentence, press, back?}, the first of them the main one. One that concerns the
 * screen itself (`unpaired`) has no way on but its end.
 */
export function refused({ problem, unpaired, feed, ways }) {
  const { detail, language } = problem;
  const said = unpaired
    ? [title(say("This screen is not ready yet")), make("p", { class: "lead" }, say("It has to be paired with its branch first."))]
    : [
        title(say("Sorry, that did not work")),
        detail ? make("p", { class: "lead", role: "alert", lang: language || null, dir: direction() }, detail) : null,
      ];
  const element = make(
    "div",
    { class: "page middle refused" },
    make("div", { class: "sign" }, icon("info")),
    said,
    make("p", { class: "lead" }, say("Please ask our staff. They will help you.")),
    make("div", { class: "actions" }, ways.map(way)),
  );

  function way({ sentence, press, back = false }, at) {
    const isBack = back || (at === ways.length - 1 && !ways.some((one) => one.back)); // for the keypad's back key
    return button(say(sentence), { back, kind: at === 0 ? "main" : "plain", press, data: isBack ? { back: "" } : {} });
  }

  function direction() {
    return feed.latest?.languages.find(({ code }) => code === (language || spoken()))?.direction;
  }

  return { element };
}
