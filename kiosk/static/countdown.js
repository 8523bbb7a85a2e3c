/** Seconds that run out, seen and heard by the customer, who may have more of them: ten times over, by WCAG 2.2.1. */

const WARNINGS_S = new Set([20, 10]);
const TIMES = 10;

export class Countdown {
  /**
   * `tick(left)` each second, `warn(left)` when it gets short, `end()` when it is over. While `hold()` is true, as when
   * the page is being read aloud, time stands still.
   */
  constructor(seconds, { tick, end, warn = () => {}, hold = () => false }) {
    this.seconds = seconds;
    this.left = seconds;
    this.extended = false;
    this.tick = tick;
    this.warn = warn;
    this.end = end;
    this.timer = setInterval(() => hold() || this.#second(), 1000);
  }

  #second() {
    this.left -= 1;
    this.tick(this.left);
    if (WARNINGS_S.has(this.left)) this.warn(this.left);
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
    this.left = Math.min(this.left + this.seconds, this.seconds * (TIMES + 1));
    this.tick(this.left);
  }

  stop() {
    clearInterval(this.timer);
  }
}
