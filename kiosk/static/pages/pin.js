/** The PIN of the staff page. */

import { codeField } from "../code_field.js";
import { button, icon, make, setText, title } from "../dom.js";
import { say } from "../words.js";

const DIGITS = "1234567890";
const LONGEST = 12;

/** `enter(pin)` tries it; `visit.trouble` is what was answered to the last one. */
export function pin({ visit, enter, back }) {
  const heading = title(say("Please type the PIN"));
  heading.id = "pin-title";
  const trouble = make("p", { class: "state", role: "alert", data: { state: "attention" } }, icon("warning"), make("span"));
  const go = () => {
    enter(code.field.value);
    code.clear();
  };
  const open = button(say("Open"), { icon: "check", kind: "main", press: go, data: { enter: "" } });
  const code = codeField({
    signs: DIGITS,
    longest: LONGEST,
    secret: true,
    labelledBy: heading.id,
    changed: (typed) => (open.disabled = !typed),
    enter: () => open.disabled || go(),
  });
  const element = make(
    "div",
    { class: "page pin" },
    make("div", { class: "question" }, heading),
    make("div", { class: "content" }, trouble, code.element),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back }), open),
  );

  function update() {
    trouble.hidden = !visit.trouble;
    setText(trouble.lastChild, visit.trouble);
  }

  update();
  return { element, update, focus: code.field };
}
