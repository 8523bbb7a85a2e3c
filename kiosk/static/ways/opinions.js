/** How it was, for customers who leave. One answer for each time somebody is asked. */

import { rating, reasons, thanks } from "../pages/opinion.js";
import { spoken } from "../words.js";

const THANKS_S = 10;
const GOOD_FROM = 4; // as lobby/care/feedback.py has it

export function opinionWay(kiosk) {
  const { stage } = kiosk;

  function goToOpinion() {
    kiosk.newWish();
    stage.show("rating", () => rating({ rate, back: kiosk.home }));
  }

  function rate(value) {
    if (stage.name !== "rating") return; // another face was faster
    const { visit, feed } = kiosk;
    const good = value >= GOOD_FROM;
    if (good !== visit.rating >= GOOD_FROM) visit.reasons = []; // gone back, and asked otherwise now
    visit.rating = value;
    const choices = good ? feed.latest.good : feed.latest.bad;
    stage.show("reasons", () => reasons({ visit, good, choices, send, back: goToOpinion }));
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
