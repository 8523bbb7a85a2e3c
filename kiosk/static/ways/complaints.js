/** What went wrong, taken down: what it is about, perhaps the ticket and a telephone number, and a reference for it. */

import { category, reference, typing } from "../pages/complaint.js";
import { slip } from "../pages/slip.js";
import { say, spoken } from "../words.js";

const DIGITS = "1234567890";
const LONGEST_NUMBER = 8;
const PHONE = `${DIGITS}+`;
const LONGEST_PHONE = 16;

export function complaintWay(kiosk) {
  const { feed, stage } = kiosk;
  const available = () => feed.known;

  function goToComplaint() {
    Object.assign(kiosk.newWish(), { about: "", number: "", phone: "" });
    stage.show("complaint", () => category({ feed, available, choose, back: kiosk.home }));
  }

  function choose(code) {
    if (stage.name !== "complaint") return; // another tile was faster
    kiosk.visit.about = code;
    goToNumber();
  }

  function goToNumber() {
    const visit = kiosk.newWish();
    const next = (number) => {
      visit.number = number;
      goToPhone();
    };
    stage.show("complaint-ticket", () =>
      typing({
        name: "number",
        heading: say("The number on your ticket"),
        lead: say("It helps us to find out what happened."),
        signs: DIGITS + prefixes(),
        longest: LONGEST_NUMBER,
        typed: visit.number,
        on: say("Continue"),
        given: next,
        without: () => next(""),
        back: goToComplaint,
      }),
    );
  }

  /** The letters with which ticket numbers begin here. */
  function prefixes() {
    const letters = feed.latest.services.map(({ prefix }) => prefix.toUpperCase()).join("");
    return [...new Set(letters)].filter((letter) => !DIGITS.includes(letter)).sort().join("");
  }

  function goToPhone() {
    const visit = kiosk.newWish();
    const next = (phone) => {
      visit.phone = phone;
      send();
    };
    stage.show("complaint-phone", () =>
      typing({
        name: "phone",
        heading: say("A telephone number for our answer"),
        lead: say("We use it for this alone. It is not printed."),
        signs: PHONE,
        longest: LONGEST_PHONE,
        typed: visit.phone,
        on: say("Send"),
        given: next,
        without: () => next(""),
        back: goToNumber,
      }),
    );
  }

  function send() {
    const { about, number, phone } = kiosk.visit;
    kiosk.send({
      posts: [{ path: "complaints", body: { category: about, language: spoken(), ticket: number, contact: phone } }],
      given: goToReference,
      others: [{ sentence: "Back", press: goToNumber, back: true }],
      hopeless: () => !available(),
    });
  }

  function goToReference(taken) {
    const { visit } = kiosk;
    kiosk.follow([{ path: `slips/${encodeURIComponent(taken.reference)}/paper`, state: taken.paper }]);
    stage.show("reference", () =>
      slip({
        visit,
        heading: say("We have your complaint"),
        printing: say("Your slip is printing"),
        take: say("Please take your slip"),
        place: say("It comes out where tickets come out."),
        without: say("Please remember the reference or take a photo."),
        content: reference(taken),
        done: kiosk.home,
        more: () => visit.countdown.extend(),
      }),
    );
  }

  return { goToComplaint };
}
