// The client's half of docs/sockets.md: one picture of the branch, kept true or called doubtful.
//
// `held` is the number of the last journal entry in the picture. The next event is applied, an older one dropped; one that
// is further ahead, or a beat that is, means that something was missed: ask for what came after `held`. Another epoch means
// that the server was restarted: ask as well. The picture is sure while the connection stands and has confirmed it, the
// last message is younger than three seconds, and no gap has stayed open.

import { io } from "/static/vendor/socket.io.esm.min.js";

const SILENCE_MS = 3000;     // no message for so long: not sure
const GAP_MS = 1500;         // a gap is given so long to close before the picture counts as doubtful
const ASK_AGAIN_MS = 1000;
const GIVE_UP_MS = 5000;     // a connection silent for so long is dead, whatever TCP believes: make a new one
const REFUSED_MS = 5000;     // a refused client asks again: someone may have paired it

export class Live {
  #socket;
  #on;
  #held = null;
  #epoch = null;
  #ahead = -1;               // the highest number heard of
  #pictured = false;         // this connection has confirmed the picture
  #gapSince = null;
  #askedAt = -Infinity;
  #heard = null;
  #sure = null;

  // on: {snapshot(picture), event(event), beat(beat), sure(boolean), refused(name)}, each optional
  constructor(namespace, auth, on) {
    this.#on = on;
    this.#socket = io(namespace, {
      auth,
      transports: ["websocket"],
      reconnectionDelay: 200,
      reconnectionDelayMax: 1000,
      timeout: 3000,
    });
    this.#socket.on("snapshot", (picture) => this.#take(picture));
    this.#socket.on("event", (event) => this.#follow(event));
    this.#socket.on("beat", (beat) => this.#compare(beat));
    this.#socket.on("disconnect", () => this.#lost());
    this.#socket.on("connect_error", (error) => this.#failed(error));
    setInterval(() => this.#judge(), 250);
    document.addEventListener("visibilitychange", () => this.#judge());
    queueMicrotask(() => this.#judge());   // after the page's module has run to its end
  }

  get held() { return this.#held; }

  #take(picture) {
    this.#listen();
    this.#held = picture.seq;
    this.#epoch = picture.epoch;
    this.#ahead = picture.seq;
    this.#gapSince = null;
    this.#pictured = true;
    this.#on.snapshot?.(picture);
    this.#judge();
  }

  #follow(event) {
    this.#listen();
    if (this.#held === null || event.seq <= this.#held) return;
    if (event.seq > this.#held + 1) return this.#missed(event.seq);
    this.#held = event.seq;
    if (this.#held >= this.#ahead) this.#gapSince = null;
    this.#on.event?.(event);
    this.#judge();
  }

  #compare(beat) {
    this.#listen();
    if (this.#held === null) return this.#missed(beat.seq);
    if (beat.epoch !== this.#epoch) {
      this.#epoch = beat.epoch;
      this.#askedAt = -Infinity;
      // A journal that is shorter than what is held is another journal: only a snapshot can put that right.
      this.#missed(beat.seq < this.#held ? Infinity : beat.seq);
    } else if (beat.seq > this.#held || this.#ahead === Infinity) {
      this.#missed(Math.max(beat.seq, this.#ahead));
    } else if (this.#held >= this.#ahead) {
      this.#gapSince = null;
      this.#pictured = true; // the same server stands where the picture stands
    }
    this.#on.beat?.(beat);
    this.#judge();
  }

  #missed(seq) {
    const now = performance.now();
    this.#ahead = Math.max(this.#ahead, seq);
    this.#gapSince ??= now;
    if (now - this.#askedAt >= ASK_AGAIN_MS && this.#socket.connected) {
      this.#askedAt = now;
      this.#socket.emit("resync", { after: this.#held ?? -1 });
    }
    this.#judge();
  }

  #lost() {
    this.#pictured = false;
    this.#judge();
    if (!this.#socket.active) setTimeout(() => this.#socket.connect(), 1000);
  }

  #failed(error) {
    this.#judge();
    if (this.#socket.active) return;
    this.#on.refused?.(error.message);
    setTimeout(() => this.#socket.connect(), REFUSED_MS);
  }

  #listen() {
    this.#heard = { ticks: performance.now(), clock: Date.now() };
  }

  // A machine that slept stops one of the two clocks, a person may set the other back: the larger time counts.
  #silence() {
    if (!this.#heard) return Infinity;
    return Math.max(performance.now() - this.#heard.ticks, Date.now() - this.#heard.clock);
  }

  #judge() {
    const silence = this.#silence();
    const open = this.#gapSince !== null && performance.now() - this.#gapSince > GAP_MS;
    const sure = this.#socket.connected && this.#pictured && silence < SILENCE_MS && !open;
    if (sure !== this.#sure) {
      this.#sure = sure;
      this.#on.sure?.(sure);
    }
    if (this.#heard && this.#socket.connected && silence > GIVE_UP_MS) {
      this.#listen();
      this.#pictured = false;
      this.#socket.io.engine.close();
    }
  }
}
