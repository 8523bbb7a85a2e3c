// How old the newest thing heard of the server is: the time since it came, and how late it already was.
//
// A message that lay in a buffer while the machine slept, or crept through a line that is too slow, looks like any other.
// Each carries the server's time `at`, so the quickest of a connection shows how the two clocks stand to each other, and
// what comes later than that is late by the difference. The machine has two clocks: one stops while it sleeps, the other
// a person may set. The worse of the two counts; which of them was right shows when the connection is made anew.

const DRIFT = 0.001; // clocks may part by so much of the time: a crystal is a hundred times better

export class Age {
  #clocks = [() => performance.now(), () => Date.now()].map((now) => ({ now, came: null, base: 0, late: 0 }));
  #at = -Infinity;

  // A new connection: what comes first is taken for fresh, as the server made it only now.
  begin() {
    this.#at = -Infinity;
    for (const clock of this.#clocks) Object.assign(clock, { came: clock.now(), base: Infinity, late: 0 });
  }

  // Something came that the server said at its time `at` (ms UTC).
  heard(at) {
    const stands = at <= this.#at; // said again, or the server's clock was set back: tells nothing of how late it is
    for (const clock of this.#clocks) {
      const came = clock.now();
      const passed = came - clock.came;
      if (stands) {
        clock.base += passed;
      } else {
        clock.base = Math.min(came - at, clock.base + Math.max(0, passed) * DRIFT);
        clock.late = came - at - clock.base;
      }
      clock.came = came;
    }
    this.#at = Math.max(this.#at, at);
  }

  // In ms; endless while nothing was ever heard.
  get ms() {
    return Math.max(...this.#clocks.map(({ now, came, late }) => (came === null ? Infinity : now() - came + late)));
  }
}
