/** The bar at the bottom, there on every page: languages in their own script, text size, contrast, low reach, sound, help. */

import { icon, make } from "./dom.js";
import { nextTextSize, settings, toggleContrast, toggleReach } from "./settings.js";
import { say, spoken } from "./words.js";

const MOST_LANGUAGES = 5;
const LISTENING = {
  off: { picture: "headphones", sentence: "Listen", on: false },
  on: { picture: "headphones", sentence: "Listen", on: true },
  muted: { picture: "sound-off", sentence: "Sound is off", on: true },
};

/**
 * Fills the bar; call again when language or settings changed. Focus stays on the button that was pressed.
 * `choose(code)` takes a language, `more()` offers those that have no room here; without `listening` nothing is spoken.
 */
export function showBar(bar, { languages, choose, more, listening, listen, help }) {
  const focused = document.activeElement?.closest("#bar button")?.dataset.name;
  const { text, contrast, reach } = settings();
  const speech = LISTENING[listening];
  bar.replaceChildren(
    make("div", { class: "languages", role: "group", "aria-label": say("Language") }, choices()),
    make(
      "div",
      { class: "tools", role: "group", "aria-label": say("Help") },
      tool("text", "text-size", "Larger text", changing(nextTextSize), text),
      tool("contrast", "contrast", "High contrast", changing(toggleContrast), contrast),
      tool("reach", "low-reach", "Lower the page", changing(toggleReach), reach),
      speech ? tool("listen", speech.picture, speech.sentence, listen, speech.on) : null,
      tool("help", "help", "Help", help),
    ),
  );
  bar.querySelector(`[data-name="${focused}"]`)?.focus({ preventScroll: true });

  function choices() {
    if (languages.length < 2) return [];
    if (languages.length > MOST_LANGUAGES) return [tool("language", "language", "Language", more)];
    return languages.map(({ code, name, direction }) =>
      make(
        "button",
        {
          class: "choice",
          lang: code,
          dir: direction,
          "aria-pressed": String(code === spoken()),
          data: { name: `language-${code}` },
          on: { click: () => choose(code) },
        },
        name,
      ),
    );
  }

  function changing(change) {
    return () => {
      change();
      showBar(bar, { languages, choose, more, listening, listen, help });
    };
  }

  function tool(name, picture, sentence, press, on = null) {
    return make(
      "button",
      { class: "tool", "aria-pressed": on === null ? null : String(on), data: { name }, on: { click: press } },
      icon(picture),
      make("span", {}, say(sentence)),
    );
  }
}
