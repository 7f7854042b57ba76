// <send-countdown data-until>: how long a reply can still be taken back, by the server's clock. Then the button goes.
class SendCountdown extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), 500);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const offset = Number(document.documentElement.dataset.clockOffset ?? 0);
    const left = Math.ceil((Date.parse(this.dataset.until) - Date.now() - offset) / 1000);
    const undo = this.parentElement.querySelector("form");
    if (!undo) return;
    undo.hidden = left <= 0;
    const seconds = undo.querySelector("[data-seconds]");
    seconds.textContent = left > 0 ? ` (${left})` : "";
    if (left <= 0) clearInterval(this.#timer);
  }
}
customElements.define("send-countdown", SendCountdown);
