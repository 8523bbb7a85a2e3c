/** What the branch does, as tiles in groups: icon, name, wait, people waiting. The whole tile is the button. */

import { icon, make, setText, title } from "../dom.js";
import { inGroups } from "../groups.js";
import { say, spoken } from "../words.js";
import { choosing } from "./choosing.js";

const FEW = 6; // tiles that have room to be tall

/**
 * The services of `group`, or of all groups where it is null. `choose(code)` is given the one that was touched;
 * `full()` says that no further one can be chosen; `ways` as in `choosing`.
 */
export function services({ feed, visit, group, choose, full, ways }) {
  const frame = choosing({ feed, visit, ways });
  const tiles = new Map();
  const groups = make("div", { class: "groups" });
  let shown = "";
  const element = make(
    "div",
    { class: "page services" },
    frame.question(title(question())),
    make("div", { class: "content" }, frame.notices, groups),
    frame.actions,
  );

  function sections() {
    return inGroups(feed.latest).filter(({ code }) => group === null || code === group);
  }

  function question() {
    const named = group === null ? "" : sections()[0]?.name;
    return named || say(visit.several ? "Touch everything you need" : "What can we do for you?");
  }

  /** Builds the tiles anew only when other services are offered, so that no tile is taken away under a finger. */
  function build(all) {
    const outline = JSON.stringify(all.map(({ code, services: inside }) => [code, inside.map((service) => service.code)]));
    if (outline === shown) return;
    shown = outline;
    tiles.clear();
    groups.dataset.many = String(all.flatMap(({ services: inside }) => inside).length > FEW);
    groups.replaceChildren(...all.map(section));
  }

  function section({ name, services: inside }) {
    return make(
      "section",
      {},
      name && group === null ? make("h2", { class: "group" }, name) : null,
      make("ul", { class: "tiles" }, inside.map((service) => make("li", {}, tile(service)))),
    );
  }

  function tile({ code, icon: picture }) {
    const parts = {
      name: make("span", { class: "tile-name" }),
      wait: make("span"),
      waiting: make("span"),
      hours: make("span"),
      order: make("span", { class: "tile-order" }),
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
      {
        class: "tile service",
        data: { service: code },
        "aria-pressed": visit.several ? "false" : null,
        on: { click: () => parts.button.ariaDisabled === "true" || choose(code) },
      },
      make("span", { class: "tile-icon" }, icon(picture), parts.order),
      make("span", { class: "tile-text" }, parts.name, parts.open, parts.closed),
    );
    tiles.set(code, parts);
    return parts.button;
  }

  function update() {
    const all = sections();
    build(all);
    for (const service of all.flatMap(({ services: inside }) => inside)) {
      const parts = tiles.get(service.code);
      const said = service.said[spoken()];
      setText(parts.name, said.name);
      setText(parts.wait, said.wait);
      setText(parts.waiting, said.waiting);
      setText(parts.hours, said.closed);
      parts.open.hidden = !service.open || !feed.known;
      parts.closed.hidden = service.open;
      const place = visit.chosen.indexOf(service.code);
      parts.button.ariaDisabled = String(!service.open || (place < 0 && full()));
      if (!visit.several) continue;
      parts.button.ariaPressed = String(place >= 0);
      setText(parts.order, place < 0 ? "" : String(place + 1));
    }
    frame.update();
  }

  update();
  return { element, update };
}
