/** How loud the kiosk is, and its one soft chime. The volume is the branch's; who listens may change it for the visit. */

const STEP = 20;
const NOTES_HZ = [880, 659];
const NOTE_S = 0.35;

let context = null;
let branchs = 60;
let asked = 0;

/** The branch wants `percent`; 0 is silence. */
export function setVolume(percent) {
  branchs = percent;
}

/** The customer wants it louder or quieter, by steps; never so quiet that nothing is heard. */
export function louder(steps) {
  asked = Math.min(Math.max(branchs + asked + steps * STEP, STEP), 100) - branchs;
}

/** The next customer finds the branch's volume. */
export function resetVolume() {
  asked = 0;
}

/** From 0 to 1; who listens hears something even in a branch that wants no chimes. */
export function volume({ least = 0 } = {}) {
  return Math.max(branchs + asked, least) / 100;
}

/** Two falling notes, once. Silent where the browser allows no sound yet. */
export function chime() {
  if (volume() === 0) return;
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  NOTES_HZ.forEach((hertz, at) => note(hertz, context.currentTime + at * NOTE_S * 0.6));
}

function note(hertz, begins) {
  const tone = context.createOscillator();
  const swell = context.createGain();
  tone.frequency.value = hertz;
  swell.gain.setValueAtTime(0, begins);
  swell.gain.linearRampToValueAtTime(0.25 * volume(), begins + 0.02);
  swell.gain.exponentialRampToValueAtTime(0.001, begins + NOTE_S);
  tone.connect(swell).connect(context.destination);
  tone.start(begins);
  tone.stop(begins + NOTE_S);
}
