// What every part of the manager's page says things with: the reader's language, lengths, shares, names, small elements.

import { clock, length, page, say } from "/static/page.js";

export const language = document.documentElement.lang;
export const mirrored = document.documentElement.dir === "rtl";
export const part = (id) => document.getElementById(id);
export const told = (sentence, facts) => say(language, sentence, facts);
export const span = (seconds) => length(language, seconds);
export const time = (at) => clock(at, language, page.zone);

const shares = new Intl.NumberFormat(`${language}-u-nu-latn`, { style: "percent" });
const decimals = new Intl.NumberFormat(`${language}-u-nu-latn`, { maximumFractionDigits: 1 });
export const share = (value) => shares.format(value);
export const decimal = (value) => decimals.format(value);

export const optional = (value, worded) => (value === null || value === undefined ? null : worded(value));
export const serviceName = (code) => page.services?.[code]?.[language] ?? code;
export const priorityName = (code) => page.priorities?.[code]?.[language] ?? code;
export const counterName = (number, name = "") => name || told("Counter %(counter)s", { counter: number });

// The rules of calling, by their codes in the journal.
export const RULES = {
  statutory: "priority by law",
  age_cap: "waited longer than anyone should",
  index: "longest wait against its target",
  reserve: "this counter takes them first",
  ratio: "turn of another class",
  by_hand: "chosen by hand",
};

// An element: what it is and where it belongs, its own fields, its children (texts or elements; nothing is left out).
export function make(tag, fields = {}, ...children) {
  const { data = {}, ...own } = fields;
  const element = Object.assign(document.createElement(tag), own);
  Object.assign(element.dataset, data);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function sign(icon) {
  const element = make("span", { className: "icon", data: { icon } });
  element.setAttribute("aria-hidden", "true");
  return element;
}

// A number of a ticket or a time stays as it is whatever the direction of the words around it.
export const number = (text) => make("bdi", { className: "number", textContent: text });

// Build a list anew only when what it shows changed: what has the focus keeps it, what is read out is not read twice.
export function list(id, things, outline, line) {
  const place = part(id);
  const wanted = JSON.stringify(things.map(outline));
  if (place.dataset.outline !== wanted) {
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    place.dataset.outline = wanted;
    place.replaceChildren(...things.map(line));
    if (focused) place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
  return [...place.children];
}
