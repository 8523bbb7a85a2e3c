/** Paper that is no new ticket: a list to take away, or the last ticket once more. What it says stays on the screen. */

import { make, title } from "../dom.js";
import { withoutPaper } from "../paper.js";
import { say } from "../words.js";
import { leaving } from "./leaving.js";
import { paperLine } from "./paper_line.js";

/** `printing` and `take` as in `paperLine`; `without` says what to do where there is no paper; `content` is what is on it. */
export function slip({ visit, heading, printing, take, without, content, ...foot }) {
  const end = leaving({ visit, ...foot });
  const paper = paperLine({ printing, take });
  const place = make("p", { class: "lead" }, say("It comes out where tickets come out."));
  const photo = make("p", { class: "lead" }, without);
  const element = make(
    "div",
    { class: "page slip" },
    make("div", { class: "question" }, title(heading)),
    make("div", { class: "content" }, paper.element, place, photo, content),
    end.element,
  );

  function update() {
    const { state, slow } = visit.paper;
    paper.update(visit.paper);
    place.hidden = withoutPaper(state);
    photo.hidden = !withoutPaper(state) && !slow;
    end.update();
  }

  update();
  return { element, update, warn: end.warn };
}
