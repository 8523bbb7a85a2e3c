/** How the paper does, in one line. */

import { icon, make, setText } from "../dom.js";
import { printed, withoutPaper } from "../paper.js";
import { say } from "../words.js";

/** `printing` and `take` are the sentences for paper that is on its way, and that has come. */
export function paperLine({ printing, take }) {
  const element = make("p", { class: "state", role: "status" }, icon("printer"), make("span"));
  function update({ state }) {
    const [look, picture, said] = withoutPaper(state)
      ? ["attention", "warning", say("Paper is not available just now")]
      : printed(state)
        ? ["calm", "ticket", take]
        : ["done", "printer", printing];
    element.dataset.state = look;
    element.firstChild.dataset.icon = picture;
    setText(element.lastChild, said);
  }
  return { element, update };
}
