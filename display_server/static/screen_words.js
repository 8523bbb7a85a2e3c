// The languages of a screen. Words change with them; the layout stays where it is, because people look for a number where
// they saw it last. Mirrored it is only for a screen that keeps to a language that runs from right to left.

import { page, put, say } from "/static/page.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

// Let an element come into view, unless this machine is to move nothing.
export function appear(element, from = {}, duration = 240) {
  if (!still.matches) element.animate([{ opacity: 0, ...from }, { opacity: 1 }], { duration, easing: "ease-out" });
}

// Text in a language: marked as such, and run its way.
export function write(element, language, text) {
  if (element.lang !== language) {
    if (element.lang && element.textContent !== text) appear(element);
    element.lang = language;
    element.dir = page.directions[language] ?? "ltr";
  }
  put(element, text);
}

// A sentence of ours in a language.
export const speak = (element, language, sentence, facts) => write(element, language, say(language, sentence, facts));

// Which language it is the turn of: the only one, the branch's in turn, or that of whoever was called last.
export class Turns {
  #languages = page.fixed ? [page.fixed] : page.languages;
  #turn = 0;

  next() { this.#turn += 1; }

  language(call) {
    if (page.follows === "customer" && !page.fixed) {
      return this.#languages.includes(call?.language) ? call.language : this.#languages[0];
    }
    return this.#languages[this.#turn % this.#languages.length];
  }

  // Another language of the branch, where there is one.
  other(language) { return this.#languages.find((one) => one !== language); }

  // How many rounds through all languages are over: so many notices were shown in each.
  get rounds() { return Math.floor(this.#turn / (page.follows === "customer" ? 1 : this.#languages.length)); }
}
