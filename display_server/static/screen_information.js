// Rates and fees beside the calls: the tables that hold today, each page of them in every language of the screen.
//
// Nothing out of date looks current: a board is shown until the branch's midnight and while the server was heard within
// ten minutes; after that there is nothing to show. A turn beside the calls is one page.

import { page } from "/static/page.js";
import { breaks, sheet } from "/static/screen_sheet.js";
import { appear } from "/static/screen_words.js";

const ASK_MS = 60_000;
const ASK_FOR_MS = 10_000;     // as in screen_media
const KEPT_MS = 10 * 60_000;   // a board that nobody could confirm for so long is not shown
const PAGE_MS = 15_000;        // of a page, on a screen whose language stays
const SIZES = [1.3, 1.15, 1, 0.93, 0.86, 0.8]; // of the type: the largest that needs no more pages than the smallest

export class Information {
  #place;
  #board = null;
  #heard = -Infinity;
  #at = null;                // the branch's time
  #language = page.language;
  #said = new Set();         // the languages in which this page was shown
  #since = 0;
  #pages = [];
  #page = 0;
  #visible = false;
  #measured = "";
  #painted = "";
  #turned = false;

  constructor(place) {
    this.#place = place;
    this.#ask();
    setInterval(() => this.#ask(), ASK_MS);
    document.fonts.addEventListener("loadingdone", () => this.#again());
  }

  get faults() { return []; }

  get empty() {
    return !this.#board?.tables.length || this.#at === null || this.#at >= this.#board.until
      || performance.now() - this.#heard > KEPT_MS;
  }

  get turn_ms() { return this.#turned ? 0 : Infinity; }

  show() {
    this.#visible = true;
    this.#begin_page();
    this.#paint();
  }

  hide() { this.#visible = false; }

  paint(language, sure, at) {
    if (this.#at !== null && at >= (this.#board?.until ?? Infinity) && this.#at < this.#board.until) this.#ask();
    this.#at = at;
    const turned = language !== this.#language;
    this.#language = language;
    if (!this.#visible || this.empty) return;
    if (turned ? this.#said.has(language) : this.#is_over()) {
      this.#page = (this.#page + 1) % Math.max(1, this.#pages.length);
      this.#begin_page();
      this.#turned = true;
    }
    this.#said.add(language);
    this.#paint();
  }

  #is_over() {
    return (page.fixed || page.follows === "customer") && performance.now() - this.#since > PAGE_MS;
  }

  #begin_page() {
    this.#said = new Set([this.#language]);
    this.#since = performance.now();
    this.#turned = false;
  }

  async #ask() {
    try {
      const answer = await fetch("/information", { signal: AbortSignal.timeout(ASK_FOR_MS) });
      if (!answer.ok) return;
      const board = await answer.json();
      board.tables = board.tables.filter(({ services }) =>
        services.length === 0 || page.shown.length === 0 || services.some((code) => page.shown.includes(code)));
      this.#heard = performance.now();
      if (JSON.stringify(board) === JSON.stringify(this.#board)) return;
      this.#board = board;
      this.#again();
    } catch (error) {
      console.warn(error); // the server is away; `#heard` grows old
    }
  }

  // Everything is another size than it was.
  #again() {
    this.#measured = "";
    if (this.#visible && !this.empty) this.#paint();
  }

  #paint() {
    this.#measure();
    const shown = this.#pages[this.#page];
    const key = `${this.#page} ${this.#language}`;
    if (!shown || this.#painted === key) return;
    this.#painted = key;
    this.#place.style.setProperty("--sheet", shown.size);
    const mine = this.#pages.filter(({ table }) => table === shown.table);
    this.#place.replaceChildren(...sheet(shown, this.#language, mine.indexOf(shown) + 1, mine.length));
    this.#place.lang = this.#language;
    this.#place.dir = page.directions[this.#language];
    appear(this.#place, {}, 240);
  }

  // Divide the tables into pages that fit in every language, so that a page stays the same while its words change.
  #measure() {
    const wanted = `${this.#place.clientWidth} ${this.#place.clientHeight}`;
    if (this.#measured === wanted || !this.#place.clientHeight) return;
    this.#measured = wanted;
    this.#painted = "";
    this.#pages = this.#board.tables.flatMap((table) => {
      const ways = SIZES.map((size) => this.#broken(table, size));
      return ways.reduce((best, one) => (one.length < best.length ? one : best));
    });
    this.#page %= Math.max(1, this.#pages.length);
  }

  // The pages of a table at a size of its type, a share of the usual one.
  #broken(table, size) {
    const languages = page.fixed ? [page.fixed] : page.languages;
    this.#place.style.setProperty("--sheet", size);
    return breaks(languages.map((language) => {
      this.#place.replaceChildren(...sheet({ table, first: 0, last: table.rows.length }, language, 1, 2));
      const body = this.#place.querySelector("tbody");
      const heights = [...body.rows].map((row) => row.getBoundingClientRect().height);
      const others = [...this.#place.children].filter((one) => one.tagName !== "TABLE");
      return { heights, room: this.#room(others) - this.#place.querySelector("thead").getBoundingClientRect().height };
    })).map(([first, last]) => ({ table, first, last, size }));
  }

  // How high the table may be beside these elements.
  #room(others) {
    const style = getComputedStyle(this.#place);
    const taken = others.map((one) => one.getBoundingClientRect().height + parseFloat(style.rowGap));
    return this.#place.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)
      - taken.reduce((sum, height) => sum + height, 0);
  }
}
