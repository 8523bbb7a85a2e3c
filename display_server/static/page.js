// What every page's script needs: the data block, the sentences, and times as people read them.

export const page = JSON.parse(document.getElementById("page").textContent);

// The sentence in `language`, its %(name)s places filled; English where there is no translation.
export function say(language, sentence, facts = {}) {
  const said = (page.sentences_by_language?.[language] ?? page.sentences)?.[sentence] ?? sentence;
  return said.replace(/%\((\w+)\)s/g, (_, name) => facts[name] ?? "");
}

// 10:42 in the branch's zone, whatever zone and clock this machine has. Western digits, as on the paper.
const clocks = new Map();
export function clock(at, language, zone) {
  const key = `${language} ${zone}`;
  if (!clocks.has(key)) {
    clocks.set(key, new Intl.DateTimeFormat(`${language}-u-nu-latn-hc-h23`, {
      timeZone: zone || undefined, hour: "2-digit", minute: "2-digit",
    }));
  }
  return clocks.get(key).format(at);
}

// A promise {low_s, high_s, about} in whole minutes, as it is printed on the ticket.
export function range(language, wait) {
  const low = Math.floor(wait.low_s / 60);
  const high = Math.ceil(wait.high_s / 60);
  if (wait.about && low > 0) return say(language, "about %(low)s–%(high)s min", { low, high });
  return low > 0 ? say(language, "%(low)s–%(high)s min", { low, high }) : say(language, "up to %(high)s min", { high });
}

// Seconds as a length of time: 45 s, 12 min, 1 h 35 min.
export function length(language, seconds) {
  if (seconds < 60) return say(language, "%(seconds)s s", { seconds: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return say(language, "%(minutes)s min", { minutes });
  return say(language, "%(hours)s h %(minutes)s min", {
    hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0"),
  });
}

// Touch the document only where something changed: a page that beats every second should not paint every second.
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A ticket number with a little air between letter and digits; the text stays the number as it was printed.
export function putNumber(element, number) {
  if (element.textContent === number) return;
  const [, letters, digits] = /^(\D*)(.*)$/.exec(number);
  const first = Object.assign(document.createElement("span"), { className: "number-letter", textContent: letters });
  element.replaceChildren(...(letters ? [first] : []), digits);
}
