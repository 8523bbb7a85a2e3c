/** What helps a customer who cannot see, hear, reach or touch well: size, keys, scanner, spoken guidance, warnings. */

import { dialog, keepNumbered, number } from "./choices.js";
import { Keys } from "./keys.js";
import { More } from "./more.js";
import { keepInReach } from "./reach.js";
import { Scanner } from "./scanner.js";
import { fitTo } from "./size.js";
import { chime, louder, resetVolume, setVolume } from "./sound.js";
import { Speech } from "./speech.js";
import { say, spoken } from "./words.js";

const CHIMES_AT_S = 10;

export class Aids {
  /** `help()` opens the help; `scanned(text)` is given a scanned code; `changed()` follows the spoken guidance. */
  constructor({ main, feed, help, scanned, changed }) {
    this.main = main;
    this.feed = feed;
    this.help = help;
    this.speech = new Speech({ can: (language) => this.speaks(language), changed });
    this.more = new More(main);
    new Scanner({ scanned, pressed: (key) => this.keys.character(key) });
    this.keys = new Keys(this);
    keepNumbered();
    keepInReach(main);
    document.addEventListener("kiosk-dialog", ({ detail }) => this.#read(detail));
  }

  // -- what the page tells

  /** Another offer: its screen and volume. */
  offered() {
    fitTo(this.feed.latest.kiosk.screen_inches);
    setVolume(this.feed.latest.volume);
  }

  /** Another page, or the same in another language. */
  shown() {
    this.more.watch(this.main.firstElementChild);
    this.#read(this.main);
  }

  /** Seconds that are nearly over. */
  warn(seconds) {
    if (seconds === CHIMES_AT_S) chime();
  }

  /** The next customer finds everything as it was. */
  forget() {
    this.speech.set(false);
    resetVolume();
    delete document.documentElement.dataset.keys;
  }

  // -- what the bar asks

  /** Whether the spoken guidance can be had in this language. */
  speaks(language = spoken()) {
    return this.feed.latest?.speech.includes(language) ?? false;
  }

  /** How the spoken guidance is: off, on, or muted by the browser. */
  get listening() {
    return this.speech.muted ? "muted" : this.speech.on ? "on" : "off";
  }

  // -- what the keys ask

  listen() {
    if (!this.speech.on && !this.speaks()) return;
    this.speech.set(!this.speech.on);
    this.#read(dialog() ?? this.main, [
      say("Press the number of your choice, or move with the arrow keys and press Enter."),
    ]);
  }

  repeat() {
    if (this.speech.on) this.#read(dialog() ?? this.main);
    else this.help();
  }

  louder(steps) {
    louder(steps);
    if (this.speech.on) this.repeat();
  }

  scroll(pages) {
    (dialog()?.more ?? this.more).scroll(pages);
  }

  #read(root, first = []) {
    number();
    this.speech.read(root, first);
  }
}
