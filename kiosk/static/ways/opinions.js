/** How it was, for customers who leave. One answer for each time somebody is asked. */

import { rating, reasons, thanks } from "../pages/opinion.js";
import { spoken } from "../words.js";

const THANKS_S = 10;

export function opinionWay(kiosk) {
  const { stage } = kiosk;

  function goToOpinion() {
    kiosk.newWish();
    stage.show("rating", () => rating({ rate, back: kiosk.home }));
  }

  function rate(value) {
    if (stage.name !== "rating") return; // another face was faster
    const { visit } = kiosk;
    visit.rating = value;
    stage.show("reasons", () => reasons({ visit, send, back: goToOpinion }));
  }

  function send() {
    const { rating: value, reasons: choices } = kiosk.visit;
    kiosk.send({
      posts: [{ path: "feedback", body: { rating: value, language: spoken(), choices } }],
      given: goToThanks,
    });
  }

  function goToThanks() {
    const { visit } = kiosk;
    kiosk.closeIn(THANKS_S);
    stage.show("thanks", () => thanks({ visit, done: kiosk.home, more: () => visit.countdown.extend() }));
  }

  return { goToOpinion };
}
