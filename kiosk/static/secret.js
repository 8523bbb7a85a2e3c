/** The two ways to the staff page that nothing on the screen tells of: the clock held for three seconds, or *0* typed. */

const HOLD_MS = 3000;
const KEYS = ["*", "0", "*"];
const LEAST_MS = 50; // faster than that is a scanner
const MOST_MS = 2000;

/** `open()` is called when somebody knew one of them. `head` holds the clock. */
export function onSecret(head, open) {
  let holding = null;
  head.addEventListener("pointerdown", ({ target }) => {
    if (target.closest(".time")) holding = setTimeout(open, HOLD_MS);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    head.addEventListener(end, () => clearTimeout(holding));
  }

  let known = 0;
  let last = 0;
  addEventListener(
    "keydown",
    (event) => {
      const pause = event.timeStamp - last;
      last = event.timeStamp;
      const inTime = known === 0 || (pause >= LEAST_MS && pause <= MOST_MS);
      known = inTime && event.key === KEYS[known] ? known + 1 : Number(event.key === KEYS[0]);
      if (known < KEYS.length) return;
      known = 0;
      event.stopImmediatePropagation();
      event.preventDefault();
      open();
    },
    true,
  );
}
