// What is too long for its place is shrunk until it fits: the style sheet multiplies its sizes by `--fit`.

const TRIES = 3; // not everything in a box shrinks with it
let fonts = 0;

// `boxes` hold the text of `element`, and may not overflow. Measured again only when something has changed.
export function fit(element, boxes) {
  const room = boxes.map(({ clientWidth, clientHeight }) => `${clientWidth}x${clientHeight}`);
  const state = `${innerWidth} ${innerHeight} ${fonts} ${room} ${element.textContent}`;
  if (element.dataset.fitted === state) return;
  element.dataset.fitted = state;
  let share = 1;
  for (let tries = 0; tries <= TRIES; tries += 1) {
    element.style.setProperty("--fit", share);
    const over = Math.max(1, ...boxes.map(excess));
    if (over === 1) break;
    share *= 0.99 / over;
  }
}

// How many times what is in a box is larger than the box. Letters reach out of their line, so that the line is measured;
// a number in Arabic words reaches out at a side that the box does not count, so that both are asked.
function excess({ scrollWidth, clientWidth, clientHeight, firstElementChild: text }) {
  const [wide, high] = [clientWidth || Infinity, clientHeight || Infinity];
  return Math.max(scrollWidth / wide, text.scrollWidth / wide, text.offsetHeight / high);
}

// Other fonts have come: every text has another length.
export function measureAgain() {
  fonts += 1;
}
