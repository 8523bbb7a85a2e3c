/** Seconds that run out, seen by the customer, who may have more of them. */

const MOST_S = 300;

export class Countdown {
  constructor(seconds, { tick, end }) {
    this.seconds = seconds;
    this.left = seconds;
    this.extended = false;
    this.tick = tick;
    this.end = end;
    this.timer = setInterval(() => this.#second(), 1000);
  }

  #second() {
    this.left -= 1;
    this.tick(this.left);
    if (this.left > 0) return;
    this.stop();
    this.end();
  }

  /** Begins anew with `seconds`; time that the customer asked for is not taken back. */
  restart(seconds) {
    this.seconds = seconds;
    this.left = this.extended ? Math.max(this.left, seconds) : seconds;
    this.tick(this.left);
  }

  /** The customer wants more time. */
  extend() {
    this.extended = true;
    this.left = Math.min(this.left + this.seconds, MOST_S);
    this.tick(this.left);
  }

  stop() {
    clearInterval(this.timer);
  }
}
