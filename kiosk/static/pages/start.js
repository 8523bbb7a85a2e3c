/** The first page: the branch, and each language in its own script. */

import { icon, make, setText, title } from "../dom.js";
import { say, spoken } from "../words.js";

export function start({ feed, begin, greeting }) {
  const offer = feed.latest;
  const closed = make("p", { class: "state", data: { state: "attention" } }, icon("clock"), make("span"));
  const others = offer.languages.filter(({ code }) => code !== spoken() && offer.names[code] !== offer.names[spoken()]);
  const element = make(
    "div",
    { class: "page start" },
    make(
      "div",
      { class: "welcome" },
      icon("branch"),
      title(offer.names[spoken()]),
      make(
        "p",
        { class: "other-names", "aria-hidden": "true" },
        others.map(({ code, direction }) => make("span", { lang: code, dir: direction }, offer.names[code])),
      ),
    ),
    make(
      "div",
      { class: "content" },
      closed,
      make("ul", { class: "tongues" }, offer.languages.map(tongue)),
    ),
  );

  function tongue({ code, name, direction }) {
    return make(
      "li",
      { lang: code, dir: direction },
      make(
        "button",
        { class: "tile tongue", data: { language: code }, on: { click: () => begin(code) } },
        make("span", { class: "tile-name" }, name),
        make("span", { class: "tile-fact" }, greeting(code, "Touch here to begin")),
      ),
    );
  }

  function update() {
    closed.hidden = feed.latest.open;
    setText(closed.lastChild, feed.latest.closed[spoken()]);
  }

  update();
  return { element, update };
}
