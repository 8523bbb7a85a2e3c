// The latest call, very large, with its counter and the way to it; and the calls before it. On a sign: the one call.

import { put, putNumber } from "/static/page.js";
import { fit } from "/static/screen_fit.js";
import { point, pointOn, sentenceTo } from "/static/screen_ways.js";
import { appear, speak } from "/static/screen_words.js";

const part = (id) => document.getElementById(id);

// The latest call in `#now`. `language` is the one whose turn it is, `other` another one of the branch.
export class Latest {
  #shown = "";                   // the call on show, so that only a new one moves

  paint(call, language, other, fresh) {
    part("now").classList.toggle("is-fresh", Boolean(call) && fresh(call));
    part("now").classList.toggle("is-again", Boolean(call) && call.calls > 1);
    document.body.classList.toggle("is-empty", !call);
    if (!call) {
      this.#shown = "";
      return;
    }
    putNumber(part("number"), call.number);
    put(part("counter"), String(call.counter));
    point(part("way"), call.counter);

    // The customer's own language first, whatever the turn says; below it the turn's, where it is another.
    const own = call.language || language;
    const second = own === language ? other : language;
    const facts = { counter: call.counter };
    speak(part("please"), own, sentenceTo(call.counter), facts);
    if (second) speak(part("please-second"), second, sentenceTo(call.counter), facts);
    part("please-second").hidden = !second || part("please-second").textContent === part("please").textContent;

    const key = `${call.number} ${call.counter} ${call.at}`;
    if (this.#shown && this.#shown !== key && fresh(call)) appear(part("number"), { transform: "translateY(3%)" }, 260);
    this.#shown = key;
  }
}

// The calls before it, as many as there is room for.
export function paintRows(calls, fresh) {
  const list = part("calls");
  while (list.children.length > calls.length) list.lastElementChild.remove();
  while (list.children.length < calls.length) list.append(part("call-row").content.cloneNode(true));
  calls.forEach((call, place) => {
    const row = list.children[place];
    putNumber(row.querySelector(".row-number"), call.number);
    put(row.querySelector(".row-digits"), String(call.counter));
    pointOn(row.querySelector(".row-way"), call.counter);
    row.classList.toggle("is-fresh", fresh(call));
  });
}

// Once everything is painted and has its place: what is too long for it is shrunk.
export function fitCalls() {
  for (const id of ["number", "counter"]) fit(part(id), [part(id).parentElement]);
  if (part("calls")) fit(part("calls"), [...part("calls").children]);
}
