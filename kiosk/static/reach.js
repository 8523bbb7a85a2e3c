/**
 * Low reach on an upright screen: what a page says stays in the upper half, all that is pressed comes down. Where what it
 * says is too much for half a screen, as in very large text, the page flows as ever: its choices are far down already.
 */

const SAID = ":scope > :is(.question, .welcome, .stub)";
const upright = matchMedia("(orientation: portrait)");
const root = document.documentElement;

/** Keeps the page in `main` split, or not, whatever its size, text and language become. */
export function keepInReach(main) {
  const observer = new MutationObserver(() => split(main));
  observer.observe(root, { attributeFilter: ["data-text", "data-reach"] });
  observer.observe(main, { childList: true });
  addEventListener("resize", () => split(main));
  document.fonts.addEventListener("loadingdone", () => split(main));
}

function split(main) {
  const page = main.firstElementChild;
  const said = page?.querySelector(SAID);
  page?.toggleAttribute("data-split", Boolean(said) && root.dataset.reach === "low" && upright.matches);
  if (said && said.scrollHeight > said.clientHeight + 1) page.removeAttribute("data-split");
}
