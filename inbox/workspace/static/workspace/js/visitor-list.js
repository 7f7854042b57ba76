// <visitor-list data-place>: who is on the site, following the live stream. Rows that did not change stay as they are.
const TOGETHER = 1500;
const AGAIN = 30_000;

class VisitorList extends HTMLElement {
  #timer = 0;
  #turn = 0;
  #beat = 0;
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    for (const news of ["live:visitors", "live:catch-up"]) {
      document.body.addEventListener(news, () => this.#soon(), { signal });
    }
    document.addEventListener("visibilitychange", () => this.#soon(), { signal });
    // How long somebody has been on a page goes on by itself.
    this.#beat = setInterval(() => this.#soon(), AGAIN);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#timer);
    clearInterval(this.#beat);
  }

  #soon() {
    if (!document.hidden) this.#timer ||= setTimeout(() => this.#renew(), TOGETHER);
  }

  async #renew() {
    this.#timer = 0;
    const turn = ++this.#turn;
    // What does not get through is asked for again by the beat; what was overtaken shows an older state.
    const response = await fetch(this.dataset.place, { headers: { "X-Pane": "visitors" } }).catch(() => null);
    const told = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
    if (!told || turn !== this.#turn || !this.isConnected) return;
    const fresh = new DOMParser().parseFromString(told, "text/html").getElementById("visitors");
    for (const row of fresh.querySelectorAll(".visitor")) {
      const old = document.getElementById(row.id);
      if (old?.isEqualNode(row)) row.dataset.kept = "";
    }
    const focused = document.activeElement?.closest(".visitor")?.id;
    const kept = new Map([...this.querySelectorAll(".visitor")].map((row) => [row.id, row]));
    for (const row of fresh.querySelectorAll("[data-kept]")) row.replaceWith(kept.get(row.id));
    this.replaceChildren(...fresh.childNodes);
    if (focused) document.querySelector(`#${CSS.escape(focused)} .btn`)?.focus({ preventScroll: true });
  }
}
customElements.define("visitor-list", VisitorList);
