// The queues: who waits for what, and how long it may take.

import { clock, page, put, range, say } from "/static/page.js";
import { speak, write } from "/static/screen_words.js";

const SOON_MS = 12 * 3_600_000; // an opening within that needs no day beside its time

export function paintServices(services, language, at) {
  const list = document.getElementById("services");
  const tile = document.getElementById("service-tile");
  while (list.children.length > services.length) list.lastElementChild.remove();
  while (list.children.length < services.length) list.append(tile.content.cloneNode(true));
  list.dataset.count = services.length;
  list.classList.toggle("is-many", services.length > 6);
  services.forEach((service, place) => paintService(list.children[place], service, language, at));
}

function paintService(tile, service, language, at) {
  const find = (name) => tile.querySelector(name);
  tile.classList.toggle("is-closed", service.open === false);
  put(find(".service-prefix"), service.prefix ?? "");
  write(find(".service-name"), language, service.names?.[language] || service.name);
  put(find(".service-waiting"), String(service.waiting));
  speak(find(".service-waiting-words"), language, "Waiting: %(count)s", { count: service.waiting });
  speak(find(".service-wait-words"), language, "Expected wait");
  const wait = find(".service-wait");
  write(wait, language, service.wait ? range(language, service.wait) : say(language, "not known yet"));
  wait.classList.toggle("is-unknown", !service.wait);
  write(find(".service-closed"), language, closed(service, language, at));
}

function closed(service, language, at) {
  if (service.closed_because && service.opens_at && service.opens_at - at < SOON_MS) {
    return say(language, "closed until %(time)s", { time: clock(service.opens_at, language, page.zone) });
  }
  const hours = service.hours && !service.closed_because ? say(language, "today %(hours)s", { hours: service.hours }) : "";
  return [say(language, "closed"), hours].filter(Boolean).join(" · ");
}
