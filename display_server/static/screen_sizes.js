// The rule of distance. A character is read comfortably at 20 to 22 minutes of arc (ISO 9241-303); 22 are 6.4 mm for each
// metre. The called number keeps that for the farthest reader; the last calls keep it from half as far, notices from a
// quarter, as people who wait for theirs come nearer. The style sheet makes nothing smaller than these, where it fits.

const MINUTES = 22;
const FROM = { called: 1, last: 1 / 2, notice: 1 / 4 }; // of the distance
const DIGIT = 0.714; // a digit's height in the shipped font, of the type size

// How high digits must be for a screen {inches, distance_m} of so many CSS pixels, in those pixels, by kind.
export function least({ inches, distance_m: metres }, width, height) {
  const px = Math.hypot(width, height) / (inches * 25.4); // of a millimetre
  const mm = 2 * metres * 1000 * Math.tan((MINUTES / 2 / 60) * (Math.PI / 180));
  return Object.fromEntries(Object.entries(FROM).map(([kind, share]) => [kind, mm * share * px]));
}

const LONG = 5;   // characters of a number, and more
const FAR = 0.15; // of the shorter side for a digit, and more

// Tell the page's style sheet the least type sizes, by the screen that it hangs on, and how long numbers may be.
export function setSizes({ screen, longest }) {
  const sizes = least(screen, globalThis.screen.width, globalThis.screen.height);
  const { style } = document.documentElement;
  for (const [kind, digits] of Object.entries(sizes)) style.setProperty(`--least-${kind}`, `${(digits / DIGIT).toFixed(2)}px`);
  style.setProperty("--longest", longest);
  document.body.classList.toggle("is-long", longest > LONG);
  document.body.classList.toggle("is-far", sizes.called > FAR * Math.min(globalThis.screen.width, globalThis.screen.height));
  return sizes;
}

// Whether an element's digits are lower than `digits` pixels: nothing that is not shown is.
export function tooSmall(element, digits) {
  return Boolean(element?.checkVisibility()) && parseFloat(getComputedStyle(element).fontSize) * DIGIT < digits * 0.99;
}
