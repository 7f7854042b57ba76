// <survey-editor>: shows the preview anew while somebody types, and adds, drops and moves questions in their place.
// Without it the same buttons do the same with a whole page.
class SurveyEditor extends HTMLElement {
  #waiting = 0;
  #isShowing = false;
  #isOutdated = false;
  #isSending = false;

  connectedCallback() {
    this.#show();
    this.addEventListener("input", (event) => this.#soon(event.target.matches("textarea, input:not([type=radio], [type=checkbox])") ? 500 : 0));
    this.addEventListener("submit", (event) => this.#sent(event));
    for (const button of this.querySelectorAll("[data-show]")) button.hidden = true;
  }

  disconnectedCallback() {
    clearTimeout(this.#waiting);
  }

  get #form() {
    return this.querySelector("form");
  }

  #soon(wait) {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#show(), wait);
  }

  // One after the other: of two under way at once the server could keep the older one last.
  async #show() {
    this.#isOutdated = true;
    if (this.#isShowing) return;
    this.#isShowing = true;
    while (this.#isOutdated) {
      this.#isOutdated = false;
      await this.#draw();
    }
    this.#isShowing = false;
  }

  // A form sent into the frame would be a step of the browser's history each time somebody types: what is typed is kept
  // on the server, and the frame drawn anew in its place.
  async #draw() {
    const look = this.querySelector("[data-look]");
    const typed = new FormData(this.#form);
    typed.append("keep", "1");
    const answer = await fetch(look.formAction, { method: "POST", body: typed }).catch(() => null);
    if (answer?.status !== 204 || this.#isOutdated) return;
    this.querySelector("iframe").contentWindow.location.replace(`${look.formAction}?draft=${Date.now()}`);
  }

  async #sent(event) {
    const deed = event.submitter?.name === "do" ? event.submitter.value : "";
    if (deed === "publish") return;
    event.preventDefault();
    if (!deed) return this.#show();
    if (event.submitter.getAttribute("aria-disabled") === "true") return;
    if (this.#isSending) return;
    this.#isSending = true;
    const page = await this.#answer(event.submitter);
    this.#isSending = false;
    const fresh = page?.getElementById("follow-ups");
    if (!fresh) {
      const detail = { text: document.getElementById("words").dataset.failed, kind: "refused" };
      document.body.dispatchEvent(new CustomEvent("toast", { detail }));
      return;
    }
    document.getElementById("follow-ups").replaceWith(fresh);
    document.getElementById("languages").replaceWith(page.getElementById("languages"));
    fresh.querySelector("[autofocus]")?.focus();
    this.#soon(0);
  }

  // The form with the deed done, as it stands when the answer is there: nothing is kept by it, so it can be asked again.
  async #answer(submitter) {
    const typed = () => new URLSearchParams(new FormData(this.#form, submitter)).toString();
    for (;;) {
      const [before, body] = [typed(), new FormData(this.#form, submitter)];
      const answer = await fetch(location.href, { method: "POST", body }).catch(() => null);
      const told = answer?.ok && !answer.redirected ? await answer.text().catch(() => "") : "";
      if (!told) return null;
      if (before === typed()) return new DOMParser().parseFromString(told, "text/html");
    }
  }
}
customElements.define("survey-editor", SurveyEditor);
