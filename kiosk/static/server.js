/** Questions to the branch server, and the two ways in which they fail. */

import { spoken } from "./words.js";

/** No answer, or a server that asks to try again. The same question may be sent again. */
export class Unreachable extends Error {
  constructor(detail = "") {
    super(detail);
    this.detail = detail;
  }
}

/** The branch said no; `detail` is its sentence, in the customer's language. */
export class Refused extends Error {
  constructor(status, { title = "", detail = "" } = {}, language = "") {
    super(title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.language = language;
  }
}

const PATIENCE_MS = 6000;

/** The answer as JSON. `key` makes it a POST of `body`. */
export async function ask(path, { key, body } = {}) {
  const headers = { "Accept-Language": spoken(), Accept: "application/json" };
  if (!key) return fetched(path, { headers }, (answer) => answer.json());
  headers["Content-Type"] = "application/json";
  headers["Idempotency-Key"] = key;
  return fetched(path, { method: "POST", body: JSON.stringify(body), headers }, (answer) => answer.json());
}

/** The text spoken, as a clip. */
export async function sound(language, text) {
  const headers = { "Content-Type": "application/json", Accept: "audio/wav" };
  const body = JSON.stringify({ language, text });
  return fetched("speech", { method: "POST", body, headers }, (answer) => answer.blob());
}

async function fetched(path, question, read) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(path, { ...question, signal: giveUp.signal, credentials: "same-origin", cache: "no-store" });
    if (answer.ok) return await read(answer);
    throw await refusal(answer);
  } catch (problem) {
    throw problem instanceof Refused ? problem : new Unreachable(problem.detail);
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  if (answer.status >= 500 || answer.status === 429) return new Unreachable(problem.detail);
  return new Refused(answer.status, problem, answer.headers.get("Content-Language") ?? "");
}
