/** Notices that nobody touches the screen any more. */

const QUIET_MS = 60_000;
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "wheel"];

export class Idle {
  /**
   * `quiet()` is called after a minute without a touch, while watching; the next touch starts another minute, and so
   * does the minute's end while `busy()`: somebody is being read to.
   */
  constructor(quiet, { busy }) {
    this.quiet = quiet;
    this.busy = busy;
    this.watching = false;
    this.timer = null;
    for (const sign of SIGNS_OF_LIFE) document.addEventListener(sign, () => this.watching && this.watch(), true);
  }

  watch() {
    this.watching = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.busy() ? this.watch() : this.quiet()), QUIET_MS);
  }

  rest() {
    this.watching = false;
    clearTimeout(this.timer);
  }
}
