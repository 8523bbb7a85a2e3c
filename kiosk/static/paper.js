/** Watches slips on their way out of the printer. */

import { ask } from "./server.js";

const SOON_MS = 600;
const LATER_MS = 2500;
const SLOW_MS = 12_000;
const TROUBLES = ["none", "unknown", "held"];
const FINAL = new Set(["printed", "none"]);

/** Whether a slip in this state has come out. */
export const printed = (state) => state === "printed";

/** Whether the customer has to do without paper, as far as anybody knows. */
export const withoutPaper = (state) => TROUBLES.includes(state);

export class PaperWatch {
  /**
   * Follows `slips` ({path, state}) as one: `changed({state, slow})` is told of the one in the worst state; `slow` once it
   * takes longer than a customer waits.
   */
  constructor(slips, changed) {
    this.slips = slips;
    this.changed = changed;
    this.slow = false;
    this.late = setTimeout(() => this.#late(), SLOW_MS);
    this.#later();
  }

  /** The worst of the slips' states. */
  get state() {
    const states = this.slips.map(({ state }) => state);
    return TROUBLES.find((trouble) => states.includes(trouble)) ?? states.find((state) => !printed(state)) ?? "printed";
  }

  #later() {
    const underWay = this.slips.filter(({ state }) => !FINAL.has(state));
    if (!underWay.length) return;
    const soon = underWay.some(({ state }) => !withoutPaper(state));
    this.timer = setTimeout(() => this.#look(underWay), soon ? SOON_MS : LATER_MS);
  }

  async #look(underWay) {
    const before = this.state;
    for (const slip of underWay) {
      try {
        slip.state = (await ask(slip.path)).state;
      } catch {
        // The slip goes on without us; ask again.
      }
    }
    if (this.timer === null) return;
    if (this.state !== before) this.#tell();
    this.#later();
  }

  #late() {
    this.slow = true;
    if (!printed(this.state) && !withoutPaper(this.state)) this.#tell();
  }

  #tell() {
    const { state } = this;
    this.changed({ state, slow: this.slow && !printed(state) && !withoutPaper(state) });
  }

  stop() {
    clearTimeout(this.late);
    clearTimeout(this.timer);
    this.timer = null;
  }
}
