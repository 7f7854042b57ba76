// <check-log>: the connection test, each step as a line as soon as it was tried. Without this the form answers with a
// page once all of them are done. With data-auto it begins by itself.
class CheckLog extends HTMLElement {
  #running = null;

  connectedCallback() {
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try(event.target);
    });
    if ("auto" in this.dataset) this.#try(this.querySelector("form"));
  }

  disconnectedCallback() {
    this.#running?.abort();
  }

  async #try(form) {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const log = this.querySelector(".log");
    const waiting = document.createElement("li");
    waiting.className = "log-line waiting";
    waiting.append(Object.assign(document.createElement("span"), { textContent: this.dataset.trying }));
    log.replaceChildren(waiting);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Live-Log": "1" },
        signal: running.signal,
      });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      for await (const line of lines(answer.body)) waiting.before(parsed(line));
      waiting.remove();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      waiting.className = "log-line over";
      waiting.replaceChildren(Object.assign(document.createElement("b"), { textContent: this.dataset.lost }));
    }
  }
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts.filter(Boolean);
  }
}

function parsed(line) {
  const template = document.createElement("template");
  template.innerHTML = line;
  return template.content;
}
customElements.define("check-log", CheckLog);
