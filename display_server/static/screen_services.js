// The queues: who waits for what, and how long it may take.

import { clock, page, put, range, say } from "/static/page.js";
import { speak, write } from "/static/screen_words.js";

const LONG = 26;                // letters of a name, and more
const SOON_MS = 12 * 3_600_000; // an opening within that needs no day beside its time

const upright = matchMedia("(max-aspect-ratio: 1/1)");
const square = matchMedia("(max-aspect-ratio: 7/5)");

// So many tiles in all, and in a row, leave the calls their room.
function room() {
  const { classList } = document.body;
  const [beside, notice] = ["has-beside", "has-notice"].map((name) => classList.contains(name));
  if (upright.matches) return { most: (notice ? 4 : 8) - (beside ? 2 : 0), columns: () => 2 };
  if (square.matches) return { most: notice ? 2 : 4, columns: () => 2 };
  if (beside) return { most: notice ? 3 : 6, columns: (count) => (count === 4 ? 2 : Math.min(count, 3)) };
  return { most: notice ? 5 : 8, columns: (count) => (count > 5 ? Math.ceil(count / 2) : count) };
}

// Where there are more than have room they take turns, evenly; `turn` counts up.
export function paintServices(all, language, at, turn) {
  const list = document.getElementById("services");
  const { most, columns } = room();
  const pages = Math.max(1, Math.ceil(all.length / most));
  const count = Math.ceil(all.length / pages);
  const first = (turn % pages) * count;
  const services = all.slice(first, first + count);
  list.style.setProperty("--columns", Math.max(1, columns(count)));
  const tile = document.getElementById("service-tile");
  while (list.children.length > services.length) list.lastElementChild.remove();
  while (list.children.length < services.length) list.append(tile.content.cloneNode(true));
  list.dataset.count = count;
  services.forEach((service, place) => paintService(list.children[place], service, language, at));
}

function paintService(tile, service, language, at) {
  const find = (name) => tile.querySelector(name);
  tile.classList.toggle("is-closed", service.open === false);
  put(find(".service-prefix"), service.prefix ?? "");
  const name = service.names?.[language] || service.name;
  write(find(".service-name"), language, name);
  find(".service-name").classList.toggle("is-long", name.length > LONG);
  put(find(".service-waiting"), String(service.waiting));
  speak(find(".service-waiting-words"), language, "Waiting: %(count)s", { count: service.waiting });
  speak(find(".service-wait-words"), language, "Expected wait");
  const wait = find(".service-wait");
  write(wait, language, service.wait ? range(language, service.wait) : say(language, "No counter is open yet"));
  wait.classList.toggle("is-unknown", !service.wait);
  write(find(".service-closed"), language, closed(service, language, at));
}

function closed(service, language, at) {
  if (service.closed_because && service.opens_at && service.opens_at - at < SOON_MS) {
    return say(language, "closed until %(time)s", { time: clock(service.opens_at, language, page.zone) });
  }
  const spans = service.hours?.replaceAll("-", "–\u2060") ?? ""; // not to be broken after the dash
  const hours = spans && !service.closed_because ? say(language, "today %(hours)s", { hours: spans }) : "";
  return [say(language, "closed"), hours].filter(Boolean).join(" · ");
}
