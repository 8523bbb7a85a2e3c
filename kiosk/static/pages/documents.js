/** What to bring for each service, to be read before a number is taken. */

import { button, icon, make, title } from "../dom.js";
import { say, spoken } from "../words.js";

export function documents({ feed, back }) {
  const lists = feed.latest.services.map(({ icon: picture, said }) => {
    const { name, documents: needed } = said[spoken()];
    return make(
      "li",
      { class: "card" },
      make("h2", {}, icon(picture), make("span", {}, name)),
      make(
        "ul",
        { class: "bullets" },
        (needed.length ? needed : [say("No documents needed")]).map((text) => make("li", {}, text)),
      ),
    );
  });
  const element = make(
    "div",
    { class: "page documents" },
    make(
      "div",
      { class: "question" },
      title(say("Have these documents ready")),
      button(say("Back"), { icon: "back", mirrors: true, press: back }),
    ),
    make("div", { class: "content" }, make("ul", { class: "cards" }, lists)),
  );
  return { element };
}
