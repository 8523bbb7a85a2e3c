/** The bank's mark: its own logo, where it has one, else the sign of a branch. */

import { icon, make } from "./dom.js";

/** The mark of the bank that makes this offer. A logo tells the stylesheet how wide it is beside its height. */
export function mark({ logo }) {
  if (!logo) return icon("branch");
  const picture = make("img", { src: "/look/logo", alt: "", on: { load: measured, error: missing } });
  const frame = make("span", { class: "logo" }, picture);
  return frame;

  function measured() {
    frame.style.setProperty("--stretch", Math.sqrt(picture.naturalWidth / picture.naturalHeight));
  }

  function missing() {
    frame.replaceWith(icon("branch"));
  }
}
