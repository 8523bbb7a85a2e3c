// What stands beside the calls, in turn. Each part is a module `screen_<name>.js` that exports a class of that name:
//
//   constructor(place, page)        its own element, and what the page knows
//   paint(language, sure, at)       called whenever something may have changed; at: the branch's time, ms UTC
//   show(), hide()                  its turn begins, its turn is over
//   empty                           true while it has nothing to show: it is passed over then
//   faults                          short codes of what is wrong with it, such as "media:video.mp4"
//   turn_ms                         how long its turn is; 20 seconds unless it says otherwise

const TURN_MS = 20_000;

const NAMES = { media: "Media", information: "Information" };

export class Beside {
  #place;
  #parts = [];
  #shown = null;
  #since = 0;

  constructor(place) {
    this.#place = place;
  }

  // Load the parts; one that cannot be loaded is a fault, and the calls go on without it.
  async load(names, page) {
    this.faulty = [];
    for (const name of names) {
      try {
        const module = await import(`/static/screen_${name}.js`);
        const element = Object.assign(document.createElement("div"), { className: `beside-part is-${name}`, hidden: true });
        this.#place.append(element);
        this.#parts.push({ element, part: new module[NAMES[name]](element, page) });
      } catch (error) {
        console.warn(error);
        this.faulty.push(name);
      }
    }
  }

  get faults() { return [...(this.faulty ?? []), ...this.#parts.flatMap(({ part }) => part.faults ?? [])]; }

  paint(language, sure, at) {
    for (const { part } of this.#parts) part.paint(language, sure, at);
    const able = this.#parts.filter(({ part }) => !part.empty);
    const now = performance.now();
    const over = now - this.#since > (this.#shown?.part.turn_ms ?? TURN_MS);
    if (able.length === 0) this.#change(null);
    else if (!able.includes(this.#shown)) this.#change(able[0]);
    else if (over) this.#change(able[(able.indexOf(this.#shown) + 1) % able.length]);
    const none = this.#shown === null;
    if (this.#place.hidden !== none) this.#place.hidden = none;
    document.body.classList.toggle("has-beside", !none);
  }

  #change(next) {
    if (next !== this.#shown) {
      for (const { element, part } of [this.#shown].filter(Boolean)) {
        part.hide();
        element.hidden = true;
      }
      if (next) {
        next.element.hidden = false;
        next.part.show();
      }
      this.#shown = next;
    }
    this.#since = performance.now();
  }
}
