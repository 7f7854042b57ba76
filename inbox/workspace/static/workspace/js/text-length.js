// <text-length data-url>: how long the reply in the form around it is for its network, and the messages it leaves as.
// The server counts, as it will when it sends; here it is only asked, a little after the last key.
const PAUSE = 350;

class TextLength extends HTMLElement {
  #timer = 0;
  #asked = "";
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    const form = this.closest("form");
    form.addEventListener("input", (event) => event.target.matches("[name=message_text]") && this.#soon(), { signal });
    form.addEventListener("change", (event) => event.target.matches("[name=way], [name=private]") && this.#soon(), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const fields = this.closest("form").elements;
    const body = new URLSearchParams({ message_text: fields.message_text.value, way: fields.way?.value ?? "" });
    if (fields.private?.checked) body.set("private", "1");
    const asked = body.toString();
    if (asked === this.#asked) return;
    this.#asked = asked;
    const headers = { "X-Pane": "length", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const response = await fetch(this.dataset.url, { method: "POST", body, headers }).catch(() => null);
    // A count that came late, or not at all, is worse than none.
    if (asked !== this.#asked || !this.isConnected) return;
    const open = this.querySelector("details[open]") !== null;
    const told = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (asked !== this.#asked) return;
    if (!told) this.#asked = "";
    this.innerHTML = told;
    if (open) this.querySelector("details")?.setAttribute("open", "");
  }
}
customElements.define("text-length", TextLength);
