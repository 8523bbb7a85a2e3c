/** The size of what is touched: at least 20 mm on the glass, whatever the screen. The stylesheet does the rest. */

const MM_PER_INCH = 25.4;
const root = document.documentElement;
let inches = 0;

/** The screen measures `diagonal` inches; while that is not known (0), the stylesheet's own guess holds. */
export function fitTo(diagonal) {
  inches = diagonal;
  fit();
}

/** Tells the stylesheet how many CSS pixels are a millimetre, as the page fills the screen. */
function fit() {
  const perMm = inches > 0 ? `${Math.hypot(innerWidth, innerHeight) / (inches * MM_PER_INCH)}px` : "";
  root.style.setProperty("--mm", perMm);
}

addEventListener("resize", fit);
