// The pictures of the day: drawn once a minute from its course, over the same weekday a week ago. They take their colours
// from the page's own, so that a theme is theirs too; each stands as a table beneath.

import { Course } from "/static/manager_course.js";
import { Demand } from "/static/manager_demand.js";
import { Spread } from "/static/manager_spread.js";
import { make, part, serviceName } from "/static/manager_words.js";
import { page } from "/static/page.js";

const RENEW_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;
const LIBRARY = "/static/vendor/echarts.common.min.js";

export class Pictures {
  #figures = null;
  #day = "";
  #today = null;
  #before = null;
  #pictures = null;

  // What the day's figures are now; the first ones and each new day bring the pictures.
  now(figures) {
    this.#figures = figures;
    if (figures.day === this.#day) return;
    this.#day = figures.day;
    this.#today = null;
    this.#renew();
  }

  constructor() {
    setInterval(() => document.hidden || this.#renew(), RENEW_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.#renew());
    const services = Object.keys(page.services ?? {}).map((code) => make("option", { value: code, textContent: serviceName(code) }));
    part("spread-service").append(...services);
    part("spread-service").addEventListener("change", () => this.#draw());
    for (const button of document.querySelectorAll("[data-demand]")) button.addEventListener("click", () => this.#choose(button));
  }

  async #renew() {
    if (!this.#day) return;
    const before = new Date(Date.parse(`${this.#day}T00:00Z`) - 7 * DAY_MS).toISOString().slice(0, 10);
    const [today, weekAgo] = await Promise.all([
      course(this.#day), this.#before?.day === before ? this.#before : course(before), library(),
    ]);
    this.#today = today ?? this.#today;
    this.#before = weekAgo;
    this.#draw();
  }

  #choose(button) {
    for (const one of document.querySelectorAll("[data-demand]")) one.setAttribute("aria-pressed", String(one === button));
    this.#draw();
  }

  #draw() {
    if (!this.#today || !globalThis.echarts) return;
    this.#pictures ??= {
      course: new Course("course"), demand: new Demand("demand"),
      waits: new Spread("waits", "waits", "wait_class_s"), handling: new Spread("handling", "services", "service_class_s"),
    };
    const [today, before, figures] = [this.#today, this.#before, this.#figures];
    const service = part("spread-service").value;
    this.#pictures.course.draw(today, before);
    this.#pictures.demand.draw(today, figures, document.querySelector("[data-demand][aria-pressed=true]").dataset.demand);
    this.#pictures.waits.draw(today, before, service, targetOf(figures, service));
    this.#pictures.handling.draw(today, before, service, null);
  }
}

function targetOf(figures, service) {
  return figures.services.find(({ code }) => code === service)?.target_s ?? figures.service_level_target_s;
}

// The course of a business day; null where nothing happened on it or nobody answers.
async function course(day) {
  const asked = { headers: { "Lobby-Unattended": "1" } };
  const answer = await fetch(`/api/v1/branches/${page.branch}/timeline?day=${day}`, asked).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

let asked = null;
const library = () => (asked ??= import(LIBRARY).catch(() => { asked = null; }));
