/**
 * The start page while nobody is there: the languages greet in turn, and now and then everything moves by a few pixels,
 * so that no picture stays in the glass. What can be touched stays where it is, and a touch there works as ever.
 */

const TURN_MS = 6000;
const MOVE_MS = 60_000;
const PLACES_PX = [
  [0, 0],
  [6, 4],
  [-4, 8],
  [-8, -4],
  [4, -8],
];
const root = document.documentElement;

export class Attract {
  /** `woken()` is called at the first sign of life. */
  constructor({ woken }) {
    this.woken = woken;
    this.on = false;
    this.place = 0;
    for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, () => this.on && this.#wake(), true);
  }

  /** `greet(turn)` shows the greeting whose turn it is, from 0 on; it is not called where less motion is wanted. */
  begin(greet) {
    this.end();
    this.on = true;
    root.dataset.attract = "";
    this.#move(this.place);
    this.moving = setInterval(() => this.#move(this.place + 1), MOVE_MS);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let turn = 0;
    this.turning = setInterval(() => greet((turn += 1)), TURN_MS);
  }

  /** Everything is back at its place. */
  end() {
    this.on = false;
    delete root.dataset.attract;
    root.style.removeProperty("translate");
    clearInterval(this.moving);
    clearInterval(this.turning);
  }

  #wake() {
    this.end();
    this.woken();
  }

  #move(place) {
    this.place = place % PLACES_PX.length;
    const [right, down] = PLACES_PX[this.place];
    root.style.setProperty("translate", `${right}px ${down}px`);
  }
}
