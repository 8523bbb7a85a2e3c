/** The screen: one page at a time between head and bar, in the language of the moment. */

import { make, setText } from "./dom.js";
import { mark } from "./mark.js";
import { speak, spoken } from "./words.js";

const SETTLE_MS = 350; // a second tap of a double tap must not press what has just appeared under the finger

export class Stage {
  /** `shown()` follows each page, and the same page in another language. */
  constructor({ feed, shown }) {
    this.feed = feed;
    this.shown = shown;
    this.head = document.getElementById("head");
    this.main = document.getElementById("main");
    this.page = null;
    this.main.addEventListener("click", (event) => this.#unsettled(event), true);
    setInterval(() => this.#showTime(), 1000);
  }

  /** The name of the page that is shown. */
  get name() {
    return this.main.dataset.page;
  }

  /**
   * Shows the page of that name. `build()` makes it, again for each language: {element, update?, focus?}, and what else
   * may be asked of it while it is shown. The focus goes to its `focus`, or to its title.
   */
  show(name, build, { focus = true } = {}) {
    const before = this.name;
    this.build = build;
    this.page = build();
    this.main.dataset.page = name;
    this.main.replaceChildren(this.page.element);
    if (before !== name) this.#settle();
    if (focus) (this.page.focus ?? this.main.querySelector("h1"))?.focus({ preventScroll: true });
    if (before !== name) this.main.scrollTop = 0;
    this.#showHead();
    this.shown();
  }

  /** The page looks at what it shows again. */
  update() {
    this.page?.update?.();
  }

  /** The language of whatever is shown from now on. */
  setLanguage(code) {
    const { languages, names } = this.feed.latest;
    speak(code);
    document.documentElement.lang = code;
    document.documentElement.dir = languages.find((language) => language.code === code)?.direction ?? "ltr";
    document.title = names[code];
  }

  /** The page that is shown, in another language. */
  changeLanguage(code) {
    this.setLanguage(code);
    this.show(this.name, this.build, { focus: false });
  }

  #settle() {
    delete this.main.dataset.settled;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => (this.main.dataset.settled = ""), SETTLE_MS);
  }

  #unsettled(event) {
    if (event.detail === 0 || "settled" in this.main.dataset) return; // the keyboard's own presses have no detail
    event.stopPropagation();
    event.preventDefault();
  }

  #showHead() {
    const offer = this.feed.latest;
    if (!offer) return;
    this.head.replaceChildren(
      make("p", { class: "branch" }, mark(offer), make("span", {}, offer.names[spoken()])),
      make("p", { class: "time" }, make("time")),
    );
    this.#showTime();
  }

  #showTime() {
    const time = this.head.querySelector("time");
    if (!time) return;
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.feed.latest.zone };
    setText(time, new Intl.DateTimeFormat("en", format).format(new Date()));
  }
}
