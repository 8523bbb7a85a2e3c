/** The number, as large as it will be called; what the paper does; what to bring; when the page closes. */

import { button, icon, make, title } from "../dom.js";
import { called } from "../number.js";
import { withoutPaper } from "../paper.js";
import { say, spoken } from "../words.js";
import { leaving } from "./leaving.js";
import { paperLine } from "./paper_line.js";

/** `copy()` prints it once more while `mayCopy()`; the foot is as in `leaving`. */
export function ticket({ visit, issued, legal, mayCopy, copy, ...foot }) {
  const { ticket: given, qr, said: all } = issued;
  const said = all[spoken()];
  const end = leaving({ visit, ...foot });
  const paper = paperLine({ printing: say("Your ticket is printing"), take: say("Please take your ticket") });
  const again = button(say("My ticket did not come out"), { icon: "printer", data: { again: "" }, press: copy });
  const fallback = make(
    "div",
    { class: "fallback card" },
    make("p", {}, say("Your number is valid without paper. Please remember it or take a photo.")),
    qr ? make("figure", {}, make("img", { src: qr, alt: "" }), make("figcaption", {}, say("Follow your turn on your phone"))) : null,
  );
  const heading = title(say("Your number"));
  heading.append(make("span", { class: "for-ears" }, ` ${given.number}`)); // the focus is here: read out with its number
  const element = make(
    "div",
    { class: "page ticket" },
    make(
      "div",
      { class: "stub" },
      heading,
      called(given.number, { "aria-hidden": "true" }),
      make("p", { class: "stub-service" }, said.service),
      said.further ? make("p", { class: "stub-further" }, said.further) : null,
      make(
        "ul",
        { class: "stub-facts" },
        fact("appointment", said.appointment),
        fact("clock", said.wait),
        fact("people", said.ahead),
      ),
    ),
    make(
      "div",
      { class: "content" },
      paper.element,
      fallback,
      again,
      said.documents.length
        ? make(
            "section",
            { class: "card" },
            make("h2", {}, icon("document"), make("span", {}, say("Please have ready:"))),
            make("ul", { class: "bullets" }, said.documents.map((text) => make("li", {}, text))),
          )
        : null,
      legal ? make("p", { class: "legal" }, legal) : null,
    ),
    end.element,
  );

  function update() {
    const { state, slow } = visit.paper;
    paper.update(visit.paper);
    fallback.hidden = !withoutPaper(state) && !slow;
    again.hidden = !mayCopy();
    end.update();
  }

  update();
  return { element, update, warn: end.warn };
}

function fact(picture, text) {
  return text ? make("li", {}, icon(picture), make("span", {}, text)) : null;
}
