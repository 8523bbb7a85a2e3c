// Tables of a report whose lines may be put in order by any column of numbers; tables of the same lines stay in step.

import { say } from "/static/page.js";

const tables = [...document.querySelectorAll("table[data-order]")];
const WAYS = { ascending: "▲", descending: "▼" };
const UNSORTED = "↕";

const language = document.documentElement.lang;
const label = (head) => (head.querySelector("a") ?? head).firstChild.textContent;
const value = (line, at) => line.cells[at].dataset.value;
const first = new Map(tables.map((table) => [table, [...table.tBodies[0].rows].map((line) => line.dataset.line)]));

function order(table, at, way) {
  const lines = [...table.tBodies[0].rows];
  const of = new Map(lines.map((line) => [line.dataset.line, at ? value(line, at) : undefined]));
  const names = first.get(table);
  const sign = way === "ascending" ? 1 : -1;
  if (!at) return sign > 0 ? names : [...names].reverse();
  return [...names].sort((one, other) => {
    const [a, b] = [of.get(one), of.get(other)];
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined); // nothing to say comes last
    return sign * (Number(a) - Number(b));
  });
}

// Every table of the same lines takes the new order; the one that gave it says so.
function apply(table, head) {
  const usual = head.cellIndex ? "descending" : "ascending";
  const other = head.cellIndex ? "ascending" : "descending";
  const way = head.getAttribute("aria-sort") === usual ? other : usual;
  const keys = order(table, head.cellIndex, way);
  for (const one of tables.filter(({ dataset }) => dataset.order === table.dataset.order)) {
    const body = one.tBodies[0];
    const lines = new Map([...body.rows].map((line) => [line.dataset.line, line]));
    body.append(...keys.map((key) => lines.get(key)));
    for (const each of one.tHead.rows[0].cells) mark(each, each === head ? way : null);
  }
}

function mark(head, way) {
  const button = head.querySelector(".report-order");
  if (!button) return;
  if (way) head.setAttribute("aria-sort", way);
  else head.removeAttribute("aria-sort");
  button.textContent = WAYS[way] ?? UNSORTED;
}

for (const table of tables) {
  for (const head of table.tHead.rows[0].cells) {
    const numbers = [...table.tBodies[0].rows].some((line) => value(line, head.cellIndex) !== undefined);
    if (head.cellIndex && !numbers) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "report-order";
    button.setAttribute("aria-label", say(language, "Order by: %(column)s", { column: label(head) }));
    button.addEventListener("click", () => apply(table, head));
    head.append(" ", button);
    mark(head, null);
  }
}
