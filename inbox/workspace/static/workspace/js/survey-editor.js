// <survey-editor>: shows the preview anew while somebody types, and adds, drops and moves questions in their place.
// Without it the same buttons do the same with a whole page.
class SurveyEditor extends HTMLElement {
  #waiting = 0;

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

  #show() {
    this.#form.requestSubmit(this.querySelector("[data-look]"));
  }

  async #sent(event) {
    const deed = event.submitter?.name === "do" ? event.submitter.value : "";
    if (!deed || deed === "publish") return;
    event.preventDefault();
    if (event.submitter.getAttribute("aria-disabled") === "true") return;
    const answer = await fetch(location.href, { method: "POST", body: new FormData(this.#form, event.submitter) });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("follow-ups");
    if (!fresh) return;
    document.getElementById("follow-ups").replaceWith(fresh);
    fresh.querySelector("[autofocus]")?.focus();
    this.#soon(0);
  }
}
customElements.define("survey-editor", SurveyEditor);
