/** What the branch offers, asked for every few seconds. While there is no answer it is not fresh, and no wait is shown. */

import { Refused, ask } from "./server.js";

const EVERY_MS = 4000;
const WHEN_LOST_MS = 1500;

export class OfferFeed {
  /** `changed(feed)` is called when the offer or its freshness changed. */
  constructor(changed) {
    this.latest = null;
    this.fresh = false;
    this.refusal = null;
    this.changed = changed;
    this.seen = "";
  }

  /** Whether the branch is at hand, so that waits are known and appointments can be looked up. */
  get known() {
    return this.fresh && this.latest.connected;
  }

  /** Asks now and goes on asking. */
  async start() {
    await this.ask();
    setTimeout(() => this.start(), this.fresh ? EVERY_MS : WHEN_LOST_MS);
  }

  async ask() {
    try {
      this.latest = await ask("offer");
      this.fresh = true;
      this.refusal = null;
    } catch (problem) {
      this.fresh = false;
      this.refusal = problem instanceof Refused ? problem : null;
    }
    const seen = JSON.stringify([this.latest, this.fresh, this.refusal?.detail]);
    if (seen === this.seen) return;
    this.seen = seen;
    this.changed(this);
  }
}
