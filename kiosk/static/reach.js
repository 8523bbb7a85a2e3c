/**
 * Which layout a page has room for.
 *
 * Low reach on an upright screen splits it: what the page says stays in the upper half, all that is pressed comes down. A
 * wide screen sets what the page says, and its ways on, beside the choices. Where that is too much for half a screen, or
 * for one column, as in very large text, the page is stacked as ever: its choices are far down already.
 */

const upright = matchMedia("(orientation: portrait)");
const root = document.documentElement;

/** Keeps the page in `main` in the right layout, whatever its size, text and language become. */
export function keepInReach(main) {
  const sizes = new ResizeObserver(() => lay(main));
  const changes = new MutationObserver(() => {
    sizes.disconnect();
    for (const part of [main, ...(main.firstElementChild?.children ?? [])]) sizes.observe(part);
    lay(main);
  });
  changes.observe(root, { attributeFilter: ["data-text", "data-reach"] });
  changes.observe(main, { childList: true });
  document.fonts.addEventListener("loadingdone", () => lay(main));
}

function lay(main) {
  const page = main.firstElementChild;
  const said = page?.querySelector(":scope > :is(.question, .welcome, .stub)");
  if (!said) return;
  page.removeAttribute("data-stacked");
  page.toggleAttribute("data-split", root.dataset.reach === "low" && upright.matches);
  if (said.scrollHeight > said.clientHeight + 1) page.removeAttribute("data-split");
  if (!upright.matches && said.matches(".question")) page.toggleAttribute("data-stacked", overfull(main, page, said));
}

/** Whether title and ways on need more height than there is. */
function overfull(main, page, said) {
  const ways = page.querySelector(":scope > .actions")?.offsetHeight ?? 0;
  return said.lastElementChild.getBoundingClientRect().bottom - said.getBoundingClientRect().top + ways > main.clientHeight;
}
