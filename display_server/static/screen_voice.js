// The voice of a room, where this screen speaks: it plays what the server sends it to say, and answers how that went. It
// shows when the browser keeps it silent (a touch or key allows it), and when the voice is to keep quiet. See docs/voice.md.
//
// The server sends the next call when it waits for the one before no more. So a new one ends what still sounds, and one
// that cannot begin soon is not said at all: by then another screen says it.

import { clock } from "/static/page.js";
import { speak } from "/static/screen_words.js";

const ALLOWED_MS = 700;      // a browser that lets the page sound says so within this time
const BEGIN_MS = 2000;       // a sound begins within this time after it was heard of
const LATE_MS = 800;         // one that has not ended so long after it should have has failed

export class Voice {
  #page;
  #live;
  #mark;
  #text;
  #context = new AudioContext();
  #sound = "";
  #quietUntil = 0;
  #saying = new AbortController(); // of the latest call
  #busy = 0;                       // calls that are not answered yet

  // place: where the mark stands; page: the data of the page; live: the connection, with `hear` and `tell`.
  constructor(place, page, live) {
    this.#page = page;
    this.#live = live;
    this.#text = document.createElement("span");
    this.#mark = Object.assign(document.createElement("button"), { type: "button", className: "voice-mark", hidden: true });
    const icon = Object.assign(document.createElement("span"), { className: "icon" });
    icon.dataset.icon = "sound-off";
    icon.setAttribute("aria-hidden", "true");
    this.#mark.append(icon, this.#text);
    place.append(this.#mark);

    live.hear("snapshot", ({ board }) => { this.#quietUntil = board.quiet_until ?? 0; });
    live.hear("event", ({ kind, until }) => {
      if (kind === "VoiceQuieted") this.#quietUntil = until;
      if (kind === "VoiceRestored") this.#quietUntil = 0;
    });
    live.hear("say", (call) => this.#answer(call));
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.#touched());
    live.tell("resync", { after: -1 }); // the picture came before there was a voice to hear of it
    this.#tryOut();
  }

  // "on", or "off" while the browser refuses; empty until it is known.
  get sound() { return this.#sound; }

  paint(language, sure, at) {
    const quiet = at !== null && at < this.#quietUntil;
    this.#mark.hidden = this.#sound !== "off" && !quiet;
    this.#mark.classList.toggle("is-quiet", quiet);
    this.#mark.disabled = quiet;
    if (quiet) {
      const time = clock(this.#quietUntil, language, this.#page.zone);
      speak(this.#text, language, "Numbers are only shown, not spoken, until %(time)s.", { time });
    } else {
      speak(this.#text, language, "The sound is off. Please touch the screen once.");
    }
  }

  async #answer({ id, url, ms, volume }) {
    this.#saying.abort();
    this.#saying = new AbortController();
    this.#busy += 1;
    const outcome = await this.#play(url, ms, volume, this.#saying).catch(() => "failed");
    this.#busy -= 1;
    this.#rest();
    this.#live.tell("said", { id, outcome });
  }

  async #play(url, ms, volume, saying) {
    const late = setTimeout(() => saying.abort(), BEGIN_MS);
    if (!(await this.#tryOut())) return "refused";
    const { signal } = saying;
    const answer = await fetch(url, { signal });
    if (!answer.ok) return "failed";
    const sound = await this.#context.decodeAudioData(await answer.arrayBuffer());
    signal.throwIfAborted();
    clearTimeout(late);
    return this.#heard(sound, ms, volume, signal);
  }

  async #heard(sound, ms, volume, signal) {
    const source = new AudioBufferSourceNode(this.#context, { buffer: sound });
    const knob = new GainNode(this.#context, { gain: volume / 100 });
    source.connect(knob).connect(this.#context.destination);
    const outcome = await new Promise((settle) => {
      source.onended = () => settle("spoken");
      signal.onabort = () => settle("failed");
      setTimeout(() => settle("failed"), ms + LATE_MS);
      source.start();
    });
    knob.disconnect(); // one that stood still must not go on beside the next
    return outcome;
  }

  // Whether the browser lets this page sound. A browser that does not leaves the promise of `resume` open for ever.
  async #tryOut() {
    const late = new Promise((settle) => { setTimeout(settle, ALLOWED_MS); });
    await Promise.race([this.#context.resume().catch(() => {}), late]);
    const allowed = this.#context.state === "running";
    this.#sound = allowed ? "on" : "off";
    if (allowed) this.#rest();
    return allowed;
  }

  // Between calls the sound card is let go: all day long it would cost a small machine a part of its time.
  #rest() {
    if (!this.#busy) this.#context.suspend().catch(() => {});
  }

  #touched() {
    if (this.#sound === "on") return;
    this.#context.resume().catch(() => {}); // some browsers allow it within the touch only
    this.#tryOut();
  }
}
