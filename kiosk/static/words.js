/** The sentences of the page in the language of the moment, from the product's one catalogue. */

import { ask } from "./server.js";

const catalogues = new Map();
let language = "en";

/** Fetches a language's sentences, once. */
export async function learn(code) {
  if (!catalogues.has(code)) {
    const { sentences } = await ask(`words/${code}`);
    catalogues.set(code, sentences);
  }
}

/** The language that `say` speaks from now on. */
export function speak(code) {
  language = code;
}

export function spoken() {
  return language;
}

/** The sentence in the present language; in English where the catalogue has none. */
export function say(sentence) {
  return catalogues.get(language)?.[sentence] ?? sentence;
}
