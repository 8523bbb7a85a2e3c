/**
 * One wish of one customer: one key, one body, one answer.
 *
 * The key is made with the first tap. Every retry sends the same key and body, so the branch gives the same ticket,
 * whatever got lost on the way.
 */

import { Unreachable, ask } from "./server.js";

const PAUSES_MS = [400, 800, 1500, 3000];
const ENOUGH_MS = 45_000;

/** 128 random bits. `crypto.randomUUID` is missing on plain HTTP, which a branch network may use. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Intention {
  constructor(path, body) {
    this.path = path;
    this.body = body;
    this.key = newKey();
  }

  /**
   * The branch's answer, asked for until it comes or patience ends; after that it may be asked for again. `lost()` is
   * told of each try that failed, and ends the trying by answering true.
   */
  async carryOut(lost) {
    const began = performance.now();
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask(this.path, { key: this.key, body: this.body });
      } catch (problem) {
        if (!(problem instanceof Unreachable) || lost() || performance.now() - began > ENOUGH_MS) throw problem;
        const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
        await new Promise((resume) => setTimeout(resume, pause));
      }
    }
  }
}
