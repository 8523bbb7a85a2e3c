/** What went wrong: what it is about, then two things that may be left out, then the reference. */

import { codeField } from "../code_field.js";
import { button, icon, make, title } from "../dom.js";
import { called } from "../number.js";
import { say, spoken } from "../words.js";
import { notice } from "./notices.js";

const ICONS = {
  wait: "clock",
  staff: "people",
  information: "info",
  fees: "list",
  payment: "cash",
  card: "card",
  account: "account",
  loan: "loan",
  access: "branch",
}; // of our own categories

/** `choose(code)` is given what it is about; `available()` while the branch can take it down. */
export function category({ feed, available, choose, back }) {
  const lost = notice("warning");
  const list = make("ul", { class: "choices" }, feed.latest.categories.map(tile));
  const element = make(
    "div",
    { class: "page complaint" },
    make(
      "div",
      { class: "question" },
      title(say("What went wrong?")),
      make("p", { class: "lead" }, say("We are sorry. Touch what it is about, and you get a reference.")),
    ),
    make("div", { class: "content" }, lost.element, list),
    make("div", { class: "actions" }, button(say("Back"), { back: true, press: back })),
  );

  function tile({ code, names }) {
    return make(
      "li",
      {},
      make(
        "button",
        { class: "tile reason", data: { category: code }, on: { click: () => available() && choose(code) } },
        make("span", { class: "tile-icon" }, icon(ICONS[code] ?? "complaint")),
        make("span", { class: "tile-name" }, names[spoken()]),
      ),
    );
  }

  function update() {
    lost.tell(available() ? "" : say("This is not possible while the connection is interrupted. Please ask our staff."));
    list.hidden = !available();
  }

  update();
  return { element, update };
}

/**
 * Something to be typed or left out. `name` is that of the field's label; `signs` and `longest` as in `codeField`; `typed`
 * is what stands there already. `given(text)` is told of it, `without()` that there is none; `on` is the sentence of the
 * way on.
 */
export function typing({ name, heading, lead, signs, longest, typed, on, given, without, back }) {
  const question = title(heading);
  question.id = `${name}-title`;
  const send = button(on, { icon: "check", kind: "main", press: go, data: { enter: "" } });
  const code = codeField({
    signs,
    longest,
    code: typed,
    labelledBy: question.id,
    changed: (text) => (send.disabled = !text),
    enter: go,
  });
  const element = make(
    "div",
    { class: "page complaint" },
    make("div", { class: "question" }, question, make("p", { class: "lead" }, lead)),
    make("div", { class: "content" }, code.element),
    make(
      "div",
      { class: "actions" },
      button(say("Back"), { back: true, press: back }),
      button(say("Continue without it"), { press: without, data: { without: "" } }),
      send,
    ),
  );

  function go() {
    if (!send.disabled) given(code.field.value);
  }

  return { element, focus: code.field };
}

/** The reference, as large as fits, with both dates and what to do next. */
export function reference({ reference: code, qr, said: all }) {
  const said = all[spoken()];
  return make(
    "div",
    { class: "reference" },
    called(code),
    make(
      "ul",
      { class: "stub-facts" },
      [said.promise, said.law].filter(Boolean).map((text) => make("li", {}, icon("clock"), make("span", {}, text))),
      make("li", {}, icon("person"), make("span", {}, say("Please tell a member of staff the details."))),
    ),
    qr
      ? make(
          "figure",
          { class: "card" },
          make("img", { src: qr, alt: "" }),
          make("figcaption", {}, say("Or write them on your own phone, and see how it stands.")),
        )
      : null,
  );
}
