// Pictures and videos beside the calls, one after the other, as the server says for this hour (docs/media.md).
//
// A screen runs for weeks: only what is on show is held, and what comes next once its time has come. What cannot be shown
// is passed over and named. A turn beside the calls is one picture or video.

import { appear } from "/static/screen_words.js";

const ASK_MS = 60_000;    // the programme is asked for anew so often
const ASK_FOR_MS = 10_000; // an answer may take so long: what hangs would hold one of few connections
const LOOK_MS = 250;
const LOAD_MS = 20_000;   // what takes longer to come, or stands still for longer, is passed over
const AGAIN_MS = 300_000; // and tried again after so long: perhaps the server was away
const GRACE_MS = 1000;    // so long the next waits for whoever else has a turn

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Media {
  #place;
  #quiet;
  #items = [];
  #broken = [];            // files that the server cannot show
  #failed = new Map();     // files that this browser could not show, by their address: {file, again}
  #shown = null;
  #coming = null;
  #next = 0;
  #visible = false;
  #over = null;            // since when the turn is over

  constructor(place, page) {
    this.#place = place;
    this.#quiet = Boolean(page.screen.room); // calls are spoken here
    this.#ask();
    setInterval(() => this.#ask(), ASK_MS);
    setInterval(() => this.#look(performance.now()), LOOK_MS);
  }

  get empty() { return this.#able().length === 0; }

  get faults() {
    const failed = [...this.#failed.values()].map(({ file }) => file);
    return [...new Set([...this.#broken, ...failed])].map((file) => `media:${file}`);
  }

  get turn_ms() { return this.#over === null ? Infinity : 0; }

  paint() {}

  show() {
    this.#visible = true;
    this.#over = null;
    this.#look(performance.now());
  }

  hide() {
    this.#visible = false;
    this.#shown = drop(this.#shown);
    this.#coming = drop(this.#coming);
  }

  async #ask() {
    try {
      const answer = await fetch("/media", { signal: AbortSignal.timeout(ASK_FOR_MS) });
      if (!answer.ok) return;
      const { items, faults } = await answer.json();
      if (JSON.stringify(items) !== JSON.stringify(this.#items)) {
        this.#items = items;
        this.#next = 0;
        this.#failed.clear();
      }
      this.#broken = faults;
    } catch (error) {
      console.warn(error); // the server is away; what is known goes on
    }
  }

  #able() {
    const now = performance.now();
    return this.#items.filter((item) =>
      !(this.#failed.get(item.url)?.again > now) && !(still.matches && item.kind === "video"));
  }

  #look(now) {
    if (!this.#visible) return;
    this.#give_up(now);
    const able = this.#able();
    const over = !this.#shown || this.#shown.is_over(now) || !able.includes(this.#shown.item);
    if (!over) return;
    if (this.#shown) {
      this.#over ??= now;
      if (!this.#shown.failed) this.#failed.delete(this.#shown.item.url);
    }
    if (able.length === 0) {
      this.#shown = drop(this.#shown);
    } else if (able.length === 1 && this.#shown?.item === able[0] && able[0].kind === "image") {
      this.#shown.began = now; // the only picture stays
    } else if (this.#coming?.ready) {
      this.#turn(now);
    } else if (!this.#coming && (!this.#shown || now - this.#over >= GRACE_MS)) {
      const item = able[this.#next % able.length];
      this.#coming = item.kind === "video" ? new Video(item, now, this.#quiet) : new Picture(item, now);
    }
  }

  #give_up(now) {
    for (const one of [this.#coming, this.#shown]) {
      if (!one || (!one.failed && (one.ready || now - one.began <= LOAD_MS))) continue;
      one.failed = true;
      this.#failed.set(one.item.url, { file: one.item.file, again: now + AGAIN_MS });
    }
    if (this.#coming?.failed) this.#coming = drop(this.#coming);
  }

  #turn(now) {
    drop(this.#shown);
    [this.#shown, this.#coming] = [this.#coming, null];
    this.#next = (this.#next + 1) % this.#able().length;
    this.#place.append(this.#shown.element);
    appear(this.#shown.element, {}, 300);
    this.#shown.start(now);
  }
}

class Picture {
  ready = false;
  failed = false;

  constructor(item, now) {
    this.item = item;
    this.began = now;
    this.element = Object.assign(new Image(), { src: item.url, alt: "", className: "media-item" });
    this.element.decode().then(() => { this.ready = true; }, () => { this.failed = true; });
  }

  start(now) { this.began = now; }

  is_over(now) { return now - this.began >= this.item.seconds * 1000; }

  end() {}
}

class Video {
  ready = false;
  failed = false;
  #moved;                  // when, and where, it was seen to go on

  constructor(item, now, quiet) {
    this.item = item;
    this.began = now;
    this.sound = item.sound && !quiet;
    this.element = Object.assign(document.createElement("video"), {
      className: "media-item", muted: true, playsInline: true, preload: "auto",
    });
    this.element.addEventListener("canplay", () => { this.ready = true; });
    this.element.addEventListener("error", () => { this.failed = true; });
    this.element.src = item.url;
  }

  // With sound where it is wanted and the browser lets it be heard; otherwise without.
  async start(now) {
    this.began = now;
    this.#moved = { now, at: 0 };
    this.element.muted = !this.sound;
    try {
      await this.element.play();
    } catch {
      this.element.muted = true;
      this.element.play().catch((error) => { this.failed ||= error.name !== "AbortError"; });
    }
  }

  // At its end, or when its time is over. One that stands still for long has failed.
  is_over(now) {
    const at = this.element.currentTime;
    if (at !== this.#moved.at) this.#moved = { now, at };
    if (now - this.#moved.now > LOAD_MS) this.failed = true;
    return this.element.ended || (this.item.seconds > 0 && now - this.began >= this.item.seconds * 1000);
  }

  // A video keeps its decoder until it has no source.
  end() {
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
  }
}

function drop(one) {
  one?.element.remove();
  one?.end();
  return null;
}
