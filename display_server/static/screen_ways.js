// The way to a counter, as seen from this screen: an arrow and words. Ways are of the room, not of the language: left
// stays left in Arabic. Only the plain arrow, from a number to its counter, runs as people read.

import { page } from "/static/page.js";

const SENTENCES = {
  left: "Please go to counter %(counter)s on the left",
  right: "Please go to counter %(counter)s on the right",
  ahead: "Please go to counter %(counter)s straight ahead",
  back: "Please go to counter %(counter)s behind you",
  up: "Please go to counter %(counter)s upstairs",
  down: "Please go to counter %(counter)s downstairs",
};

export const wayTo = (counter) => page.ways[counter] ?? "";

export const sentenceTo = (counter) => SENTENCES[wayTo(counter)] ?? "Please go to counter %(counter)s";

// Have an arrow (an <svg class="arrow"> with a <use>) point to a counter; hidden where there is no way to tell.
export const point = (arrow, counter) => draw(arrow, wayTo(counter));

// The same in a list, where the plain arrow stands for the way on a screen that knows none.
const plain = Object.keys(page.ways).length === 0 ? "next" : "";
export const pointOn = (arrow, counter) => draw(arrow, wayTo(counter) || plain);

function draw(arrow, way) {
  if (arrow.dataset.way === way) return;
  arrow.dataset.way = way;
  arrow.toggleAttribute("hidden", !way);
  arrow.firstElementChild.setAttribute("href", `#way-${way}`);
}
