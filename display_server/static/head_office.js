// The head office's page: the whole chain in a few tiles, and every branch in a line, the worst first.

import { make, optional, part, share, span, told } from "/static/manager_words.js";
import { paintDefinitions } from "/static/manager_definitions.js";
import { write } from "/static/manager_tiles.js";
import { clock, page, put } from "/static/page.js";

const ASK_MS = 3000;
const DOUBT_MS = 15000; // five answers that did not come
const LOW = 0.8; // of the promises: less is an exception
const ENOUGH = 10;
const language = document.documentElement.lang;

let heard = -Infinity;
let last = null;

const satisfied = ({ rated, satisfied: good }) => (rated ? share(good / rated) : null);
const broken = ({ promised, promise_kept: kept }) => promised >= ENOUGH && kept !== null && kept < LOW;

function paintTiles(chain) {
  const amiss = chain.branches.length - chain.live;
  tile("live", told("%(open)s of %(total)s", { open: chain.live, total: chain.branches.length }),
    { late: amiss > 0, text: amiss ? told("To look at: %(count)s", { count: amiss }) : told("Open: %(count)s", { count: chain.open }) });
  tile("waiting", String(chain.waiting), { text: chain.waiting ? "" : told("nobody waits") });
  tile("longest_s", chain.waiting ? span(chain.longest_s) : null, { none: told("nobody waits") });
  tile("over", String(chain.over), { late: chain.over > 0 });
  tile("at_work", String(chain.at_work), { text: told("Serving: %(count)s", { count: chain.occupied }) });
  tile("served", String(chain.served), {});
  tile("left", String(chain.left), {});
  const promised = told("Promised: %(count)s", { count: chain.promised });
  tile("promise_kept", optional(chain.promise_kept, share),
    { late: broken(chain), text: broken(chain) ? `${told("less than %(share)s", { share: share(LOW) })} · ${promised}` : promised });
  tile("satisfied", satisfied(chain), { text: told("Answers: %(count)s", { count: chain.rated }) });
  tile("complaints", String(chain.complaints),
    { late: chain.complaints_over > 0, text: chain.complaints_over ? told("Overdue: %(count)s", { count: chain.complaints_over }) : "" });
}

function tile(key, figure, { text = "", late = false, none } = {}) {
  const place = document.querySelector(`[data-tile="${key}"]`);
  write(place.querySelector("[data-figure]"), figure, none);
  put(place.querySelector("[data-note]"), text);
  place.classList.toggle("is-late", late);
}

const name = ({ names, branch }) => names[language] ?? names.en ?? Object.values(names)[0] ?? branch;

// What stands in a branch's line, by column.
function cells(one) {
  const known = Boolean(one.day);
  const figure = (text) => (known ? text : null);
  const none = { none: told("nothing known of today") };
  const closed = one.state === "well" && !one.open;
  return {
    state: {
      text: closed ? told("closed now") : page.states[one.state], sign: one.state === "well" ? (closed ? "closed" : "serving") : "",
      late: one.state !== "well", note: one.forked ? told("row %(row)s", { row: one.forked }) : "",
    },
    waiting: { text: figure(String(one.waiting)), ...none },
    longest_s: { text: known && one.waiting ? span(one.longest_s) : null, late: one.over > 0, none: told("nobody waits") },
    over: { text: figure(String(one.over)), late: one.over > 0, ...none },
    at_work: {
      text: figure(told("%(open)s of %(total)s", { open: one.at_work, total: one.counters })),
      late: one.waiting > 0 && one.at_work === 0, ...none,
      note: known && one.occupied ? told("Serving: %(count)s", { count: one.occupied }) : "",
    },
    served: { text: figure(String(one.served)), ...none },
    left: { text: figure(String(one.left)), ...none },
    promise_kept: { text: optional(one.promise_kept, share), late: broken(one) },
    satisfied: { text: satisfied(one) },
    complaints: {
      text: one.state === "never" ? null : String(one.complaints), late: one.complaints_over > 0,
      note: one.complaints_over ? told("Overdue: %(count)s", { count: one.complaints_over }) : "",
    },
    heard: { text: optional(one.heard_s, span), late: one.state === "silent", none: told("never heard of") },
    behind: { text: String(one.behind) },
  };
}

function paintBranches(branches) {
  const wanted = part("find").value.trim().toLocaleLowerCase(language);
  const shown = branches.filter((one) => `${name(one)} ${one.branch}`.toLocaleLowerCase(language).includes(wanted));
  const body = part("branches");
  part("branches-none").hidden = branches.length > 0;
  while (body.rows.length > shown.length) body.deleteRow(-1);
  while (body.rows.length < shown.length) body.append(line());
  shown.forEach((one, at) => {
    const row = body.rows[at];
    put(row.cells[0].firstChild, name(one));
    put(row.cells[0].lastChild, name(one) === one.branch ? "" : one.branch);
    const found = cells(one);
    row.classList.toggle("is-old", one.state !== "well");
    page.columns.forEach(([key], place) => paint(row.cells[place + 1], found[key]));
  });
}

function line() {
  const row = make("tr");
  row.setAttribute("role", "row");
  const head = make("th", { scope: "row" }, make("bdi"), make("small", { className: "cell-note" }));
  head.setAttribute("role", "rowheader");
  row.append(head);
  for (const [key, title] of page.columns) {
    const cell = make("td", { data: { column: key, label: title } },
      make("span", { className: "sign" }), make("bdi"), make("small", { className: "cell-note" }));
    cell.setAttribute("role", "cell");
    row.append(cell);
  }
  return row;
}

function paint(cell, { text, late = false, sign = "", none, note = "" }) {
  if (sign) cell.dataset.sign = sign;
  else delete cell.dataset.sign;
  cell.classList.toggle("is-late", late);
  write(cell.children[1], text, none);
  put(cell.children[2], note);
}

function paintAll() {
  const unsure = performance.now() - heard > DOUBT_MS;
  document.body.classList.toggle("is-unsure", unsure);
  part("doubt").hidden = !unsure;
  put(part("live"), told(unsure ? "The figures may be out of date." : "Live"));
  if (!last) return;
  put(part("clock"), clock(last.at, language, page.zone));
  paintTiles(last);
  paintBranches(last.branches);
}

async function ask() {
  try {
    const answer = await fetch("/now", { headers: { Accept: "application/json", "Lobby-Unattended": "1" }, signal: AbortSignal.timeout(DOUBT_MS) });
    if (answer.status === 401) return location.assign("/sign-in");
    if (answer.ok) {
      last = await answer.json();
      heard = performance.now();
    }
  } catch { /* asked again soon; the page says meanwhile that it is not sure */ }
  paintAll();
  setTimeout(ask, ASK_MS);
}

paintDefinitions();
part("find").addEventListener("input", paintAll);
ask();
