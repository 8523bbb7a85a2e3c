/**
 * One wish of one customer: one key, one body, one ticket.
 *
 * The key is made when the customer reaches the services. The first tap fixes the body; every later tap and every retry
 * sends the same key and body, so the branch gives the same ticket, whatever got lost on the way.
 */

import { Unreachable, ask } from "./server.js";

const PAUSES_MS = [400, 800, 1500, 3000];
const ENOUGH_MS = 45_000;

/** 128 random bits. `crypto.randomUUID` is missing on plain HTTP, which a branch network may use. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Intention {
  constructor() {
    this.key = newKey();
    this.body = null;
    this.outcome = null;
  }

  /** Whether something was asked for already. */
  get begun() {
    return this.body !== null;
  }

  /** The branch's answer. A second call, whatever it asks for, gets the first one's. `lost` is told of a lost server. */
  carryOut(body, lost) {
    if (this.outcome === null) {
      this.body = body;
      this.outcome = this.#insist(lost);
    }
    return this.outcome;
  }

  /** Tries once more after giving up: still the same wish. */
  again(lost) {
    this.outcome = this.#insist(lost);
    return this.outcome;
  }

  async #insist(lost) {
    const began = performance.now();
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask("tickets", { key: this.key, body: this.body });
      } catch (problem) {
        if (!(problem instanceof Unreachable) || performance.now() - began > ENOUGH_MS) throw problem;
        lost();
        const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
        await new Promise((resume) => setTimeout(resume, pause));
      }
    }
  }
}
