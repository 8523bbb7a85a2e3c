/** A code, typed on the glass or on any keyboard: a field, its signs as keys, and one that takes the last sign back. */

import { button, make } from "./dom.js";
import { say } from "./words.js";

/**
 * `signs` are all that a code is made of; what else is typed is left out. `changed(code)` follows it, `enter()` is called
 * for the Enter key. A `secret` code is not shown.
 *
 * On a keypad the first nine choices of a page have the digits 1 to 9. So the key that erases stands where each digit
 * then writes itself: first, where the signs have no 1, as the branch's codes; tenth, as on a telephone, where they do.
 */
export function codeField({ signs, longest, code = "", secret = false, labelledBy, changed, enter }) {
  const field = make("input", {
    class: "code",
    type: secret ? "password" : "text",
    inputmode: "none",
    autocomplete: "off",
    spellcheck: "false",
    dir: "ltr",
    "aria-labelledby": labelledBy,
    on: { input: () => set(field.value), keydown: (event) => event.key === "Enter" && enter() },
  });
  const key = (sign) =>
    make("button", { class: "button key", data: { sign }, on: { click: () => set(field.value + sign), pointerdown: stay } }, sign);
  const erase = button(say("Delete"), {
    icon: "erase",
    on: { click: () => set(field.value.slice(0, -1)), pointerdown: stay },
    data: { erase: "" },
  });
  const keys = [...signs].map(key);
  const first = !signs.includes("1");
  if (!first) keys.splice(9, 0, erase);
  const element = make(
    "div",
    { class: "code-field" },
    make("div", { class: "code-line" }, field, first ? erase : null),
    make("div", { class: "keys", dir: "ltr" }, keys),
  );

  function set(text) {
    field.value = [...text.toUpperCase()].filter((sign) => signs.includes(sign)).slice(0, longest).join("");
    changed(field.value);
  }

  set(code);
  return { element, field, clear: () => set("") };
}

/** The field keeps the focus while fingers type on the glass. */
function stay(event) {
  event.preventDefault();
}
