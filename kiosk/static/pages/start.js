/** The first page: the branch, and each language in its own script; and what needs no choice of a service. */

import { button, make, setText, title } from "../dom.js";
import { mark } from "../mark.js";
import { say, spoken } from "../words.js";
import { notice } from "./notices.js";

/**
 * `begin(language)` opens the services; `sayIn(language, sentence)` speaks another language than the present. Of `checkIn`,
 * `opinion`, `complaint` and `lastTicket` the page offers what `offers()` answers true for.
 */
export function start({ feed, begin, sayIn, offers, checkIn, opinion, complaint, lastTicket }) {
  const offer = feed.latest;
  const closed = notice("clock");
  const others = offer.languages.filter(({ code }) => code !== spoken() && offer.names[code] !== offer.names[spoken()]);
  const greetings = offer.languages.map(({ code, direction }) =>
    make("span", { lang: code, dir: direction }, sayIn(code, "Welcome")),
  );
  const tongues = offer.languages.map(tongue);
  const ways = {
    checkIn: button(say("I have an appointment"), { icon: "appointment", press: checkIn, data: { appointment: "" } }),
    opinion: button(say("How was it today?"), { icon: "face-4", press: opinion, data: { opinion: "" } }),
    complaint: button(say("Tell us what went wrong"), { icon: "complaint", press: complaint, data: { complaint: "" } }),
    lastTicket: button(say("Print the last ticket again"), { icon: "printer", press: lastTicket, data: { lastTicket: "" } }),
  };
  const element = make(
    "div",
    { class: "page start" },
    make(
      "div",
      { class: "welcome" },
      mark(offer),
      make("p", { class: "greetings", "aria-hidden": "true" }, greetings),
      title(offer.names[spoken()]),
      make(
        "p",
        { class: "other-names", "aria-hidden": "true" },
        others.map(({ code, direction }) => make("span", { lang: code, dir: direction }, offer.names[code])),
      ),
    ),
    make("div", { class: "content" }, closed.element, make("ul", { class: "tongues" }, tongues.map(({ item }) => item))),
    make("div", { class: "actions" }, Object.values(ways)),
  );

  function tongue({ code, name, direction }) {
    const fact = make("span", { class: "tile-fact" });
    const item = make(
      "li",
      { lang: code, dir: direction },
      make(
        "button",
        { class: "tile tongue", data: { language: code }, on: { click: () => begin(code) } },
        make("span", { class: "tile-name" }, name),
        fact,
      ),
    );
    return { item, fact, code };
  }

  /** Greets in the language whose turn it is, the page's own first. */
  function greet(turn) {
    const own = offer.languages.findIndex(({ code }) => code === spoken());
    const at = (own + turn) % greetings.length;
    greetings.forEach((greeting, place) => greeting.classList.toggle("now", place === at));
  }

  function update() {
    const { latest } = feed;
    closed.tell(latest.closed[spoken()]);
    for (const { code, fact } of tongues) {
      setText(fact, latest.closed[code] || sayIn(code, "Touch here to begin"));
    }
    for (const [name, way] of Object.entries(ways)) way.hidden = !offers(name);
    element.lastChild.hidden = Object.values(ways).every(({ hidden }) => hidden);
  }

  greet(0);
  update();
  return { element, update, greet, languages: JSON.stringify(offer.languages) };
}
