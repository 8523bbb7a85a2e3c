/** What stands above the services when not all is as usual: the branch is closed, the connection is interrupted. */

import { icon, make, setText } from "../dom.js";
import { say, spoken } from "../words.js";

/** A line that calls for attention; `tell(text)` fills it, nothing hides it. */
export function notice(picture) {
  const element = make("p", { class: "state", data: { state: "attention" } }, icon(picture), make("span"));
  function tell(text) {
    element.hidden = !text;
    setText(element.lastChild, text);
  }
  return { element, tell };
}

/** Both lines, and `update()`. */
export function notices(feed) {
  const closed = notice("clock");
  const lost = notice("warning");
  lost.element.classList.add("lost");
  function update() {
    closed.tell(feed.latest.closed[spoken()]);
    lost.tell(feed.known ? "" : say("The connection is interrupted. Waiting times are not shown."));
  }
  return { elements: [closed.element, lost.element], update };
}
