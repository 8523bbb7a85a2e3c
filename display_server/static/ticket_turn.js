// How the customer is fetched: by sound and vibration once a touch has allowed them, by the page's title and icon, and by a
// screen that stays on while sound is wanted. A call rings, and rings twice more until it is answered by any touch.

const KEPT = "tell-me-by-sound";
const NOTES_HZ = { call: [659, 880, 659, 880], hint: [659, 880] };
const NOTE_S = 0.28;
const VIBRATION = { call: [400, 150, 400, 150, 400], hint: [200] };
const HINTS = new Set(["soon", "missed", "no_show"]);
const AGAIN_MS = 6000;
const TIMES = 3;
const ICON = { turn: "/static/turn.svg", other: document.getElementById("icon").getAttribute("href") };

export class Turn {
  #button;
  #say;
  #asked = false;
  #sound = null;             // an AudioContext, while the customer has asked for it
  #light = null;
  #stood = null;
  #ringing = 0;
  #hinted = new Set();       // since the last call: what is foreseen wavers

  constructor(button, say) {
    this.#button = button;
    this.#say = say;
    button.addEventListener("click", () => (this.#asked ? this.#off() : this.#on()));
    document.addEventListener("pointerdown", () => this.#answered());
    document.addEventListener("visibilitychange", () => this.#seen());
    if (remembered()) document.addEventListener("click", () => this.#asked || this.#on(), { once: true });
  }

  // Whether there is still something to be told of.
  wanted(yes) {
    const can = "AudioContext" in window || "vibrate" in navigator;
    this.#button.hidden = !yes || !can;
    if (!yes && this.#light) this.#darken();
  }

  // The ticket is in this phase; `call` tells one call from another; `counter` is empty away from the counter.
  stands(phase, call, counter, number) {
    document.title = counter ? `${counter} · ${number}` : number;
    const icon = document.getElementById("icon");
    const href = call ? ICON.turn : ICON.other;
    if (icon.getAttribute("href") !== href) icon.href = href;

    const stands = `${phase} ${call}`;
    const before = this.#stood;
    this.#stood = stands;
    if (stands === before) return;
    clearTimeout(this.#ringing);
    if (before === null) return;       // the customer is looking at it
    if (call) {
      this.#hinted.clear();
      this.#ring(TIMES);
    } else if (HINTS.has(phase) && !this.#hinted.has(phase)) {
      this.#hinted.add(phase);
      this.#tell("hint");
    }
  }

  #ring(times) {
    this.#tell("call");
    if (times > 1) this.#ringing = setTimeout(() => this.#ring(times - 1), AGAIN_MS);
  }

  #tell(what) {
    if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(VIBRATION[what]);
    if (!this.#sound) return;
    this.#sound.resume();
    NOTES_HZ[what].forEach((hertz, place) => this.#note(hertz, this.#sound.currentTime + 0.05 + place * NOTE_S * 0.7));
  }

  #note(hertz, begins) {
    const tone = this.#sound.createOscillator();
    const swell = this.#sound.createGain();
    tone.frequency.value = hertz;
    swell.gain.setValueAtTime(0, begins);
    swell.gain.linearRampToValueAtTime(0.6, begins + 0.02);
    swell.gain.exponentialRampToValueAtTime(0.001, begins + NOTE_S);
    tone.connect(swell).connect(this.#sound.destination);
    tone.start(begins);
    tone.stop(begins + NOTE_S);
  }

  #on() {
    if (this.#button.hidden) return;
    this.#sound = "AudioContext" in window ? new AudioContext() : null;
    this.#show(true);
    this.#tell("hint");                // like the call to come
    this.#lighten();
  }

  #off() {
    this.#sound?.close();
    this.#sound = null;
    this.#show(false);
    this.#darken();
  }

  #show(on) {
    this.#asked = on;
    this.#button.ariaPressed = String(on);
    this.#say(on);
    remember(on);
  }

  #answered() {
    clearTimeout(this.#ringing);
  }

  #seen() {
    if (document.visibilityState === "hidden" || !this.#asked) return;
    this.#sound?.resume();
    if (!this.#button.hidden) this.#lighten();
  }

  // Where the browser allows it: it does over a secure line only, and lets go of it when the page is left.
  async #lighten() {
    try {
      this.#light = await navigator.wakeLock?.request("screen");
    } catch {
      this.#light = null;              // a battery that runs low
    }
  }

  #darken() {
    this.#light?.release();
    this.#light = null;
  }
}

// For this tab: a page in another language is a page loaded anew. A browser may refuse to keep anything.
function remembered() {
  try {
    return sessionStorage.getItem(KEPT) !== null;
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    if (on) sessionStorage.setItem(KEPT, "");
    else sessionStorage.removeItem(KEPT);
  } catch {
    // then the next page asks again
  }
}
