// <inbox-desk>: views, list and ticket side by side. Links with data-visit="ticket" or "desk" are real addresses; here
// they fetch only their panes (header X-Pane) and put them in place. The tickets beside the open one are fetched ahead.
const FOLDED = "side-folded";
const FRESH_FOR = 20_000;
const wide = matchMedia("(min-width: 1200px)");
const phone = matchMedia("(max-width: 799.98px)");

class InboxDesk extends HTMLElement {
  #coming = null;
  #shown = "";
  #ahead = new Map();
  #heard = [];

  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("rows:changed", this);
    for (const name of ["live:ticket", "live:catch-up", "desk:visit"]) document.body.addEventListener(name, this);
    addEventListener("popstate", this);
    if (wide.matches && localStorage.getItem(FOLDED) === "yes") this.dataset.side = "folded";
    this.#shown = location.pathname + location.search;
    this.#mark();
  }

  disconnectedCallback() {
    for (const name of ["live:ticket", "live:catch-up", "desk:visit"]) document.body.removeEventListener(name, this);
    removeEventListener("popstate", this);
  }

  handleEvent(event) {
    if (event.type === "click") return this.#click(event);
    if (event.type === "popstate") return this.#returned();
    if (event.type === "desk:visit") return this.visit(event.detail.url, "ticket");
    if (event.type === "rows:changed") return this.#mark();
    // What was fetched ahead may be old news now, and so may what is on its way.
    const { type, detail } = event;
    const at = performance.now();
    this.#heard = [...this.#heard.filter((one) => at - one.at < FRESH_FOR), { type, detail, at }];
    return this.#ahead.clear();
  }

  #heardSince(began) {
    return this.#heard.filter((one) => one.at >= began);
  }

  // Back and forward; a step to another place of the same page (#message-7, #views) is the browser's own.
  #returned() {
    if (this.#shown !== location.pathname + location.search) this.visit(location.href, "desk", false);
  }

  #click(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a, button");
    if (!link) return;
    // What it leads to lies behind the dialog.
    if (link.hash && link.pathname === location.pathname) link.closest("dialog")?.close();
    if (link.dataset.visit && link.href) {
      event.preventDefault();
      link.closest("[popover]")?.hidePopover();
      this.visit(link.href, link.dataset.visit);
    } else if (link.dataset.dialog) {
      event.preventDefault();
      this.#explain(link.href, document.getElementById(link.dataset.dialog));
    } else if ("toggleSide" in link.dataset) {
      event.preventDefault();
      this.#toggleSide();
    }
  }

  async visit(url, pane, push = true) {
    this.#coming?.abort();
    const own = (this.#coming = new AbortController());
    if (pane === "ticket") this.#mark(new URL(url, location.href).pathname);
    try {
      const page = await this.#page(url, pane, own.signal);
      if (own.signal.aborted) return;
      if (push) history.pushState({}, "", page.url);
      this.#shown = location.pathname + location.search;
      const heard = this.#heardSince(page.began);
      this.#put(new DOMParser().parseFromString(page.html, "text/html"));
      for (const { type, detail } of heard) document.body.dispatchEvent(new CustomEvent(type, { detail }));
    } catch (error) {
      if (error.name === "AbortError") return;
      // An answer that is no pane is a page of its own; without any, what is here is better than the browser's regret.
      if (!error.isLost) return location.assign(url);
      this.#unreachable();
      this.#mark();
      if (!push) history.pushState({}, "", this.#shown);
    }
  }

  #unreachable() {
    const detail = { text: document.getElementById("words").dataset.failed, kind: "refused" };
    document.body.dispatchEvent(new CustomEvent("toast", { detail }));
  }

  async #page(url, pane, signal) {
    const kept = this.#ahead.get(`${pane} ${url}`);
    if (kept && performance.now() - kept.at < FRESH_FOR) return kept;
    const began = performance.now();
    const lost = (error) => Promise.reject(Object.assign(error, { isLost: error.name !== "AbortError" }));
    const response = await fetch(url, { headers: { "X-Pane": pane }, signal }).catch(lost);
    if (!response.ok || !new URL(response.url).pathname.startsWith("/inbox/")) throw new Error(String(response.status));
    return { url: response.url, html: await response.text().catch(lost), began, at: performance.now() };
  }

  #put(page) {
    const desk = page.getElementById("desk");
    const ticket = page.getElementById("main");
    if (desk) {
      if (this.dataset.side) desk.dataset.side = this.dataset.side;
      const inViews = this.querySelector("#views")?.contains(document.activeElement);
      this.replaceWith(desk);
      htmx.process(desk);
      (inViews ? desk.querySelector("#views [aria-current]") : null)?.focus();
      document.title = desk.dataset.title;
      return;
    }
    for (const part of [...this.querySelectorAll(":scope > :is(#side, dialog)")]) part.remove();
    this.querySelector(":scope > #main").replaceWith(...page.body.children);
    htmx.process(this.querySelector(":scope > #main"));
    this.dataset.pane = "ticket";
    if (this.dataset.side === "open") delete this.dataset.side;
    document.title = ticket.querySelector("ticket-page")?.dataset.title ?? document.title;
    if (phone.matches) this.querySelector("#main").focus();
    this.#mark();
    requestIdleCallback(() => this.#fetchAhead());
  }

  // The row of the open ticket, and where j and k lead from it.
  #mark(path = location.pathname) {
    const rows = [...this.querySelectorAll(".row")];
    const at = rows.findIndex((row) => new URL(row.href).pathname === path);
    for (const [index, row] of rows.entries()) {
      if (index === at) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    if (at >= 0) rows[at].scrollIntoView({ block: "nearest" });
    for (const link of this.querySelectorAll("[data-step]")) {
      const to = at < 0 ? (link.dataset.step === "1" ? rows[0] : undefined) : rows[at + Number(link.dataset.step)];
      link.hidden = false;
      if (to) link.href = to.href;
      else link.removeAttribute("href");
      link.setAttribute("aria-disabled", String(!to));
    }
  }

  #fetchAhead() {
    for (const link of this.querySelectorAll("[data-step][href]")) {
      const key = `ticket ${link.href}`;
      if (this.#ahead.has(key)) continue;
      this.#page(link.href, "ticket").then(
        (page) => this.#heardSince(page.began).length || this.#ahead.set(key, page),
        () => this.#ahead.delete(key),
      );
    }
  }

  async #explain(url, dialog) {
    const response = await fetch(url, { headers: { "X-Pane": "dialog" } }).catch(() => null);
    const told = await response?.text().catch(() => null);
    if (told == null) return this.#unreachable();
    if (!response.ok || response.redirected) return location.assign(url);
    // It was asked for twice.
    if (dialog.open) return undefined;
    dialog.innerHTML = told;
    htmx.process(dialog);
    dialog.showModal();
    return undefined;
  }

  #toggleSide() {
    const folded = wide.matches ? "folded" : "open";
    if (this.dataset.side === folded) delete this.dataset.side;
    else this.dataset.side = folded;
    if (wide.matches) localStorage.setItem(FOLDED, this.dataset.side ? "yes" : "no");
  }
}
customElements.define("inbox-desk", InboxDesk);
