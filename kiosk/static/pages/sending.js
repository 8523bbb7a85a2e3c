/** Between the tap and the number. A lost server is said kindly; the wish is kept. */

import { icon, make, setText, title } from "../dom.js";
import { say } from "../words.js";

export function sending({ visit }) {
  const lead = make("p", { class: "lead" });
  const element = make(
    "div",
    { class: "page middle sending", data: { page: "sending" } },
    make("div", { class: "sign" }, icon("ticket")),
    title(say("One moment please")),
    lead,
  );

  function update() {
    setText(
      lead,
      say(visit.lost ? "The connection is slow. We keep trying; you will get one ticket." : "We are getting your number."),
    );
  }

  update();
  return { element, update };
}
