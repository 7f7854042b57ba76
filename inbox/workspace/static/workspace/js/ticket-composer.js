// <ticket-composer data-draft data-ticket>: the form for replies and notes. It works as a plain form; here drafts are
// saved to the server, sending keeps the page, and a refusal leaves what was written and the chosen files in place.
const PAUSE = 1200;
const QUOTES = "quotes-history";
const headers = () => ({ "X-Pane": "composer", ...JSON.parse(document.body.getAttribute("hx-headers")) });

class TicketComposer extends HTMLElement {
  #timer = 0;
  #kept = {};
  #sending = false;
  #saving = Promise.resolve();
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    for (const area of this.#areas) this.#kept[area.name] = area.value;
    this.addEventListener("input", (event) => event.target.matches("textarea") && this.#later());
    this.addEventListener("focusout", (event) => event.target.matches("textarea") && this.save());
    this.addEventListener("change", (event) => this.#change(event));
    this.addEventListener("address-chips:changed", () => this.#addressed());
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("reply-window:closed", () => this.#renewNetwork());
    document.body.addEventListener("reply:withdrawn", (event) => this.#back(event.detail), { signal });
    addEventListener("pagehide", () => this.save(), { signal });
    const quotes = this.#form.elements.quotes;
    if (quotes && localStorage.getItem(QUOTES)) quotes.checked = localStorage.getItem(QUOTES) === "yes";
    this.#copies?.classList.contains("is-open") && this.#openCopies(false);
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.save();
  }

  get #form() {
    return this.querySelector("form");
  }

  get #areas() {
    return [...this.querySelectorAll("textarea")];
  }

  get #area() {
    const mode = this.querySelector("[name=mode]:checked")?.value ?? "note";
    return this.querySelector(`[name=${mode}_text]`);
  }

  get #copies() {
    return this.querySelector(".copies");
  }

  #openCopies(focus) {
    this.#copies.classList.add("is-open");
    this.querySelector("[data-copies]").setAttribute("aria-expanded", "true");
    if (focus) this.#copies.querySelector("address-chips").field.focus();
  }

