/**
 * Tells a code scanner, which types like a keyboard, from fingers.
 *
 * A scanner sends its characters within milliseconds and ends with Enter; a finger's digit comes alone. So a character
 * is held back until silence shows that it was alone; in a text field it is written at once, as ever.
 */

const BETWEEN_MS = 50;
const ALONE_MS = 120;
const LEAST = 4;

export class Scanner {
  /** `scanned(text)` is given a code; `pressed(key)` a character that came alone, outside of text fields. */
  constructor({ scanned, pressed }) {
    this.scanned = scanned;
    this.pressed = pressed;
    this.#begin();
    document.addEventListener("keydown", (event) => this.#key(event), true);
  }

  #begin(field = null) {
    clearTimeout(this.timer);
    this.run = "";
    this.fast = true;
    this.field = field; // where the characters are written meanwhile, and what was there before
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const gap = event.timeStamp - this.last;
    if (this.run && gap > ALONE_MS) this.#silence(); // the timer may be late
    if (event.key === "Enter") return this.#enter(event, gap);
    if (event.key.length > 1 || (event.key === " " && !this.run)) return; // a space by itself presses a button
    if (!this.run) this.#begin(textField(event.target));
    if (!this.field) hold(event);
    if (event.repeat) return;
    if (this.run && gap >= BETWEEN_MS) this.fast = false;
    this.run += event.key;
    this.last = event.timeStamp;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#silence(), ALONE_MS);
  }

  #enter(event, gap) {
    const text = this.run;
    if (text.length < LEAST || !this.fast || gap >= BETWEEN_MS) return this.#silence();
    hold(event);
    if (this.field) this.field.element.value = this.field.value;
    this.#begin();
    this.scanned(text);
  }

  /** One character was a finger; two or three within a moment were neither finger nor code. */
  #silence() {
    const { run, field } = this;
    this.#begin();
    if (run.length === 1 && !field) this.pressed(run);
  }
}

function textField(element) {
  return element.matches("input, textarea") ? { element, value: element.value } : null;
}

function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
