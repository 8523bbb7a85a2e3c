/** Between the tap and the branch's answer. A lost server is said kindly; the wish is kept. */

import { icon, make, setText, title } from "../dom.js";
import { say } from "../words.js";

/** `lead` says what is being asked for, `slowly` what happens to it while the branch does not answer. */
export function sending({ visit, lead, slowly = "The connection is slow. We keep trying." }) {
  const said = make("p", { class: "lead" });
  const element = make(
    "div",
    { class: "page middle sending", data: { page: "sending" } },
    make("div", { class: "sign" }, icon("ticket")),
    title(say("One moment please")),
    said,
  );

  function update() {
    setText(said, visit.lost ? say(slowly) : lead ? say(lead) : "");
  }

  update();
  return { element, update };
}
