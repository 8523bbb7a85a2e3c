// Whether calls are spoken, in a branch where they can be.

import { part, time, told } from "/static/manager_words.js";
import { page, put } from "/static/page.js";

export function paintVoice({ quiet_until: until = 0 }) {
  if (!page.speaks) return;
  put(part("voice-state"), until ? told("Numbers are only shown, not spoken, until %(time)s.", { time: time(until) })
    : told("Numbers are shown and spoken."));
  part("voice-sign").dataset.icon = until ? "sound-off" : "sound";
  if (!page.may?.quiet_voice) return;
  part("voice-quiet").hidden = Boolean(until);
  part("voice-loud").hidden = !until;
}
