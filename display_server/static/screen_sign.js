// The sign over one counter says how the counter stands while nobody is called or served there.

import { put } from "/static/page.js";
import { speak } from "/static/screen_words.js";

const WORDS = {
  free: ["Please wait", "Please wait until your number is shown here."],
  break: ["Back soon", "This counter has a short break."],
  closed: ["Closed", "Your number will be called to another counter."],
};

// sign: {counter, state, call}, as the board has it.
export function paintSign({ counter, state, call }, language) {
  document.body.dataset.sign = state;
  put(document.getElementById("counter"), String(counter));
  if (call) return;
  const [word, more] = WORDS[state] ?? WORDS.free;
  speak(document.getElementById("sign-word"), language, word);
  speak(document.getElementById("sign-more"), language, more);
}
