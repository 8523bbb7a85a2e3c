/**
 * The page read aloud, over headphones, for who cannot see or read it: title, texts, then each choice with its number;
 * the choice that the focus comes to; and what changes meanwhile. What is newer silences what is being said.
 */

import { isChoice } from "./choices.js";
import { sound } from "./server.js";
import { volume } from "./sound.js";
import { say } from "./words.js";

const BLOCKS = "h1, h2, h3, p, li, figcaption, label, button, a[href]";
const LIVE = '[role="status"], [role="alert"], [aria-live]';
const MOST_LETTERS = 400;
const LEAST_VOLUME = 20;

export class Speech {
  /** `can(language)` tells what the branch speaks; `changed()` follows `on` and `muted`. */
  constructor({ can, changed }) {
    this.can = can;
    this.changed = changed;
    this.on = false;
    this.muted = false; // the browser refused to make a sound
    this.speaking = false;
    this.turn = 0;
    this.audio = new Audio();
    document.addEventListener("focusin", ({ target }) => this.#focused(target));
    new MutationObserver((changes) => this.#heard(changes)).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  }

  set(on) {
    this.on = on;
    this.muted = false;
    if (!on) this.hush();
    this.changed();
  }

  hush() {
    this.turn += 1;
    this.speaking = false;
    this.audio.pause();
  }

  /** Reads everything in `root`, after `first`. */
  read(root, first = []) {
    if (this.on) this.#say([...first.map((text) => ({ text, language: document.documentElement.lang })), ...script(root)]);
  }

  #focused(target) {
    if (this.on && "keys" in document.documentElement.dataset && isChoice(target)) this.#say([spoken(target)]);
  }

  /** A change that the page announces to everybody is said after what is being said. */
  #heard(changes) {
    if (!this.on) return;
    const places = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement));
    const regions = new Set(places.map((place) => place?.closest(LIVE)).filter(Boolean));
    const news = [...regions].filter((region) => region.checkVisibility()).map(spoken);
    if (news.length) this.#say(news, this.saying);
  }

  /** Says one sentence after the other, once `before` is through; ends early when something newer is to be said. */
  async #say(sentences, before = null) {
    if (!before) this.hush();
    const mine = this.turn;
    const through = (async () => {
      await before;
      this.speaking = mine === this.turn;
      let clip = this.#clip(sentences[0]);
      for (let at = 0; at < sentences.length && mine === this.turn; at += 1) {
        const wave = await clip;
        clip = this.#clip(sentences[at + 1]);
        if (wave && mine === this.turn) await this.#play(wave);
      }
      if (mine === this.turn) this.speaking = false;
    })();
    this.saying = through;
  }

  /** The sentence as sound; null where it cannot be had: the rest is said all the same. */
  async #clip(sentence) {
    if (!sentence?.text || !this.can(sentence.language)) return null;
    try {
      return await sound(sentence.language, sentence.text.slice(0, MOST_LETTERS));
    } catch {
      return null;
    }
  }

  async #play(wave) {
    const { audio } = this;
    audio.src = URL.createObjectURL(wave);
    audio.volume = volume({ least: LEAST_VOLUME });
    const over = new Promise((resolve) => (audio.onended = audio.onpause = audio.onerror = resolve));
    try {
      await audio.play();
      await over;
    } catch (refusal) {
      if (refusal.name === "NotAllowedError") {
        this.muted = true;
        this.hush();
        this.changed();
      }
    } finally {
      URL.revokeObjectURL(audio.src);
    }
  }
}

/** What is said of all that can be seen in `root`. */
function script(root) {
  const blocks = [...root.querySelectorAll(BLOCKS)].filter((block) => !block.querySelector(BLOCKS));
  return blocks.filter((block) => block.checkVisibility() && !block.closest('[aria-hidden="true"]')).map(spoken);
}

/** An element as it is said: its number, its name, what is written in it, and whether it is on. */
function spoken(element) {
  const { key } = element.dataset;
  const label = document.getElementById(element.getAttribute("aria-labelledby"));
  const name = element.ariaLabel ?? lines(label ?? element);
  const written = element.matches("input") && element.type !== "password" ? [...element.value].join(" ") : "";
  const state = { true: say("On"), false: say("Off") }[element.ariaPressed];
  const text = [key ? `${key}: ${name}` : name, written, state].filter(Boolean).join(", ");
  return { text, language: element.closest("[lang]").lang };
}

/** The lines of a text, with a pause between them. */
function lines(element) {
  return element.innerText.trim().split(/\s*\n\s*/).join(", ");
}
