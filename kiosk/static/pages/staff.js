/** What staff see and do at the kiosk: printers and paper, slips that wait for a decision, volume, screen, connection. */

import { button, icon, make, setText, title } from "../dom.js";
import { say, spoken } from "../words.js";

const PRINTERS = { ready: ["calm", "check", "Ready"], printing: ["done", "printer", "Printing"] };
const TROUBLE = ["attention", "warning", "Needs a person"];
const PAPER = { ok: "There is paper", near_end: "The paper is nearly used up", out: "There is no paper" };
const SLIPS = { held: "Not printed", unknown: "Perhaps printed" };
const STEP = 10; // percent

/**
 * `visit.staff` is the state of `staff_room`, `visit.trouble` what went wrong last. `does` are the verbs: paperChanged and
 * testPrint (of a printer), release and drop (of a slip), setVolume, checkScreen, close.
 */
export function staff({ visit, feed, does }) {
  const trouble = make("p", { class: "state", role: "alert", data: { state: "late" } }, icon("warning"), make("span"));
  const sections = make("div", { class: "staff-sections" });
  let shown = "";
  const element = make(
    "div",
    { class: "page staff" },
    make("div", { class: "question" }, title(say("Staff"))),
    make("div", { class: "content" }, trouble, sections),
    make(
      "div",
      { class: "actions" },
      button(say("Check the screen"), { icon: "counter", press: does.checkScreen, data: { screen: "" } }),
      button(say("Close"), { icon: "close", kind: "main", press: does.close, data: { back: "", close: "" } }),
    ),
  );

  /** Builds anew only what changed: a button that has the focus keeps it. */
  function update() {
    const told = visit.trouble;
    trouble.hidden = !told;
    setText(trouble.lastChild, told);
    const state = JSON.stringify(visit.staff);
    if (state === shown) return;
    shown = state;
    const focused = document.activeElement?.dataset.does;
    const { printers, slips, volume, connected, unsent } = visit.staff;
    sections.replaceChildren(
      section("Printers", printers.map(printer)),
      section("Slips that wait for a decision", slips.length ? slips.map(slip) : make("p", {}, say("There are none."))),
      section("Volume", loudness(volume)),
      section("Connection", connection(connected, unsent)),
    );
    if (focused) sections.querySelector(`[data-does="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function section(name, content) {
    return make("section", { class: "card" }, make("h2", {}, say(name)), content);
  }

  function printer({ name, state, problem, paper, metres_left: metres }) {
    const left = metres === null ? "" : `${say("Metres left")}: ${number(metres)}`;
    return make(
      "div",
      { class: "staff-line", data: { printer: name } },
      make(
        "div",
        { class: "facts" },
        make("h3", {}, name),
        status(...(PRINTERS[state] ?? TROUBLE), problem),
        make("p", {}, say(PAPER[paper] ?? "It does not tell about its paper")),
        left ? make("p", {}, left) : null,
      ),
      acts(
        act("Paper was changed", () => does.paperChanged(name), `changed-${name}`),
        act("Test print", () => does.testPrint(name), `test-${name}`),
      ),
    );
  }

  function slip(one) {
    return make(
      "div",
      { class: "staff-line", data: { slip: one.id } },
      make(
        "div",
        { class: "facts" },
        make("h3", {}, make("span", { class: "number" }, one.number || String(one.id)), make("span", {}, ` ${time(one.at)}`)),
        make("p", {}, [say(SLIPS[one.state]), one.reason].filter(Boolean).join(": ")),
      ),
      acts(
        act("Print again", () => does.release(one), `release-${one.id}`),
        act("Discard", () => does.drop(one), `drop-${one.id}`),
      ),
    );
  }

  function loudness(percent) {
    const to = (wanted) => () => does.setVolume(Math.min(Math.max(wanted, 0), 100));
    return make(
      "div",
      { class: "staff-line" },
      make("p", { class: "facts level", role: "status" }, `${percent} %`),
      acts(act("Quieter", to(percent - STEP), "quieter"), act("Louder", to(percent + STEP), "louder")),
    );
  }

  function connection(connected, unsent) {
    const [look, picture, said] = connected
      ? ["calm", "check", "Connected to the branch server"]
      : ["attention", "warning", "No connection to the branch server"];
    return [status(look, picture, said), make("p", {}, `${say("Tickets not yet handed in")}: ${unsent}`)];
  }

  function status(look, picture, sentence, why = "") {
    const text = why ? `${say(sentence)}: ${why}` : say(sentence);
    return make("p", { class: "state", data: { state: look } }, icon(picture), make("span", {}, text));
  }

  function act(sentence, press, name) {
    return button(say(sentence), { press, data: { does: name } });
  }

  function time(at) {
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: feed.latest.zone };
    return new Intl.DateTimeFormat("en", format).format(at);
  }

  update();
  return { element, update };
}

function acts(...buttons) {
  return make("div", { class: "acts" }, buttons);
}

function number(metres) {
  return new Intl.NumberFormat(spoken(), { maximumFractionDigits: 0 }).format(metres);
}
