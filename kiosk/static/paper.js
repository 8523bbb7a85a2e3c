/** Watches a slip on its way out of the printer. */

import { ask } from "./server.js";

const SOON_MS = 600;
const LATER_MS = 2500;
const SLOW_MS = 12_000;
const SETTLED = new Set(["printed", "held", "unknown", "none"]);

export class PaperWatch {
  /** `changed({state, slow})` follows the slip from `state` on; `slow` once it takes longer than a customer waits. */
  constructor(ticket, state, changed) {
    this.path = `slips/${encodeURIComponent(ticket)}/paper`;
    this.state = state;
    this.slow = false;
    this.changed = changed;
    this.late = setTimeout(() => this.#tell(this.state, true), SLOW_MS);
    this.#later();
  }

  #later() {
    if (this.state === "printed" || this.state === "none") return;
    this.timer = setTimeout(() => this.#look(), SETTLED.has(this.state) ? LATER_MS : SOON_MS);
  }

  async #look() {
    try {
      const { state } = await ask(this.path);
      if (this.timer === null) return;
      if (state !== this.state) this.#tell(state, this.slow);
    } catch {
      // The slip goes on without us; ask again.
    }
    if (this.timer !== null) this.#later();
  }

  #tell(state, slow) {
    this.state = state;
    this.slow = slow && !SETTLED.has(state);
    this.changed({ state: this.state, slow: this.slow });
  }

  stop() {
    clearTimeout(this.late);
    clearTimeout(this.timer);
    this.timer = null;
  }
}
