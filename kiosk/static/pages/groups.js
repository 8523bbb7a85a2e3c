/** The groups of services, where the branch has too many services for one page. */

import { icon, make, title } from "../dom.js";
import { inGroups } from "../groups.js";
import { say, spoken } from "../words.js";
import { choosing } from "./choosing.js";

/** `open(code)` leads into a group; `ways` as in `choosing`. */
export function groups({ feed, visit, open, ways }) {
  const frame = choosing({ feed, visit, ways });
  const list = make("ul", { class: "tiles group-tiles" });
  let shown = "";
  const element = make(
    "div",
    { class: "page services" },
    frame.question(title(say(visit.several ? "Touch everything you need" : "What can we do for you?"))),
    make("div", { class: "content" }, frame.notices, list),
    frame.actions,
  );

  function tile({ code, name, services }) {
    const names = services.map(({ said }) => said[spoken()].name);
    return make(
      "li",
      {},
      make(
        "button",
        { class: "tile group-tile", data: { group: code }, on: { click: () => open(code) } },
        make("span", { class: "tile-icon" }, icon(services[0].icon)),
        make(
          "span",
          { class: "tile-text" },
          make("span", { class: "tile-name" }, name),
          make("span", {}, new Intl.ListFormat(spoken(), { style: "narrow" }).format(names)),
        ),
      ),
    );
  }

  function update() {
    const all = inGroups(feed.latest);
    const outline = JSON.stringify(all.map(({ code, services }) => [code, services.map((service) => service.code)]));
    if (outline !== shown) list.replaceChildren(...all.map(tile));
    shown = outline;
    frame.update();
  }

  update();
  return { element, update };
}
