// <ticket-list data-rows data-query data-list data-order>: rows that follow the live stream. The server says which of
// the tickets in the news are in this list now and where; the rest of the list stays as it is, with focus and scroll.
const TOGETHER = 250;
// Milliseconds until what failed is asked for again: more and more. What takes longer than PATIENCE has failed.
const AGAIN = 1000;
const LONGEST = 30_000;
const PATIENCE = 20_000;

class TicketList extends HTMLElement {
  #ids = new Set();
  #all = false;
  #timer = 0;
  #isAsking = false;
  #failures = 0;

  connectedCallback() {
    document.body.addEventListener("live:ticket", this);
    document.body.addEventListener("live:catch-up", this);
    document.body.addEventListener("ticket:seen", this);
    this.addEventListener("htmx:afterSettle", this);
  }

  disconnectedCallback() {
    document.body.removeEventListener("live:ticket", this);
    document.body.removeEventListener("live:catch-up", this);
    document.body.removeEventListener("ticket:seen", this);
    clearTimeout(this.#timer);
  }

  handleEvent({ type, detail }) {
    if (type === "htmx:afterSettle") return this.#changed();
    // Rows on their way were drawn before somebody here saw the ticket.
    if (type === "ticket:seen" && !this.#isAsking) return undefined;
    if (type === "live:catch-up") this.#all = true;
    else this.#ids.add(detail.ticket);
    return this.#soon();
  }

  get #rows() {
    return this.querySelector("#rows");
  }

  #soon(wait = TOGETHER) {
    if (!this.#isAsking) this.#timer ||= setTimeout(() => this.#ask(), wait);
  }

  // One after the other: an answer that was overtaken would show an older state. What was not heard is asked again.
  async #ask() {
    const [ids, all] = [[...this.#ids], this.#all];
    this.#ids.clear();
    this.#all = false;
    this.#timer = 0;
    this.#isAsking = true;
    const { rows, query, list } = this.dataset;
    const page = await (all ? this.#page(list, "desk") : this.#page(`${rows}?${query}&ids=${ids}`, "rows"));
    this.#isAsking = false;
    if (!this.isConnected) return;
    this.#failures = page === undefined ? this.#failures + 1 : 0;
    if (page === undefined) {
      for (const id of ids) this.#ids.add(id);
      this.#all ||= all;
    } else if (page) {
      if (all) this.#renew(page);
      else for (const id of ids) this.#place(this.querySelector(`#row-${id}`), page.getElementById(`row-${id}`));
      this.#views(page.getElementById("views"));
      this.#changed();
    }
    if (this.#all || this.#ids.size) this.#soon(this.#failures ? Math.min(LONGEST, AGAIN * 2 ** this.#failures) : TOGETHER);
  }

  // null: not for these eyes, or no longer signed in; undefined: no answer.
  async #page(address, pane) {
    try {
      const response = await fetch(address, { headers: { "X-Pane": pane }, signal: AbortSignal.timeout(PATIENCE) });
      if (response.status >= 500) return undefined;
      const told = await response.text();
      return response.ok && !response.redirected ? new DOMParser().parseFromString(told, "text/html") : null;
    } catch {
      return undefined;
    }
  }

  // Too much was missed: the first page anew.
  #renew(page) {
    const focused = document.activeElement?.closest("#rows > li")?.id;
    this.#rows.replaceChildren(...page.getElementById("rows").children);
    if (focused) document.querySelector(`#${focused} .row`)?.focus({ preventScroll: true });
    htmx.process(this);
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
