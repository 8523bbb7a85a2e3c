/** From an appointment's code, typed or scanned, to its number. */

import { checkIn as checkInPage } from "../pages/check_in.js";
import { spoken } from "../words.js";

const LONGEST = 400; // characters of what a scanner may have read; the branch finds the code in it

export function appointmentWay(kiosk) {
  const { feed, stage } = kiosk;
  const available = () => feed.known;

  function goToCheckIn() {
    const visit = kiosk.newWish();
    visit.code = "";
    const back = visit.language ? kiosk.goToServices : kiosk.home;
    stage.show("check-in", () => ({
      ...checkInPage({ visit, available, enter: checkIn, takeTicket: kiosk.goToServices, back }),
      scanned: checkIn,
    }));
  }

  function checkIn(text) {
    if (!feed.latest.kiosk.check_in) return;
    if (!available()) return goToCheckIn();
    const visit = kiosk.newWish();
    const code = [...text].slice(0, LONGEST).join("");
    kiosk.askPriority((priority) => {
      kiosk.send({
        posts: [{ path: "check-in", body: { code, language: visit.language, priority } }],
        lead: "We are looking for your appointment.",
        given: (issued) => {
          if (!visit.language) speakTo(issued.ticket);
          kiosk.goToTicket(issued);
        },
        others: [
          { sentence: "Try another code", press: goToCheckIn, back: true },
          { sentence: "Take a ticket", press: kiosk.goToServices },
        ],
        hopeless: () => !available(),
        scanned: checkIn,
      });
    }, goToCheckIn);
  }

  /** Who scanned a code without choosing a language made the appointment in one. */
  function speakTo({ language }) {
    const known = feed.latest.languages.some(({ code }) => code === language);
    if (known && language !== spoken()) stage.setLanguage(language);
  }

  return { goToCheckIn, checkIn };
}
