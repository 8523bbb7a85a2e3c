/** What can be chosen now, in reading order, and its numbers: the first nine of a page have a digit of the keypad. */

const CHOICES = "button, a[href], input, select, textarea";
const DIGITS = 9;

/** The dialog that lies over the page, if there is one. */
export function dialog() {
  return document.querySelector("dialog[open]");
}

/** The choices of the page, or of the dialog over it. */
export function choices() {
  return visible(dialog() ?? document.getElementById("main"));
}

/** All that can be reached: the choices, what scrolls the page, and the bar. A dialog is alone. */
export function reachable() {
  const over = dialog();
  return over ? visible(over) : ["main", "more", "bar"].flatMap((id) => visible(document.getElementById(id)));
}

export function isChoice(element) {
  return element.matches(CHOICES);
}

/** Gives the choices their numbers anew whenever the page changes. */
export function keepNumbered() {
  new MutationObserver(number).observe(document.body, { childList: true, subtree: true, attributeFilter: ["hidden"] });
}

export function number() {
  const numbered = choices().filter((choice) => choice.matches("button, a") && !choice.closest(".more")).slice(0, DIGITS);
  for (const old of document.querySelectorAll("[data-key]")) if (!numbered.includes(old)) delete old.dataset.key;
  numbered.forEach((choice, at) => (choice.dataset.key = String(at + 1)));
}

function visible(root) {
  const all = [...(root?.querySelectorAll(CHOICES) ?? [])];
  return all.filter((choice) => !choice.disabled && choice.checkVisibility({ visibilityProperty: true }));
}
