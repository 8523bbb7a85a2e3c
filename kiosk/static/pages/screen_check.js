/** How well the glass knows where it is touched, and whether the screen is as large as the branch file says. */

import { button, make, title } from "../dom.js";
import { say } from "../words.js";

const INSET_PX = 60;
const MM_PER_INCH = 25.4;
const RULER_MM = 100;

/** `inches` is the screen's diagonal, 0 while it is not known: then there are no millimetres. */
export function screenCheck({ inches, again, back }) {
  const perMm = inches > 0 ? Math.hypot(innerWidth, innerHeight) / (inches * MM_PER_INCH) : 0;
  const places = [
    [INSET_PX, INSET_PX],
    [innerWidth - INSET_PX, INSET_PX],
    [innerWidth / 2, innerHeight / 2],
    [INSET_PX, innerHeight - INSET_PX],
    [innerWidth - INSET_PX, innerHeight - INSET_PX],
  ];
  const misses = [];
  const cross = make("div", { class: "cross", "aria-hidden": "true" });
  const glass = make("div", { class: "glass", on: { pointerdown: touched } }, cross);
  const results = make("ol", { class: "misses" });
  const element = make(
    "div",
    { class: "page middle screen-check" },
    title(say("Touch the middle of each cross")),
    make("p", { class: "lead" }, say("There are five of them, one after the other.")),
    results,
    ruler(),
    make(
      "div",
      { class: "actions" },
      button(say("Try again"), { press: again }),
      button(say("Back"), { back: true, kind: "main", press: back }),
    ),
    glass,
  );

  function aim() {
    const place = places[misses.length];
    glass.hidden = !place;
    if (place) cross.style.setProperty("translate", `${place[0]}px ${place[1]}px`);
  }

  function touched({ clientX, clientY }) {
    if (!("settled" in document.getElementById("main").dataset)) return; // the touch that led here
    const [x, y] = places[misses.length];
    const px = Math.hypot(clientX - x, clientY - y);
    misses.push(px);
    const mm = perMm ? ` = ${(px / perMm).toFixed(1)} mm` : "";
    results.append(make("li", {}, `${say("Off by")}: ${px.toFixed(0)} px${mm}`));
    aim();
  }

  function ruler() {
    if (!perMm) return make("p", {}, say("How large the screen is has not been set, so no line can be shown to measure."));
    const line = make("div", { class: "ruler" });
    line.style.setProperty("inline-size", `${RULER_MM * perMm}px`);
    return make("div", { class: "measure" }, make("p", {}, say("This line is 100 mm long if the screen's size is set right.")), line);
  }

  aim();
  return { element };
}
