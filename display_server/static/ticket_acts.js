// What is asked from the page, sent without leaving it: the answer comes by the live connection. A form that the script
// cannot send is an ordinary form.

const PATIENCE_MS = 10_000;

export class Acts {
  #failure;
  #note = document.getElementById("failed");

  // failure(): what to say when the server cannot be reached.
  constructor(failure) {
    this.#failure = failure;
    for (const form of document.querySelectorAll("form[data-ask]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#send(form);
      });
    }
  }

  // What is not offered any more does not wait open for the next time.
  close(...asked) {
    for (const one of asked) if (one.hidden) one.open = false;
  }

  async #send(form) {
    const button = form.querySelector("button");
    button.disabled = true;
    this.#note.hidden = true;
    try {
      const answer = await fetch(form.action, { method: "POST", signal: AbortSignal.timeout(PATIENCE_MS) });
      // It came too late, or the page is over: the page as the server has it says so.
      if (!answer.ok || new URL(answer.url).searchParams.has("told")) {
        location.replace(answer.ok ? answer.url : location.href);
        return;
      }
      if (form.parentElement.matches("details")) form.parentElement.open = false;
      document.getElementById("ticket").focus();
    } catch {
      this.#note.textContent = this.#failure();
      this.#note.hidden = false;
    } finally {
      button.disabled = false;
    }
  }
}
