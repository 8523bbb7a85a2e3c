/** What the staff page asks of the kiosk. Each answer is the state of printers, slips, volume and connection. */

import { ask } from "./server.js";

const post = (path, body) => ask(`staff/${path}`, { key: "staff", body }); // none of them goes to the branch

export const signIn = (pin) => post("sign-in", { pin });
export const state = () => ask("staff/state");
export const paperChanged = (printer) => post("paper-changed", { printer });
export const testPrint = (printer) => post("test-print", { printer });
export const release = (slip) => post("release", { slip });
export const drop = (slip) => post("drop", { slip });
export const setVolume = (percent) => post("volume", { percent });

/** Leaves, whether or not anybody answers. */
export function signOut() {
  navigator.sendBeacon("staff/sign-out");
}
