/* What reaches out of the screen or of what holds it, and what lies over something else to press. What scrolls is fine. */
() => {
  const HOLDERS = "button, .card, .state, .stub, .dialog, .head";
  const found = [];
  const box = (element) => element.getBoundingClientRect();
  const name = (element) => `${element.className || element.tagName}: ${element.innerText.replace(/\s+/g, " ").slice(0, 40)}`;
  const tell = (what, ...elements) => found.push(`${what} ${elements.map(name).join(" / ")}`);
  const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  const scrolls = (element) => getComputedStyle(element).overflowY === "auto";

  const layer = document.querySelector("dialog[open]") ?? document.body;
  const seen = [...layer.querySelectorAll("*")].filter(
    (element) => element.checkVisibility({ visibilityProperty: true }) && box(element).width > 1 && !element.closest(".for-ears"),
  );
  for (const element of seen) {
    const mine = box(element);
    const tooHigh = element.scrollHeight > element.clientHeight + 2 && getComputedStyle(element).overflowY === "hidden";
    if (mine.left < -1 || mine.right > innerWidth + 1) tell("outside of the screen", element);
    if (element.clientWidth && element.scrollWidth > element.clientWidth + 1) tell("too wide", element);
    if (element.clientHeight && tooHigh) tell("too high", element);
    const holder = element.parentElement.closest(HOLDERS);
    if (!holder) continue;
    const inHeight = mine.top >= box(holder).top - 1 && mine.bottom <= box(holder).bottom + 1;
    const scrolled = element.closest(".dialog-body");
    if (!within(mine, box(holder)) || (!inHeight && !scrolled)) tell("out of its holder", element);
  }

  /** The part of an element that its scrolling ancestors let through. */
  function shown(element) {
    let { left, right, top, bottom } = box(element);
    for (let holder = element.parentElement; holder; holder = holder.parentElement) {
      if (!scrolls(holder)) continue;
      top = Math.max(top, box(holder).top);
      bottom = Math.min(bottom, box(holder).bottom);
    }
    return bottom > top ? { left, right, top, bottom } : null;
  }
  const sticks = (element) => Boolean(element.closest(".actions")); // the page scrolls away under it
  const pressed = seen.filter((element) => element.matches("button") && shown(element));
  pressed.forEach((one, at) => {
    for (const other of pressed.slice(at + 1)) {
      if (sticks(one) !== sticks(other)) continue;
      const [a, b] = [shown(one), shown(other)];
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) tell("overlap", one, other);
    }
  });
  return found;
};
