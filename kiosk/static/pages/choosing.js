/** What the pages have in common on which services are chosen: notices, what is chosen already, and the ways on. */

import { button, make } from "../dom.js";
import { say, spoken } from "../words.js";
import { notices } from "./notices.js";

/**
 * `ways` lead on: back, and those of documents, several, checkIn that the branch offers (null: it does not); proceed once
 * several services are chosen.
 */
export function choosing({ feed, visit, ways }) {
  const above = notices(feed);
  const chosen = make("ol", { class: "chosen", "aria-live": "polite" });
  const proceed = button(say("Continue"), { icon: "check", kind: "main", press: ways.proceed, data: { proceed: "" } });
  const further = [
    ways.documents && button(say("Do I need documents?"), { icon: "document", press: ways.documents }),
    ways.several && button(say("I need several things"), { icon: "several", press: ways.several, data: { several: "" } }),
    ways.checkIn && button(say("I have an appointment"), { icon: "appointment", press: ways.checkIn, data: { appointment: "" } }),
  ];
  const actions = make(
    "div",
    { class: "actions" },
    button(say("Back"), { back: true, press: ways.back }),
    visit.several ? proceed : further,
  );

  /** The title, and in a visit of several services what it is made of so far. */
  function question(heading) {
    const hint = make("p", { class: "lead" }, say("Up to four, in the order that suits you."));
    return make("div", { class: "question" }, heading, visit.several ? [hint, chosen] : []);
  }

  function update() {
    above.update();
    proceed.disabled = visit.chosen.length === 0;
    const names = visit.chosen.map((code) => feed.latest.services.find((service) => service.code === code)?.said[spoken()].name);
    if (names.join() !== [...chosen.children].map((item) => item.textContent).join()) {
      chosen.replaceChildren(...names.map((name) => make("li", {}, name)));
    }
  }

  return { question, notices: above.elements, actions, update };
}
