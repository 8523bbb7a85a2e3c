// A sheet of the information board: some rows of a table with its title, its days, and which of its pages it is.

import { page, say } from "/static/page.js";

const days = new Map();

// A day (ISO) as it is written in a language, with western digits as everywhere on the screen.
function day(iso, language) {
  if (!days.has(language)) {
    days.set(language, new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, { dateStyle: "long", timeZone: "UTC" }));
  }
  return days.get(language).format(Date.parse(`${iso}T12:00:00Z`));
}

// A text of the branch's in a language, as `lobby.care.knowledge.rates.in_language` chooses it.
const written = (text, language) => text[language] || text[""] || Object.values(text)[0] || "";

// A text without a language of its own is a number or a sign: it runs from left to right, and stands at the end.
const is_figure = (text) => Object.keys(text).every((key) => key === "");

// The elements of the rows `first` up to `last` of a table; `number` of `all` where it has several pages.
export function sheet({ table, first, last }, language, number = 1, all = 1) {
  const title = made("h2", "sheet-title", written(table.title, language));
  const figures = table.columns.map((_, at) => table.rows.every((row) => is_figure(row[at])));
  const head = made("tr", "", ...table.columns.map((column, at) =>
    Object.assign(made("th", figures[at] ? "is-figure" : "", written(column, language)), { scope: "col" })));
  const rows = table.rows.slice(first, last).map((row) => made("tr", "", ...row.map((cell, at) =>
    made("td", figures[at] ? "is-figure" : "", is_figure(cell)
      ? Object.assign(made("bdi", "", written(cell, language)), { dir: "ltr" })
      : written(cell, language)))));
  const body = made("table", "", made("thead", "", head), made("tbody", "", ...rows));
  const dates = [say(language, "Valid from %(day)s", { day: day(table.valid_from, language) })];
  if (table.changes_on) dates.push(say(language, "Changes on %(day)s", { day: day(table.changes_on, language) }));
  const foot = made("p", "sheet-foot", ...dates.map((text) => made("span", "", text)));
  if (all > 1) foot.append(Object.assign(made("bdi", "sheet-number", `${number}/${all}`), { dir: "ltr" }));
  return [title, body, foot];
}

// Where a table breaks into pages: [first, last) by page, so that each page has room in every language; pages are filled
// evenly. `measured` holds for each language the heights of the rows and the room that there is for them, in pixels.
export function breaks(measured) {
  const heights = measured[0].heights.map((_, row) => Math.max(...measured.map((one) => one.heights[row])));
  const room = Math.min(...measured.map((one) => one.room));
  const fewest = fill(heights, room);
  const step = Math.max(1, Math.min(...heights) / 2);
  for (let least = Math.max(...heights); least < room; least += step) {
    const evenly = fill(heights, least);
    if (evenly.length === fewest.length) return evenly;
  }
  return fewest;
}

function fill(heights, room) {
  const pages = [];
  let left = 0;
  heights.forEach((height, row) => {
    if (pages.length > 0 && height <= left) pages.at(-1)[1] = row + 1;
    else {
      pages.push([row, row + 1]);
      left = room;
    }
    left -= height;
  });
  return pages;
}

function made(tag, name, ...content) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...content);
  return element;
}
