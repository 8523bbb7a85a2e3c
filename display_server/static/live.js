// The client's half of docs/sockets.md: one picture of the branch, kept true or called doubtful.
//
// `held` is the number of the last journal entry in the picture. The next event is applied, an older one dropped; one that
// is further ahead, or a beat that is, means that something was missed: ask for what came after `held`. Another epoch means
// that the server was restarted: ask as well. A new connection begins with a snapshot, and what came before that is in it.
// The picture is sure while the connection stands and has confirmed it, the last message is fresh, and no gap has stayed
// open. Beats come twice a second, so that less than two seconds pass from losing the server to saying so.

import { Age } from "/static/live_age.js";
import { io } from "/static/vendor/socket.io.esm.min.js";

const STALE_MS = 1700;       // what is known is no older than that, or it is not sure
const FRESH_MS = 700;        // ... and so fresh before it is sure again
const GAP_MS = 1000;         // a gap is given so long to close before the picture counts as doubtful
const ASK_AGAIN_MS = 500;
const GIVE_UP_MS = 3000;     // a connection silent for so long is dead, whatever TCP believes: make a new one
const JUDGE_MS = 150;
const REFUSED_MS = 5000;     // a refused client asks again: someone may have paired it
const ATTEMPT_MS = 3000;     // an attempt to connect may take so long

// Who has lost the server looks for it by plain requests, and connects when one is answered: after some WebSockets that
// failed a browser holds back the next, Chromium for up to 5 seconds, Firefox for up to 60.
const LOOK_MS = 600;
const LOOK_FOR_MS = 2400;    // a request is given so long: a phone may be far from its mast
const SPREAD = 0.5;          // not all clients of a server ask at the same moments

export class Live {
  #socket;
  #on;
  #held = null;
  #epoch = null;
  #ahead = -1;               // the highest number heard of
  #pictured = false;         // this connection has brought its picture
  #gapSince = null;
  #askedAt = -Infinity;
  #age = new Age();
  #open = false;
  #sure = null;
  #looking = null;

  // on: {snapshot(picture), event(event), beat(beat), sure(boolean), refused(name)}, each optional
  constructor(namespace, auth, on) {
    this.#on = on;
    this.#socket = io(namespace, {
      auth,
      transports: ["websocket"],
      reconnection: false,   // #look does that
      timeout: ATTEMPT_MS,
    });
    this.#socket.on("snapshot", (picture) => this.#take(picture));
    this.#socket.on("event", (event) => this.#follow(event));
    this.#socket.on("beat", (beat) => this.#compare(beat));
    this.#socket.on("disconnect", () => this.#lost());
    this.#socket.on("connect_error", (error) => this.#failed(error));
    this.#socket.io.on("open", () => this.#opened());
    this.#socket.io.on("close", () => { this.#open = false; });
    setInterval(() => this.#judge(), JUDGE_MS);
    for (const back of ["visibilitychange", "online"]) addEventListener(back, () => this.#hurry());
    queueMicrotask(() => this.#judge());   // after the page's module has run to its end
  }

  get held() { return this.#held; }

  // Say something to the server; it is not kept for later where there is no connection. Whether there was one.
  tell(name, message) {
    const { connected } = this.#socket;
    if (connected) this.#socket.emit(name, message);
    return connected;
  }

  // Hear a message of another name.
  hear(name, listener) {
    this.#socket.on(name, listener);
  }

  #take(picture) {
    this.#age.heard(picture.at);
    this.#held = picture.seq;
    this.#epoch = picture.epoch;
    this.#ahead = picture.seq;
    this.#gapSince = null;
    this.#pictured = true;
    this.#on.snapshot?.(picture);
    this.#judge();
  }

  #follow(event) {
    if (!this.#pictured || event.seq <= this.#held) return;
    this.#age.heard(event.at);
    if (event.seq > this.#held + 1) return this.#missed(event.seq);
    this.#held = event.seq;
    if (this.#held >= this.#ahead) this.#gapSince = null;
    this.#on.event?.(event);
    this.#judge();
  }

  // On /ticket a beat has no number: the picture is the customer's own, and each change of it comes as a whole.
  #compare(beat) {
    if (!this.#pictured) return this.#missed(beat.seq ?? 0);
    this.#age.heard(beat.at);
    if (beat.epoch !== this.#epoch) {
      this.#epoch = beat.epoch;
      this.#askedAt = -Infinity;
      // A journal that is shorter than what is held is another journal: only a snapshot can put that right.
      this.#missed(beat.seq >= this.#held ? beat.seq : Infinity);
    } else if (beat.seq > this.#held || this.#ahead === Infinity) {
      this.#missed(Math.max(beat.seq, this.#ahead));
    } else if (this.#held >= this.#ahead) {
      this.#gapSince = null;
    }
    this.#on.beat?.(beat);
    this.#judge();
  }

  #missed(seq) {
    const now = performance.now();
    this.#ahead = Math.max(this.#ahead, seq);
    this.#gapSince ??= now;
    const after = this.#pictured ? this.#held : -1;
    if (now - this.#askedAt >= ASK_AGAIN_MS && this.tell("resync", { after })) this.#askedAt = now;
    this.#judge();
  }

  // -- the connection

  #opened() {
    this.#open = true;
    this.#age.begin();
  }

  #lost() {
    this.#pictured = false;
    this.#judge();
    this.#look();
  }

  #failed(error) {
    this.#judge();
    if (this.#socket.active) return this.#look();
    this.#on.refused?.(error.message);
    setTimeout(() => this.#socket.connect(), REFUSED_MS);
  }

  // Look for the server until it answers. Not at once: where each connection ends as soon as it stands, nobody hammers.
  #look() {
    this.#looking ??= setInterval(() => this.#ask(), LOOK_MS * (1 + SPREAD * (Math.random() - 0.5)));
  }

  async #ask() {
    const answer = await fetch(import.meta.url, {
      method: "HEAD",
      cache: "no-store",
      credentials: "omit",     // by connections of their own: those that the page was loaded by may be dead and not know it
      signal: AbortSignal.timeout(LOOK_FOR_MS),
    }).catch(() => null);
    if (!answer?.ok || this.#looking === null) return;
    clearInterval(this.#looking);
    this.#looking = null;
    this.#socket.connect();
  }

  // The page is looked at again, or the network is back: what was put off while nobody looked is done now.
  #hurry() {
    this.#judge();
    if (this.#looking !== null) this.#ask();
  }

  #judge() {
    const age = this.#age.ms;
    const open = this.#gapSince !== null && performance.now() - this.#gapSince > GAP_MS;
    const sure = this.#socket.connected && this.#pictured && age < (this.#sure ? STALE_MS : FRESH_MS) && !open;
    if (sure !== this.#sure) {
      this.#sure = sure;
      this.#on.sure?.(sure);
    }
    if (this.#open && age > GIVE_UP_MS) {
      this.#open = false;
      this.#socket.io.engine.close();
      this.#lost();
    }
  }
}
