// The devices: what is connected, and in plain words what is wrong with each, and since when.

import { list, make, sign, span, told } from "/static/manager_words.js";
import { put } from "/static/page.js";

const KINDS = { screen: "Lobby screen", speaker: "Speaker", kiosk: "Kiosk", printer: "Printer" };
const WELL = { screen: "connected", speaker: "connected", kiosk: "last number", printer: "ready" };
const ICONS = { screen: "branch", speaker: "sound", kiosk: "ticket", printer: "printer" };

// What takes the place of being connected; all else is said below it.
const STATES = { missing: "missing", never: "not seen since the server started", obstacle: "in trouble" };

const TROUBLES = {
  behind: "It is behind: what it shows is not the newest.",
  sound: "The sound is off. Please touch the screen once.",
  "too-small": "The numbers are too small for the distance.",
};

export function paintDevices(devices, at) {
  const ago = (since) => (since ? span(Math.max(0, (at - since) / 1000)) : "");
  list("devices", devices, (one) => one, line).forEach((row, place) => {
    const { since, troubles = [] } = devices[place];
    const gone = troubles.find(({ code }) => code in STATES);
    put(row.querySelector(":scope > time"), ago(gone ? gone.since : since));
    row.querySelectorAll(".line-troubles time").forEach((time, which) => put(time, ago(below(troubles)[which].since)));
  });
}

const below = (troubles) => troubles.filter(({ code }) => !(code in STATES));

function line({ kind, name, ok, troubles = [], width, height }) {
  const gone = troubles.find(({ code }) => code in STATES);
  const about = make("small", {}, told(KINDS[kind]));
  if (width && height) about.append(" · ", make("bdi", { textContent: `${width}×${height}` }));
  const text = make("div", { className: "line-text" }, name, about);
  const wrong = below(troubles);
  if (wrong.length) {
    text.append(make("ul", { className: "line-troubles" }, ...wrong.map((one) => (
      make("li", {}, make("bdi", { textContent: whatIsWrong(one) }), make("time"))))));
  }
  return make("li", { className: gone ? "is-late" : ok ? "" : "is-troubled" }, sign(ok ? ICONS[kind] : "warning"), text,
    make("span", { className: "line-state", textContent: told(gone ? STATES[gone.code] : WELL[kind]) }), make("time"));
}

function whatIsWrong({ code, about }) {
  if (code === "clock") return clock(Number(about));
  if (TROUBLES[code]) return told(TROUBLES[code]);
  if (!about) return told("A part of it does not work: %(name)s", { name: code });
  return told("It cannot be shown: %(name)s", { name: `\u2068${about}\u2069` });
}

function clock(seconds) {
  const time = span(Math.abs(seconds));
  return seconds > 0 ? told("Its clock is fast by %(time)s.", { time }) : told("Its clock is slow by %(time)s.", { time });
}
