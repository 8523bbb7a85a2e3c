/** The staff page of this kiosk, behind its PIN, in the branch's own language. It closes when nobody touches it. */

import { Countdown } from "../countdown.js";
import { confirm } from "../pages/confirm.js";
import { pin } from "../pages/pin.js";
import { screenCheck } from "../pages/screen_check.js";
import { staff } from "../pages/staff.js";
import { onSecret } from "../secret.js";
import { Refused } from "../server.js";
import { chime, setVolume } from "../sound.js";
import * as room from "../staff_room.js";
import { say } from "../words.js";

const QUIET_S = 120;
const EVERY_MS = 4000;

export function staffWay(kiosk) {
  const { feed, stage } = kiosk;
  onSecret(stage.head, goToPin);
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, stay, true);

  /** Also during a customer's visit, which is then over. */
  function goToPin() {
    if (!feed.latest || kiosk.visit.isStaff || kiosk.visit.unpaired) return;
    kiosk.home();
    kiosk.visit.isStaff = true;
    askPin();
  }

  function askPin() {
    const { visit } = kiosk;
    visit.countdown?.stop();
    kiosk.rest();
    visit.countdown = new Countdown(QUIET_S, { tick: () => {}, end: close });
    stage.show("pin", () => pin({ visit, enter, back: close }));
  }

  function stay() {
    if (kiosk.visit.isStaff) kiosk.visit.countdown.restart(QUIET_S);
  }

  async function enter(typed) {
    if (await does(() => room.signIn(typed))) showStaff();
  }

  function showStaff() {
    const { visit } = kiosk;
    const verbs = {
      paperChanged: (printer) => does(() => room.paperChanged(printer)),
      testPrint: (printer) => does(() => room.testPrint(printer)),
      release: (slip) => askFirst(releasing(slip), () => room.release(slip.id)),
      drop: (slip) => askFirst(dropping(slip), () => room.drop(slip.id)),
      setVolume: async (percent) => {
        setVolume(percent);
        if (await does(() => room.setVolume(percent))) chime();
      },
      checkScreen,
      close,
    };
    stage.show("staff", () => staff({ visit, feed, does: verbs }));
    if (!visit.watch) look(visit);
  }

  /** Does it, one thing at a time, and shows how things stand then; answers whether it was done. */
  async function does(deed) {
    const { visit } = kiosk;
    if (visit.busy) return false;
    visit.busy = true;
    visit.trouble = "";
    try {
      visit.staff = await deed();
      return visit === kiosk.visit;
    } catch (problem) {
      visit.trouble = problem.detail || say("Sorry, that did not work");
      if (signedOut(problem) && visit === kiosk.visit && stage.name !== "pin") askPin();
      return false;
    } finally {
      visit.busy = false;
      if (visit === kiosk.visit) stage.update();
    }
  }

  /** Looks again every few seconds, so that a cover that was closed is seen to be. */
  function look(visit) {
    const timer = setInterval(async () => {
      if (stage.name !== "staff" || visit.busy) return;
      try {
        const state = await room.state();
        if (!visit.busy) visit.staff = state; // what was done meanwhile knows better
      } catch (problem) {
        if (signedOut(problem) && stage.name === "staff") askPin();
      }
      stage.update();
    }, EVERY_MS);
    visit.watch = { stop: () => clearInterval(timer) };
  }

  function askFirst(question, deed) {
    const confirmed = async () => {
      showStaff();
      await does(deed);
    };
    stage.show("confirm", () => confirm({ ...question(), confirmed, back: showStaff }));
  }

  function checkScreen() {
    stage.show("screen-check", () =>
      screenCheck({ inches: feed.latest.kiosk.screen_inches, again: checkScreen, back: showStaff }),
    );
  }

  function close() {
    room.signOut();
    kiosk.home();
  }

  return { goToPin };
}

function signedOut(problem) {
  return problem instanceof Refused && problem.title === "NotSignedIn";
}

function releasing({ number, state }) {
  return () => ({
    heading: `${say("Print again")}: ${number}`,
    lead: say(
      state === "unknown"
        ? "It may be on paper already. Please look at the printer first: the customer must not get two."
        : "It was not printed.",
    ),
    yes: say("Yes, print it"),
  });
}

function dropping({ number, state }) {
  return () => ({
    heading: `${say("Discard")}: ${number}`,
    lead: say(
      state === "unknown"
        ? "It may be on paper already. If it is not, it will never be printed. The number stays valid."
        : "It will never be printed. The number stays valid.",
    ),
    yes: say("Yes, discard it"),
  });
}