  #change(event) {
    if (event.target.matches("[name=mode]")) this.#area.focus();
    // How one likes it is remembered here, for all tickets.
    if (event.target.matches("[name=quotes]")) localStorage.setItem(QUOTES, event.target.checked ? "yes" : "no");
    if (event.target.matches("[name=to]")) this.#addressed();
  }

  // Whom it is for is part of the draft.
  #addressed() {
    this.#kept.message_text = null;
    this.#later();
  }

  // Something newer is on the page: while nothing is written yet it counts as seen, else the server asks first. In a
  // chat one writes while the other does: what stands above the words being written has been seen.
  arrived(latest) {
    const isSeen = "chat" in this.dataset && !document.hidden;
    if (isSeen || !this.#areas.some((area) => area.value.trim())) this.#form.elements.seen_message_id.value = latest;
    this.#renewNetwork();
  }

  // What the network allows changes when the customer writes, and with time. What was chosen stays, if it still can be;
  // a template that is being filled in is left alone, and judged when it is sent.
  async #renewNetwork() {
    const old = this.querySelector("#composer-network");
    const chosen = this.#form.elements.way?.value;
    if (!old || chosen === "template") return;
    const response = await fetch(this.dataset.fresh, { headers: headers() }).catch(() => null);
    if (!response?.ok || response.redirected || !this.isConnected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("composer-network");
    if (!fresh) return;
    const kept = chosen === old.dataset.chosen ? null : fresh.querySelector(`[name=way][value="${CSS.escape(chosen ?? "")}"]`);
    if (kept) kept.checked = true;
    const isPrivate = this.#form.elements.private?.checked;
    old.replaceWith(fresh);
    if (isPrivate && this.#form.elements.private) this.#form.elements.private.checked = true;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), PAUSE);
  }

  save() {
    clearTimeout(this.#timer);
    if (this.#sending) return;
    for (const area of this.#areas) {
      if (area.value === this.#kept[area.name]) continue;
      this.#kept[area.name] = area.value;
      const before = this.#saving;
      this.#saving = before.then(() => this.#store(area.name.replace("_text", ""), area.value, area.name));
    }
  }

  async #store(mode, text, name, addressed = true) {
    const fields = this.#form.elements;
    const people = addressed && mode === "message" ? ["to", "cc", "bcc"].filter((role) => fields[role]) : [];
    const had = this.querySelector("[data-saved]");
    try {
      // The page may be going away: the browser finishes the request all the same.
      const response = await fetch(this.dataset.draft, {
        method: "POST",
        body: new URLSearchParams({
          mode,
          text,
          client_ref: fields.client_ref.value,
          ...Object.fromEntries(people.map((role) => [role, fields[role].value])),
        }),
        headers: headers(),
        keepalive: text.length < 15_000,
      });
      if (!response.ok) throw new Error(String(response.status));
      had.textContent = (await response.json()).saved;
      had.classList.remove("over");
    } catch {
      this.#kept[name] = null;
      had.textContent = this.dataset.unsaved;
      had.classList.add("over");
      this.#later();
    }
  }

  #click(event) {
    // A key or a click on the mode that is chosen already means: let me write.
    if (event.target.matches("[name=mode]")) this.#area.focus();
    if (event.target.closest("[data-copies]")) this.#openCopies(true);
    const review = event.target.closest("[data-review]");
    if (!review) return;
    event.preventDefault();
    this.#form.elements.seen_message_id.value = review.dataset.review;
    document.querySelector(review.getAttribute("href"))?.scrollIntoView({ block: "center", behavior: "smooth" });
    review.closest("[data-problem]").replaceChildren();
    this.#area.focus({ preventScroll: true });
  }

  #key(event) {
    if (event.key === "Escape" && event.target.matches("textarea")) {
      event.stopPropagation();
      event.target.blur();
    } else if (event.key === "Enter" && event.target.matches("[name=mode]")) {
      event.preventDefault();
      this.#area.focus();
    }
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    this.setAttribute("aria-busy", "true");
    const body = new FormData(this.#form, event.submitter);
    this.querySelector("[data-problem]").replaceChildren();
    try {
      // A draft on its way must not arrive after the message that it became.
      await this.#saving;
      const response = await fetch(this.#form.action, { method: "POST", body, headers: headers() });
      await this.#answered(response, event.submitter);
    } catch {
      this.#say("toast", { text: document.getElementById("words").dataset.failed, kind: "refused" });
    } finally {
      this.#sending = false;
      this.removeAttribute("aria-busy");
    }
  }

  async #answered(response, submitter) {
    if (response.status === 409 || response.status === 422) {
      const place = this.querySelector("[data-problem]");
      place.innerHTML = await response.text();
      this.#later();
      // "Send anyway" does what was wanted before: send, or send and resolve.
      for (const again of place.querySelectorAll("[name=anyway]")) this.#then(again, submitter);
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("composer");
    for (const area of this.#areas) this.#kept[area.name] = area.value;
    const next = response.headers.get("X-Next");
    const goesOn = "chat" in this.dataset && this.contains(document.activeElement);
    this.replaceWith(fresh);
    if (goesOn) fresh.querySelector("[name=message_text]").focus();
    this.#say("live:ticket", { ticket: Number(fresh.dataset.ticket) });
    if (next) this.#say("desk:visit", { url: new URL(next, location.href).href });
  }

  #then(again, submitter) {
    const then = document.createElement("input");
    Object.assign(then, { type: "hidden", name: "then", value: submitter?.name === "then" ? submitter.value : "" });
    again.after(then);
  }

  // A reply taken back: its words go above what has been begun meanwhile; its people and files come from the server.
  async #back({ ticket, text }) {
    if (String(ticket) !== this.dataset.ticket) return;
    clearTimeout(this.#timer);
    const area = this.querySelector("[name=message_text]");
    const whole = area.value.trim() ? `${text}\n\n${area.value}` : text;
    this.#kept.message_text = whole;
    area.value = whole;
    this.#saving = this.#saving.then(() => this.#store("message", whole, "message_text", false));
    await this.#saving;
    const response = await fetch(this.dataset.fresh, { headers: headers() });
    if (!response.ok || response.redirected || !this.isConnected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("composer");
    this.replaceWith(fresh);
    const reply = fresh.querySelector("[name=mode][value=message]");
    if (reply) reply.checked = true;
    fresh.querySelector("[name=message_text]").focus();
  }

  #say(name, detail) {
    document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
customElements.define("ticket-composer", TicketComposer);
