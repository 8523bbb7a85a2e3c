// What a figure means, one tap away from it.

import { part } from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const TOGETHER = {
  left: ["left", "no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close"],
  course_waiting: ["course_waiting", "course_visits"],
};

export function paintDefinitions() {
  const box = part("definition");
  let asker = null;

  function place() {
    const at = asker.getBoundingClientRect();
    const wide = box.offsetWidth;
    const left = Math.min(Math.max(8, at.left + at.width / 2 - wide / 2), innerWidth - wide - 8);
    const below = at.bottom + 8 + box.offsetHeight < innerHeight;
    box.style.left = `${left}px`;
    box.style.top = `${below ? at.bottom + 6 : at.top - box.offsetHeight - 6}px`;
  }

  document.addEventListener("click", (click) => {
    const button = click.target.closest(".why");
    if (!button) return;
    const keys = TOGETHER[button.dataset.define] ?? [button.dataset.define];
    put(part("definition-title"), button.dataset.title);
    put(part("definition-text"), keys.map((key) => page.definitions?.[key]).filter(Boolean).join("\n"));
    asker = button;
    box.showPopover();
    place();
  });
  box.addEventListener("toggle", (toggle) => asker?.setAttribute("aria-expanded", String(toggle.newState === "open")));
  addEventListener("resize", () => box.matches(":popover-open") && place());
  addEventListener("scroll", () => box.matches(":popover-open") && place(), { passive: true });
}
