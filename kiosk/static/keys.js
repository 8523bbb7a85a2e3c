/**
 * The whole page by keyboard or tactile keypad, for who cannot see or reach the screen.
 *
 *   arrows, Home, End   from choice to choice in reading order; left and right follow the writing
 *   Enter, Space        press; a key that is held presses once
 *   1 to 9              press the choice of that number
 *   Escape, Backspace   back
 *   PageDown, PageUp    the rest of a long page
 *   F1                  help            0 *   say it again; help where nothing is spoken
 *   F2                  spoken guidance on and off; what a keypad sends when headphones go in
 *   + -                 louder, quieter
 *
 * The numbers beside the choices, and the ring around the focus on a title, show once a key was used and until the next touch.
 */

import { choices, dialog, reachable } from "./choices.js";

const LISTEN = new Set(["F2", "F15"]);
const PRESSING = new Set(["Enter", " ", "Escape", "Backspace", "F1", ...LISTEN]); // once, however long they are held
const WRITING = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "Backspace"]); // a text field's own
const root = document.documentElement;

export class Keys {
  /** `aids` has `help()`, `listen()`, `repeat()`, `louder(steps)` and `scroll(pages)`. */
  constructor(aids) {
    this.aids = aids;
    document.addEventListener("keydown", (event) => this.#key(event), true);
    document.addEventListener("pointerdown", () => delete root.dataset.keys, true);
  }

  /** A character that a finger pressed. */
  character(character) {
    root.dataset.keys = "";
    if (character >= "1" && character <= "9") this.#press(Number(character));
    else if (character === "0" || character === "*") this.aids.repeat();
    else if (character === "+" || character === "-") this.aids.louder(character === "+" ? 1 : -1);
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key === "Shift") return;
    root.dataset.keys = "";
    if (this.#act(event)) event.preventDefault();
  }

  /** Does what the key means here; whether that was anything, so that the browser need not. */
  #act({ key, shiftKey, repeat, target }) {
    const forward = root.dir === "rtl" ? -1 : 1;
    if (WRITING.has(key) && target.matches("input, textarea")) return false;
    if (PRESSING.has(key) && repeat) return true;
    if (LISTEN.has(key)) this.aids.listen();
    else if (key === "ArrowDown") this.#move(1);
    else if (key === "ArrowUp") this.#move(-1);
    else if (key === "ArrowRight") this.#move(forward);
    else if (key === "ArrowLeft") this.#move(-forward);
    else if (key === "Tab" && dialog()) this.#move(shiftKey ? -1 : 1);
    else if (key === "Home") choices().at(0)?.focus();
    else if (key === "End") choices().at(-1)?.focus();
    else if (key === "Escape" || key === "Backspace") this.#back();
    else if (key === "PageDown") this.aids.scroll(1);
    else if (key === "PageUp") this.aids.scroll(-1);
    else if (key === "F1") this.aids.help();
    else if (key === "AudioVolumeUp") this.aids.louder(1);
    else if (key === "AudioVolumeDown") this.aids.louder(-1);
    else return false;
    return true;
  }

  /** The next choice, round and round; from the title into the page. */
  #move(step) {
    const all = reachable();
    const at = all.indexOf(document.activeElement);
    const next = at < 0 ? Math.min(step, 0) : (at + step) % all.length;
    all.at(next)?.focus();
  }

  #press(digit) {
    const main = document.getElementById("main");
    if (!dialog() && !("settled" in main.dataset)) return; // the second half of a double press
    const choice = choices().find(({ dataset }) => dataset.key === String(digit));
    choice?.focus();
    choice?.click();
  }

  #back() {
    const over = dialog();
    const back = (over ?? document.getElementById("main")).querySelector("[data-back]");
    if (back) back.click();
    else over?.close();
  }
}

