/** Paper that is no new ticket: a list to take away, or the last ticket once more. What it says stays on the screen. */

import { make, title } from "../dom.js";
import { withoutPaper } from "../paper.js";
import { leaving } from "./leaving.js";
import { paperLine } from "./paper_line.js";

/** `printing` and `take` as in `paperLine`; `place` where it comes out, `without` what to do where it does not; `content` is what is on it. */
export function slip({ visit, heading, printing, take, place = "", without, content, ...foot }) {
  const end = leaving({ visit, ...foot });
  const paper = paperLine({ printing, take });
  const where = make("p", { class: "lead" }, place);
  const photo = make("p", { class: "lead" }, without);
  const element = make(
    "div",
    { class: "page slip" },
    make("div", { class: "question" }, title(heading)),
    make("div", { class: "content" }, paper.element, where, photo, content),
    end.element,
  );

  function update() {
    const { state, slow } = visit.paper;
    paper.update(visit.paper);
    where.hidden = !place || withoutPaper(state);
    photo.hidden = !withoutPaper(state) && !slow;
    end.update();
  }

  update();
  return { element, update, warn: end.warn };
}
