// A screen says how it is: how far it has come, its own clock, its sound, what is wrong with it, its size.

const EVERY_MS = 5000;
const LOOK_MS = 500; // a change is said so soon

// `ask` gives {sound, faults}. Nothing is kept for later: what counts is how it is now.
export function reportHealth(live, ask) {
  let told = "";
  let at = -Infinity;
  live.hear("connect", () => { told = ""; }); // a new connection is a stranger to the server
  setInterval(() => {
    const now = ask();
    const mine = JSON.stringify(now);
    if (mine === told && performance.now() - at < EVERY_MS) return;
    const health = { ...now, seq: live.held, clock: Date.now(), width: innerWidth, height: innerHeight };
    if (!live.tell("health", health)) return;
    told = mine;
    at = performance.now();
  }, LOOK_MS);
}
