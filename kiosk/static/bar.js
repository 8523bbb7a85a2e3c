/** The bar at the bottom, there on every page: languages in their own script, text size, contrast, low reach, help. */

import { icon, make } from "./dom.js";
import { nextTextSize, settings, toggleContrast, toggleReach } from "./settings.js";
import { say, spoken } from "./words.js";

const MOST_LANGUAGES = 4;

/** Fills the bar; call again when language or settings changed. Focus stays on the button that was pressed. */
export function showBar(bar, { languages, choose, start, help }) {
  const focused = document.activeElement?.closest("#bar button")?.dataset.name;
  const tools = [
    tool("text", "text-size", "Larger text", nextTextSize),
    tool("contrast", "contrast", "High contrast", toggleContrast),
    tool("reach", "low-reach", "Lower the page", toggleReach),
    tool("help", "help", "Help", help),
  ];
  bar.replaceChildren(
    make("div", { class: "languages", role: "group", "aria-label": say("Language") }, choices()),
    make("div", { class: "tools" }, tools),
  );
  bar.querySelector(`[data-name="${focused}"]`)?.focus({ preventScroll: true });

  function choices() {
    if (languages.length < 2) return [];
    if (languages.length > MOST_LANGUAGES) return [tool("language", "language", "Language", start)];
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

  function tool(name, picture, sentence, press) {
    const on = settings()[name];
    return make(
      "button",
      {
        class: "tool",
        title: say(sentence),
        "aria-label": say(sentence),
        "aria-pressed": on === undefined ? null : String(on),
        data: { name },
        on: {
          click: () => {
            press();
            if (on !== undefined) showBar(bar, { languages, choose, start, help });
          },
        },
      },
      icon(picture),
    );
  }
}
