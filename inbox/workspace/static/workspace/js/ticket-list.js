// <ticket-list data-rows data-query data-list data-order>: rows that follow the live stream. The server says which of
// the tickets in the news are in this list now and where; the rest of the list stays as it is, with focus and scroll.
const TOGETHER = 250;

class TicketList extends HTMLElement {
  #ids = new Set();
  #timer = 0;

  connectedCallback() {
    document.body.addEventListener("live:ticket", this);
    document.body.addEventListener("live:catch-up", this);
    this.addEventListener("htmx:afterSettle", this);
  }

  disconnectedCallback() {
    document.body.removeEventListener("live:ticket", this);
    document.body.removeEventListener("live:catch-up", this);
    clearTimeout(this.#timer);
  }

  handleEvent({ type, detail }) {
    if (type === "htmx:afterSettle") return this.#changed();
    if (type === "live:catch-up") return this.#renew();
    this.#ids.add(detail.ticket);
    this.#timer ||= setTimeout(() => this.#ask(), TOGETHER);
    return undefined;
  }

  get #rows() {
    return this.querySelector("#rows");
  }

  async #ask() {
    const ids = [...this.#ids];
    this.#ids.clear();
    this.#timer = 0;
    const response = await fetch(`${this.dataset.rows}?${this.dataset.query}&ids=${ids}`, { headers: { "X-Pane": "rows" } });
    if (!response.ok || response.redirected || !this.isConnected) return;
    const news = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of ids) this.#place(this.querySelector(`#row-${id}`), news.getElementById(`row-${id}`));
    this.#views(news.getElementById("views"));
    this.#changed();
  }

  // Too much was missed: the first page anew.
  async #renew() {
    const response = await fetch(this.dataset.list, { headers: { "X-Pane": "desk" } });
    if (!response.ok || response.redirected || !this.isConnected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const focused = document.activeElement?.closest("#rows > li")?.id;
    this.#rows.replaceChildren(...page.getElementById("rows").children);
    if (focused) document.querySelector(`#${focused} .row`)?.focus({ preventScroll: true });
    htmx.process(this);
    this.#views(page.getElementById("views"));
    this.#changed();
  }

  #place(old, row) {
    const focused = old?.contains(document.activeElement);
    const current = old?.querySelector(".row[aria-current]") != null;
    if (!row) {
      // Focus goes to the neighbour, not to nowhere.
      const neighbour = old?.nextElementSibling ?? old?.previousElementSibling;
      old?.remove();
      if (focused) neighbour?.querySelector("a")?.focus({ preventScroll: true });
      return;
    }
    if (!old || old.dataset.key !== row.dataset.key) row.classList.add("fresh");
    const up = this.dataset.order === "up";
    const others = [...this.#rows.querySelectorAll(":scope > li[data-key]")].filter((other) => other !== old);
    const after = others.find((other) => (up ? other.dataset.key > row.dataset.key : other.dataset.key < row.dataset.key));
    const more = this.#rows.querySelector(".rows-more");
    old?.remove();
    // Behind the last loaded row it comes with the next page.
    if (!after && more) return;
    this.#rows.insertBefore(row, after ?? null);
    if (current) row.querySelector(".row").setAttribute("aria-current", "true");
    if (focused) row.querySelector(".row").focus({ preventScroll: true });
  }

  #views(fresh) {
    const old = document.getElementById("views");
    if (!fresh || !old) return;
    const href = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    fresh.scrollTop = old.scrollTop;
    old.replaceWith(fresh);
    if (href) fresh.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  }

  #changed() {
    this.querySelector("#rows-empty").hidden = this.querySelector(".row") !== null;
    this.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  }
}
customElements.define("ticket-list", TicketList);
