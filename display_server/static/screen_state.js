// What a screen holds of the branch, and what of it belongs on this one. Pure: no document, no clock of the machine.

const FRESH_MS = 10_000;         // a call is emphasised so long, in the branch's own time
const QUIET_MS = 15 * 60_000;    // after the last service closed, an old call stays so long
const STALE_MS = 6 * 3_600_000;  // and longer than that nowhere: overnight nothing may happen that would clear it
const KEPT = 40;                 // calls that are remembered, as in a snapshot: a zone shows few of them

export class Board {
  #screen;
  #shown;
  #held = { calls: [], services: [], notices: [], counters: [] };

  // screen {services, counters}: calls of these only; shown: the services whose queues belong on it. Empty: all of them.
  constructor(screen, shown) {
    this.#screen = screen;
    this.#shown = shown;
    this.at = null;
  }

  take(picture) {
    this.#held = { ...this.#held, ...picture.board };
    this.at = picture.at;
  }

  follow(happened) {
    this.at = happened.at;
    for (const service of this.#held.services) service.waiting = happened.waiting?.[service.code] ?? service.waiting;
    if (happened.sign) this.#post(happened.sign);
    this.#apply(happened);
  }

  beat(beat) {
    this.at = beat.at;
    for (const name of ["notices", "counters"]) this.#held[name] = beat[name] ?? this.#held[name];
    for (const news of beat.services ?? []) {
      Object.assign(this.#held.services.find((service) => service.code === news.code) ?? {}, news);
    }
  }

  #post(sign) {
    this.#held.counters = [...this.#held.counters.filter((one) => one.counter !== sign.counter), sign];
  }

  #apply({ kind, number, was, counter, language, service, calls, at }) {
    const held = this.#held;
    if (kind === "TicketCalled" || kind === "TicketRecalled") {
      const others = held.calls.filter((call) => call.number !== number);
      held.calls = [{ number, counter, language, service, calls, at }, ...others].slice(0, KEPT);
    } else if (kind === "StepUndone" && calls === 0) {
      held.calls = held.calls.filter((call) => call.number !== number);
    } else if (kind === "StepUndone") {
      for (const call of held.calls) if (call.number === number) call.calls = calls;
    } else if (kind === "TicketRenumbered") {
      for (const call of held.calls) if (call.number === was) call.number = number;
    } else if (kind === "DayOpened") {
      held.calls = [];
      held.counters = [];
    }
  }

  get services() {
    const { services } = this.#held;
    return this.#shown.length ? services.filter((service) => this.#shown.includes(service.code)) : services;
  }

  get notices() { return this.#held.notices; }

  // Whether no service of the branch is open, and whether nobody waits any more either.
  get closed() {
    const { services } = this.#held;
    return services.length > 0 && services.every((service) => service.open === false);
  }

  get over() { return this.closed && this.#held.services.every((service) => !service.waiting); }

  // The calls that belong here, the latest first.
  get calls() {
    const oldest = this.at - (this.closed ? QUIET_MS : STALE_MS);
    return this.#held.calls.filter((call) => call.at > oldest && this.#belongs(call));
  }

  #belongs({ service, counter }) {
    const { services, counters } = this.#screen;
    return (!services.length || services.includes(service)) && (!counters.length || counters.includes(counter));
  }

  // The one counter of a sign: {counter, state, call}; the call is null where nobody is called or served there.
  get sign() {
    const [counter] = this.#screen.counters;
    const { state = "closed", number = "" } = this.#held.counters.find((one) => one.counter === counter) ?? {};
    const called = this.#held.calls.find((call) => call.number === number && call.counter === counter);
    return { counter, state, call: number ? called ?? { number, counter, language: "", calls: 1, at: 0 } : null };
  }

  fresh(call) { return this.at - call.at < FRESH_MS; }
}
