/** Shows that a page goes on below or above, with two buttons that bring the rest: a kiosk has no scrollbar to see. */

import { icon, make, setText } from "./dom.js";
import { say } from "./words.js";

const SHARE = 0.8; // of what is seen; the last lines stay in view

export class More {
  /** Watches `box`, which scrolls; the buttons come right after it. */
  constructor(box) {
    this.box = box;
    this.above = this.#button("up", -1);
    this.below = this.#button("down", 1);
    this.strip = make("div", { class: "more", id: box.id ? "more" : null, hidden: true }, this.above, this.below);
    box.after(this.strip);
    box.addEventListener("scroll", () => this.#ends(), { passive: true });
    this.observer = new ResizeObserver(() => this.look());
  }

  #button(direction, pages) {
    return make("button", { class: "button", on: { click: () => this.scroll(pages) } }, icon(direction), make("span"));
  }

  /** What is in the box now. */
  watch(...contents) {
    this.observer.disconnect();
    for (const element of [this.box, ...contents]) this.observer.observe(element);
    setText(this.above.lastChild, say("More above"));
    setText(this.below.lastChild, say("More below"));
    this.look();
  }

  /** Whether the page goes on is measured without the buttons: they take room that it might have done with. */
  look() {
    const { box, strip } = this;
    const { scrollTop } = box;
    strip.hidden = true;
    const goesOn = box.scrollHeight - box.clientHeight;
    strip.hidden = goesOn < 2;
    box.scrollTop = scrollTop;
    const inside = [...box.querySelectorAll("button, a, input")].some((choice) => choice.checkVisibility());
    box.tabIndex = goesOn && !inside ? 0 : -1; // for keys that scroll
    const foot = box.querySelector(":scope > .page > .actions");
    box.style.setProperty("--foot", `${foot?.offsetHeight ?? 0}px`);
    this.#ends();
  }

  /** A button for each end that is not in view. */
  #ends() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const had = this.strip.contains(document.activeElement);
    this.above.hidden = scrollTop < 2;
    this.below.hidden = scrollHeight - clientHeight - scrollTop < 2;
    if (had && document.activeElement.hidden) (this.below.hidden ? this.above : this.below).focus();
  }

  scroll(pages) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollBy({ top: pages * SHARE * this.box.clientHeight, behavior: calm ? "instant" : "smooth" });
    return true;
  }
}
