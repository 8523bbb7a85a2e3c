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
    box.addEventListener("scroll", () => this.look(), { passive: true });
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

  look() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const had = this.strip.contains(document.activeElement);
    this.above.hidden = scrollTop < 2;
    this.below.hidden = scrollHeight - clientHeight - scrollTop < 2;
    this.strip.hidden = this.above.hidden && this.below.hidden;
    const inside = [...this.box.querySelectorAll("button, a, input")].some((choice) => choice.checkVisibility());
    this.box.tabIndex = this.strip.hidden || inside ? -1 : 0; // for keys that scroll
    if (had && document.activeElement.hidden) (this.below.hidden ? this.above : this.below).focus();
    const foot = this.box.querySelector(":scope > .page > .actions");
    this.box.style.setProperty("--foot", `${foot?.offsetHeight ?? 0}px`);
  }

  scroll(pages) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollBy({ top: pages * SHARE * this.box.clientHeight, behavior: calm ? "instant" : "smooth" });
    return true;
  }
}
