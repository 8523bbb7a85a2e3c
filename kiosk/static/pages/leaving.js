/** The foot of a page that closes by itself: the seconds that are left, more of them, and the way out. */

import { button, make, setText } from "../dom.js";
import { say } from "../words.js";

/** `visit.seconds` are left; `more()` gives more of them, `done()` leaves. */
export function leaving({ visit, more, done }) {
  const seconds = make("span", { class: "seconds", role: "timer", "aria-label": say("Seconds until this page closes") });
  const news = make("p", { class: "for-ears", role: "status" });
  const element = make(
    "div",
    { class: "actions" },
    seconds,
    button(say("More time"), { icon: "clock", press: more }),
    button(say("Done"), { icon: "check", kind: "main", press: done }),
    news,
  );
  const update = () => setText(seconds, String(visit.seconds));
  /** Told to who cannot see the seconds run. */
  const warn = (left) => setText(news, `${say("Seconds until this page closes")}: ${left}`);
  update();
  return { element, update, warn };
}
