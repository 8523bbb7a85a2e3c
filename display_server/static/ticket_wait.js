// How long a wait is, as display_server/phone/waits.py says it: in steps of 5 min beyond an hour, in hours beyond 90 min.

import { length, range, say } from "/static/page.js";

const COARSE_MIN = 60;
const STEP_MIN = 5;
const HOURS_MIN = 90;

// From `low` to `high`, whole minutes; `about`: a first guess.
export function waitSaid(language, low, high, about) {
  const step = high > COARSE_MIN ? STEP_MIN : 1;
  const [from, to] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  if (to <= HOURS_MIN) return range(language, { low_s: from * 60, high_s: to * 60, about });
  const longest = exact(language, to);
  if (!from) return say(language, "up to %(time)s", { time: longest });
  const both = say(language, "%(shortest)s – %(longest)s", { shortest: exact(language, from), longest });
  const number = both.replace(" –", "\u00a0–");
  return about ? say(language, "about %(number)s", { number }) : number;
}

// 1 h 35 min; no line ends in it.
function exact(language, minutes) {
  const whole = minutes >= HOURS_MIN && minutes % 60 === 0;
  const said = whole ? say(language, "%(hours)s h", { hours: minutes / 60 }) : length(language, minutes * 60);
  return said.replaceAll(" ", "\u00a0");
}
