/** What the branch does, as tiles in groups: icon, name, wait, people waiting. The whole tile is the button. */

import { button, icon, make, setText, title } from "../dom.js";
import { say, spoken } from "../words.js";

const FEW = 6; // tiles that have room to be tall

export function services({ feed, choose, documents }) {
  const lost = make("p", { class: "state lost", data: { state: "attention" } }, icon("warning"), make("span"));
  const closed = make("p", { class: "state", data: { state: "attention" } }, icon("clock"), make("span"));
  const groups = make("div", { class: "groups" });
  const tiles = new Map();
  let shown = "";
  const element = make(
    "div",
    { class: "page services" },
    make(
      "div",
      { class: "question" },
      title(say("What can we do for you?")),
      button(say("Do I need documents?"), { icon: "document", press: documents }),
    ),
    make("div", { class: "content" }, closed, lost, groups),
  );

  /** Builds the tiles anew only when other services are offered, so that no tile is taken away under a finger. */
  function build(offer) {
    const outline = JSON.stringify([offer.groups, offer.services.map(({ code, group }) => [code, group])]);
    if (outline === shown) return;
    shown = outline;
    tiles.clear();
    groups.dataset.many = String(offer.services.length > FEW);
    const named = offer.groups.map(({ code, names }) => section(names[spoken()], inGroup(offer, code)));
    const known = new Set(offer.groups.map(({ code }) => code));
    const rest = offer.services.filter(({ group }) => !known.has(group));
    groups.replaceChildren(...named.filter(Boolean), section(named.some(Boolean) ? say("Other services") : "", rest) ?? "");
  }

  function section(name, offered) {
    if (!offered.length) return null;
    return make(
      "section",
      {},
      name ? make("h2", { class: "group" }, name) : null,
      make("ul", { class: "tiles" }, offered.map((service) => make("li", {}, tile(service)))),
    );
  }

  function tile({ code, icon: picture }) {
    const parts = {
      name: make("span", { class: "tile-name" }),
      wait: make("span"),
      waiting: make("span"),
      hours: make("span"),
    };
    parts.open = make(
      "span",
      { class: "tile-facts" },
      make("span", { class: "tile-fact strong" }, icon("clock"), parts.wait),
      make("span", { class: "tile-fact" }, icon("people"), parts.waiting),
    );
    parts.closed = make("span", { class: "tile-facts" }, make("span", { class: "tile-fact" }, icon("clock"), parts.hours));
    parts.button = make(
      "button",
      { class: "tile service", data: { service: code }, on: { click: () => parts.button.ariaDisabled === "true" || choose(code) } },
      make("span", { class: "tile-icon" }, icon(picture)),
      make("span", { class: "tile-text" }, parts.name, parts.open, parts.closed),
    );
    tiles.set(code, parts);
    return parts.button;
  }

  function update() {
    const { latest: offer, fresh } = feed;
    build(offer);
    closed.hidden = offer.open;
    setText(closed.lastChild, offer.closed[spoken()]);
    lost.hidden = fresh && offer.connected;
    setText(lost.lastChild, say("The connection is interrupted. Waiting times are not shown."));
    for (const service of offer.services) {
      const parts = tiles.get(service.code);
      const said = service.said[spoken()];
      setText(parts.name, said.name);
      setText(parts.wait, said.wait);
      setText(parts.waiting, said.waiting);
      setText(parts.hours, said.closed);
      parts.open.hidden = !service.open || !fresh || !offer.connected;
      parts.closed.hidden = service.open;
      parts.button.ariaDisabled = String(!service.open);
    }
  }

  update();
  return { element, update };
}

function inGroup(offer, code) {
  return offer.services.filter(({ group }) => group === code);
}
