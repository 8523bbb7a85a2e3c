/** The code of an appointment: held under the scanner, or typed. */

import { codeField } from "../code_field.js";
import { button, icon, make, title } from "../dom.js";
import { say } from "../words.js";
import { notice } from "./notices.js";

const SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"; // as lobby/queue/appointments.py has them: none that looks like another
const LEAST = 4;
const LONGEST = 16;

/** `enter(code)` checks in, `takeTicket()` is the way without an appointment; `available()` while the branch can look it up. */
export function checkIn({ visit, available, enter, takeTicket, back }) {
  const send = button(say("Check in"), { icon: "check", kind: "main", press: go, data: { enter: "" } });
  const heading = title(say("Type the code of your appointment"));
  heading.id = "code-title";
  const code = codeField({
    signs: SIGNS,
    longest: LONGEST,
    code: visit.code,
    labelledBy: heading.id,
    changed: (typed) => {
      visit.code = typed;
      send.disabled = typed.length < LEAST;
    },
    enter: go,
  });
  const scan = make("p", { class: "lead scan" }, icon("scan"), make("span", {}, say("Or hold its QR code under the scanner.")));
  const lost = notice("warning");
  const instead = button(say("Take a ticket"), { icon: "ticket", press: takeTicket, data: { instead: "" } });
  const element = make(
    "div",
    { class: "page check-in" },
    make("div", { class: "question" }, heading, scan),
    make("div", { class: "content" }, lost.element, code.element),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back }), instead, send),
  );

  function go() {
    if (!send.disabled && available()) enter(code.field.value);
  }

  function update() {
    const can = available();
    lost.tell(can ? "" : say("Checking in is not possible while the connection is interrupted. Please take a ticket."));
    for (const part of [scan, code.element, send]) part.hidden = !can;
    instead.hidden = can;
  }

  update();
  return { element, update, focus: available() ? code.field : null };
}
