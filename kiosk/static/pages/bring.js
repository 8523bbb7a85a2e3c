/** What to bring for each of some services, as cards. */

import { icon, make } from "../dom.js";
import { say, spoken } from "../words.js";

export function bring(services) {
  return make("ul", { class: "cards" }, services.map(card));
}

function card({ icon: picture, said }) {
  const { name, documents } = said[spoken()];
  const lines = documents.length ? documents : [say("No documents needed")];
  return make(
    "li",
    { class: "card" },
    make("h2", {}, icon(picture), make("span", {}, name)),
    make("ul", { class: "bullets" }, lines.map((text) => make("li", {}, text))),
  );
}
