// <ticket-composer data-draft data-ticket>: the form for replies and notes. It works as a plain form; here drafts are
// saved to the server, sending keeps the page, and a refusal leaves what was written and the chosen files in place. What
// the server has not heard is kept here until it has.
const PAUSE = 1200;
const LONGEST = 15_000;
// A request that takes longer is lost with its connection.
const PATIENCE = 20_000;
const QUOTES = "quotes-history";
const headers = () => ({ "X-Pane": "composer", ...JSON.parse(document.body.getAttribute("hx-headers")) });
const parsed = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");
// What was written after `sent` had left.
const since = (text, sent) => (sent === undefined || !text.startsWith(sent) ? text : text.slice(sent.length).trimStart());

class TicketComposer extends HTMLElement {
  #timer = 0;
  #kept = {};
  #sent = {};
  #failures = 0;
  #sending = false;
  #saving = Promise.resolve();
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    for (const area of this.#areas) this.#begin(area);
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

  get #ref() {
    return this.#form.elements.client_ref;
  }

  #place(name) {
    return keptWords.place(this.dataset.agent, this.dataset.ticket, name);
  }

  // The server's draft, or what was written here and has not reached it.
  #begin(area) {
    this.#kept[area.name] = area.value;
    const words = keptWords.of(this.#place(area.name));
    if (!words || words.text === area.value) return;
    area.value = words.text;
    this.#ref.value = words.ref;
    if (words.sent !== undefined) this.#sent[area.name] = words.sent;
    const mode = this.querySelector(`[name=mode][value=${area.name.replace("_text", "")}]`);
    if (mode && words.text && !this.#area.value) mode.checked = true;
    this.#later();
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
    if (!old || this.#form.elements.way?.value === "template") return;
    const fresh = (await this.#fresh())?.querySelector("#composer-network");
    // What was chosen while it was on its way counts.
    const chosen = this.#form.elements.way?.value;
    if (!fresh || !old.isConnected || chosen === "template") return;
    const kept = chosen === old.dataset.chosen ? null : fresh.querySelector(`[name=way][value="${CSS.escape(chosen ?? "")}"]`);
    if (kept) kept.checked = true;
    const isPrivate = this.#form.elements.private?.checked;
    old.replaceWith(fresh);
    if (isPrivate && this.#form.elements.private) this.#form.elements.private.checked = true;
  }

  // The composer as the server would draw it now; null when it can't be had.
  async #fresh() {
    const response = await fetch(this.dataset.fresh, { headers: headers() }).catch(() => null);
    const page = response?.ok && !response.redirected ? await parsed(response).catch(() => null) : null;
    return (this.isConnected && page?.getElementById("composer")) || null;
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), Math.min(LONGEST, PAUSE * 2 ** this.#failures));
  }

  save() {
    clearTimeout(this.#timer);
    for (const area of this.#areas) if (area.value !== this.#kept[area.name]) this.#save(area);
  }

  #save(area, addressed = true) {
    const { name, value: text } = area;
    keptWords.keep(this.#place(name), { text, ref: this.#ref.value, sent: this.#sent[name] });
    // A draft must not overtake the message that it becomes.
    if (this.#sending) return;
    this.#kept[name] = text;
    this.#saving = this.#saving.then(() => this.#store(name.replace("_text", ""), text, name, addressed));
  }

  async #store(mode, text, name, addressed) {
    // It was sent, or written on, perhaps on this ticket's next page.
    if (keptWords.of(this.#place(name))?.text !== text) return;
    const fields = this.#form.elements;
    const people = addressed && mode === "message" ? ["to", "cc", "bcc"].filter((role) => fields[role]) : [];
    const had = this.querySelector("[data-saved]");
    const body = new URLSearchParams({
      mode,
      text,
      client_ref: fields.client_ref.value,
      ...Object.fromEntries(people.map((role) => [role, fields[role].value])),
    });
    try {
      // The page may be going away: the browser finishes the request all the same.
      const response = await fetch(this.dataset.draft, {
        method: "POST",
        body,
        headers: headers(),
        // Browsers refuse to finish more than this.
        keepalive: body.toString().length < 60_000,
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) throw new Error(String(response.status));
      const { saved } = await response.json();
      this.#failures = 0;
      // It is a message already, though nobody has heard so.
      if (!saved && text.trim()) return await this.#taken();
      keptWords.saved(this.#place(name), text);
      had.textContent = saved;
      had.classList.remove("over");
    } catch {
      this.#failures += 1;
      this.#kept[name] = null;
      had.textContent = this.dataset.unsaved;
      had.classList.add("over");
      this.#later();
    }
    return undefined;
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
    // After a send that got no answer, other words may be a second message: has it become one?
    const { [this.#area.name]: sent = this.#area.value } = this.#sent;
    if (!this.#sending && sent !== this.#area.value) await this.#ask();
    if (this.#sending || !this.isConnected) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    this.setAttribute("aria-busy", "true");
    const body = new FormData(this.#form, event.submitter);
    this.#sent = { [this.#area.name]: this.#area.value };
    this.querySelector("[data-problem]").replaceChildren();
    try {
      // A draft on its way must not arrive after the message that it became.
      await this.#saving;
      const response = await fetch(this.#form.action, { method: "POST", body, headers: headers() });
      await this.#answered(response, event.submitter);
    } catch {
      this.#say("toast", { text: document.getElementById("words").dataset.failed, kind: "refused" });
      // Whether it was taken all the same is what the draft is told.
      for (const name of Object.keys(this.#sent)) this.#kept[name] = null;
      this.#later();
    } finally {
      this.#sending = false;
      this.removeAttribute("aria-busy");
    }
  }

  async #answered(response, submitter) {
    if (response.status === 409 || response.status === 422) {
      const place = this.querySelector("[data-problem]");
      place.innerHTML = await response.text();
      this.#sent = {};
      this.#later();
      // Whoever went on to another ticket meanwhile hears of it there.
      if (!this.isConnected) this.#say("toast", { text: document.getElementById("words").dataset.refused, kind: "refused" });
      // "Send anyway" does what was wanted before: send, or send and resolve.
      for (const again of place.querySelectorAll("[name=anyway]")) this.#then(again, submitter);
      return;
    }
    const fresh = response.ok && !response.redirected ? (await parsed(response)).getElementById("composer") : null;
    if (!fresh) throw new Error(String(response.status));
    const next = this.isConnected && response.headers.get("X-Next");
    this.#emptied(fresh);
    this.#say("live:ticket", { ticket: Number(fresh.dataset.ticket) });
    if (next) this.#say("desk:visit", { url: new URL(next, location.href).href });
  }

  #ask() {
    this.#save(this.#area);
    return this.#saving;
  }

  // It was sent, but the answer that said so got lost.
  async #taken() {
    const fresh = await this.#fresh();
    if (fresh && !this.#sending) this.#emptied(fresh);
  }

  // What was sent leaves; what was written since goes on in the fresh form, also on a page of this ticket opened meanwhile.
  #emptied(fresh) {
    const shown = document.querySelector(`ticket-composer[data-ticket="${this.dataset.ticket}"]`) ?? this;
    const ref = fresh.querySelector("[name=client_ref]").value;
    const isIn = shown.contains(document.activeElement);
    let goesOn = "chat" in this.dataset;
    for (const area of shown.#areas) {
      const text = since(area.value, this.#sent[area.name]);
      keptWords.forget(this.#place(area.name));
      if (text) keptWords.keep(this.#place(area.name), { text, ref });
      goesOn ||= Boolean(text);
      if (!shown.isConnected) area.value = text;
      shown.#kept[area.name] = shown.isConnected ? area.value : "";
    }
    if (shown.isConnected) {
      shown.replaceWith(fresh);
      if (isIn && goesOn) fresh.#area.focus();
      return;
    }
    shown.#ref.value = ref;
    shown.#sent = {};
    shown.#later();
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
    area.value = area.value.trim() ? `${text}\n\n${area.value}` : text;
    this.#save(area, false);
    await this.#saving;
    const fresh = await this.#fresh();
    if (!fresh) return;
    // What did not reach the server, or was written since, goes on in the fresh form.
    this.save();
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
