/** The number, as large as it will be called; what the paper does; what to bring; when the page closes. */

import { button, icon, make, setText, title } from "../dom.js";
import { say, spoken } from "../words.js";

const WITHOUT_PAPER = new Set(["held", "unknown", "none"]);

export function ticket({ visit, done, more }) {
  const { ticket: issued, qr, said: all } = visit.issued;
  const said = all[spoken()];
  const paper = make("p", { class: "state", role: "status" }, icon("printer"), make("span"));
  const fallback = make("div", { class: "fallback card" });
  const seconds = make("span", { class: "seconds", role: "timer", "aria-label": say("Seconds until this page closes") });
  const heading = title(say("Your number"));
  heading.append(make("span", { class: "for-ears" }, ` ${issued.number}`)); // the focus is here: read out with its number
  const number = make("span", { class: "number" }, issued.number);
  number.style.setProperty("--letters", issued.number.length); // so that a long number is smaller, not cut
  const element = make(
    "div",
    { class: "page ticket" },
    make(
      "div",
      { class: "stub" },
      heading,
      make("p", { class: "called", "aria-hidden": "true" }, number),
      make("p", { class: "stub-service" }, said.service),
      make(
        "ul",
        { class: "stub-facts" },
        make("li", {}, icon("clock"), make("span", {}, said.wait)),
        make("li", {}, icon("people"), make("span", {}, said.ahead)),
      ),
    ),
    make(
      "div",
      { class: "content" },
      paper,
      fallback,
      said.documents.length
        ? make(
            "section",
            { class: "card" },
            make("h2", {}, icon("document"), make("span", {}, say("Please have ready:"))),
            make("ul", { class: "bullets" }, said.documents.map((text) => make("li", {}, text))),
          )
        : null,
      make(
        "div",
        { class: "actions" },
        seconds,
        button(say("More time"), { icon: "clock", press: more }),
        button(say("Done"), { icon: "check", kind: "main", press: done }),
      ),
    ),
  );
  fallback.append(
    make("p", {}, say("Your number is valid without paper. Please remember it or take a photo.")),
    ...(qr
      ? [make("figure", {}, make("img", { src: qr, alt: "" }), make("figcaption", {}, say("Follow your turn on your phone")))]
      : []),
  );

  function update() {
    const { state, slow } = visit.paper;
    const without = WITHOUT_PAPER.has(state);
    paper.dataset.state = without ? "attention" : state === "printed" ? "calm" : "done";
    paper.firstChild.dataset.icon = without ? "warning" : state === "printed" ? "ticket" : "printer";
    setText(
      paper.lastChild,
      without
        ? say("Paper is not available just now")
        : state === "printed"
          ? say("Please take your ticket")
          : say("Your ticket is printing"),
    );
    fallback.hidden = !without && !slow;
    setText(seconds, String(visit.seconds));
  }

  update();
  return { element, update };
}
