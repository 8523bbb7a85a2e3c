/** A number in large figures. The stylesheet makes it as large as it may be and as fits, whatever its signs. */

import { make } from "./dom.js";

const WIDTHS = [
  [/[\d-]/, 0.6],
  [/[MW]/, 1],
  [/[DGHNOQU]/, 0.84],
]; // in em of our bold letters, rounded up; a test measures them
const OTHER = 0.72;

/** The line of that number. */
export function called(number, attributes = {}) {
  const figures = make("span", { class: "number" }, number);
  figures.style.setProperty("--ems", [...number].reduce((sum, sign) => sum + width(sign), 0).toFixed(2));
  return make("p", { class: "called", ...attributes }, figures);
}

function width(sign) {
  return WIDTHS.find(([signs]) => signs.test(sign))?.[1] ?? OTHER;
}
