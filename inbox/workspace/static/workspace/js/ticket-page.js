// <ticket-page data-ticket data-parts data-seen data-latest>: the open ticket. News about it fetch its parts anew; what
// did not change (data-version, or equal markup) stays as it is: open folds, frames, focus and the half-written reply.
const TOGETHER = 80;
// What was said is shown first; what stands around it (state, clocks, customer) may follow a moment later.
const AROUND = 700;
const TALK = new Set(["received", "replied", "noted", "delivery_settled", "message_edited", "message_deleted", "reacted", "bot_said"]);
const NEAR = 160;
// Milliseconds until what failed is asked for again: more and more.
const AGAIN = 1500;
const LONGEST = 30_000;
const LINES = "system-lines";
const MONO = "fixed-width";
const TYPED = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
const REACHED = "a[href], button, summary, input, select, textarea, [tabindex]";

class TicketPage extends HTMLElement {
  #timers = {};
  #turn = 0;
  #shown = { talk: 0, rest: 0 };
  #follows = true;
  #owed = false;
  #telling = "";
  #failures = 0;
  #springs = new WeakMap();
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    document.body.addEventListener("live:ticket", ({ detail }) => this.#news(detail), { signal });
    document.body.addEventListener("live:catch-up", () => this.#soon(), { signal });
    document.body.addEventListener("live:chatting", ({ detail }) => detail.doing === "seen" && this.#news(detail), { signal });
    // Whether a visitor has read our answer may have been told while nobody listened.
    document.body.addEventListener("live:resumed", () => this.querySelector("[data-chat]") && this.#soon("talk"), { signal });
    document.body.addEventListener("live:visitors", ({ detail }) => this.#moved(detail), { signal });
    document.addEventListener("visibilitychange", () => this.#see(), { signal });
    this.addEventListener("htmx:beforeRequest", (event) => this.#ahead(event));
    for (const failed of ["htmx:responseError", "htmx:sendError"]) this.addEventListener(failed, (event) => this.#behind(event));
    this.addEventListener("htmx:afterRequest", ({ target, detail }) => detail.successful && target.closest("#side form")?.reset());
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#key(event));
    // Toggle events of popovers and folds don't bubble; they can be caught on their way down.
    this.addEventListener("toggle", () => this.#owed && this.#soon(), true);
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.#flow?.addEventListener(name, () => (this.#follows = false), { passive: true });
    }
    this.addEventListener("mail-frame:resized", () => this.#follows && this.#toEnd());
    this.#lines(localStorage.getItem(LINES) !== "hidden");
    this.#mono();
    requestAnimationFrame(() => this.#toEnd());
    this.#see();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  get #flow() {
    return this.querySelector("[data-flow]");
  }

  #news({ ticket, kinds }) {
    if (String(ticket) !== this.dataset.ticket) return;
    // What came back from snooze is new again, until it is seen again.
    if (kinds?.includes("unsnoozed")) {
      delete this.dataset.told;
      this.#telling = "";
    }
    if (!kinds?.some((kind) => TALK.has(kind))) return this.#soon();
    this.#soon("talk");
    this.#soon("rest", AROUND);
  }

  // The visitor went to another page, or left.
  #moved({ visitor }) {
    if (String(visitor) === document.getElementById("side")?.dataset.visitor) this.#soon();
  }

  #soon(of = "all", wait = TOGETHER) {
    this.#timers[of] ||= setTimeout(() => this.#refresh(of), wait);
  }

  async #refresh(of) {
    this.#timers[of] = 0;
    const panes = of === "all" ? ["talk", "rest"] : [of];
    const turn = ++this.#turn;
    const address = of === "all" ? this.dataset.parts : `${this.dataset.parts}?of=${of}`;
    const response = await fetch(address, { headers: { "X-Pane": "parts" } }).catch(() => null);
    const told = await response?.text().catch(() => null);
    if (!this.isConnected) return;
    // What happened stays true: it is asked for until it is shown.
    if (told == null || response.status >= 500) {
      this.#failures += 1;
      return this.#soon(of, Math.min(LONGEST, AGAIN * 2 ** this.#failures));
    }
    this.#failures = 0;
    // Deleted, or no longer for these eyes: the list is what is left.
    if (response.status === 404) this.querySelector(".ticket-back")?.click();
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(told, "text/html");
    // An answer that was overtaken by a newer one shows an older state.
    if (panes.some((pane) => turn < this.#shown[pane])) return;
    for (const pane of panes) this.#shown[pane] = turn;
    const flow = this.#flow;
    const atEnd = flow.scrollHeight - flow.scrollTop - flow.clientHeight < NEAR;
    const head = document.getElementById("ticket-head");
    // A menu somebody has just opened must not vanish under his hand: the head waits until it closes.
    if (of !== "talk") this.#owed = head.querySelector(":popover-open, .subject[open]") !== null;
    if (!this.#owed) renew(head, page.getElementById("ticket-head"));
    for (const id of ["timeline", "side"]) renew(document.getElementById(id), page.getElementById(id));
    this.#lines(localStorage.getItem(LINES) !== "hidden");
    this.#mono();
    const latest = page.getElementById("latest")?.dataset.latest ?? this.dataset.latest;
    if (latest === this.dataset.latest) return this.#see();
    this.dataset.latest = latest;
    this.querySelector("ticket-composer")?.arrived(latest);
    if (atEnd) flow.scrollTo({ top: flow.scrollHeight, behavior: "smooth" });
    this.#see();
  }

  // The newest message is what one came for: its end, or its beginning when it is longer than the pane.
  #toEnd() {
    const flow = this.#flow;
    const linked = location.hash.startsWith("#message-") ? document.getElementById(location.hash.slice(1)) : null;
    const last = linked ?? [...flow.querySelectorAll(".said")].at(-1);
    if (!last) return;
    if (linked || last.offsetHeight > flow.clientHeight) last.scrollIntoView({ block: "start" });
    else flow.scrollTop = flow.scrollHeight;
  }

  // Reading is an act, told by POST once the page is really shown; what was not heard is told again with the next news.
  async #see() {
    const { latest } = this.dataset;
    if (document.hidden || [this.dataset.told, this.#telling].includes(latest)) return;
    this.#telling = latest;
    const body = new URLSearchParams({ message: latest });
    const headers = { "X-Pane": "seen", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const response = await fetch(this.dataset.seen, { method: "POST", body, headers }).catch(() => null);
    const isNewest = this.#telling === latest;
    if (isNewest) this.#telling = "";
    if (!response?.ok || response.redirected) return;
    if (isNewest) this.dataset.told = latest;
    // Its notices are seen with it; the stream may not be open yet to say so.
    if (document.querySelector("#bell .rail-badge")) document.body.dispatchEvent(new CustomEvent("live:notice"));
    const row = document.querySelector(`#row-${this.dataset.ticket} .row.unread`);
    row?.classList.remove("unread");
    row?.querySelector(".row-who .visually-hidden")?.remove();
    document.body.dispatchEvent(new CustomEvent("ticket:seen", { detail: { ticket: Number(this.dataset.ticket) } }));
  }

  // The choice shows at once; the version is dropped, so that the server's word replaces it whatever it is.
  #ahead(event) {
    const form = event.target.closest("form");
    const chosen = event.detail.requestConfig.triggeringEvent?.submitter?.querySelector("[data-label]");
    const pick = form?.dataset.sets && document.getElementById(form.dataset.sets);
    document.getElementById("ticket-head").dataset.version = "";
    if (!chosen || !pick) return;
    const shown = chosen.cloneNode(true);
    shown.removeAttribute("data-label");
    const before = [...pick.childNodes];
    this.#springs.set(form, () => pick.replaceChildren(...before));
    pick.replaceChildren(shown, pick.lastElementChild);
  }

  // Refused, or never heard: what was chosen springs back, and then the server says how it stands.
  #behind({ target }) {
    this.#springs.get(target.closest("form"))?.();
    this.#soon();
  }

  #click(event) {
    if (event.target.closest("[data-toggle-mono]")) {
      localStorage.setItem(MONO, localStorage.getItem(MONO) === "on" ? "off" : "on");
      this.#mono();
    }
    const toggle = event.target.closest("[data-toggle-lines]");
    if (!toggle) return;
    const hides = toggle.getAttribute("aria-pressed") !== "true";
    localStorage.setItem(LINES, hides ? "hidden" : "shown");
    this.#lines(!hides);
    toggle.closest("[popover]").hidePopover();
  }

  #key(event) {
    const subject = event.target.closest("details.subject[open]");
    if (event.key !== "Escape" || !subject) return;
    subject.open = false;
    subject.querySelector("summary").focus();
    event.stopPropagation();
  }

  #mono() {
    const on = localStorage.getItem(MONO) === "on";
    this.classList.toggle("fixed-width", on);
    for (const button of this.querySelectorAll("[data-toggle-mono]")) button.setAttribute("aria-pressed", String(on));
  }

  #lines(shown) {
    this.classList.toggle("without-lines", !shown);
    this.querySelector("[data-toggle-lines]")?.setAttribute("aria-pressed", String(!shown));
  }
}

function renew(old, fresh) {
  if (!old || !fresh || old.isEqualNode(fresh)) return;
  if (old.dataset.version && old.dataset.version === fresh.dataset.version) return;
  if ("children" in old.dataset) return renewChildren(old, fresh);
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  // Somebody is typing in it, or has and looks something up: his words outrank the news.
  if ([...old.querySelectorAll(TYPED)].some((field) => field.value !== field.defaultValue && field.checkVisibility())) return;
  for (const open of old.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  }
  old.replaceWith(fresh);
  htmx.process(fresh);
  if (focus) twin(focus, fresh)?.focus({ preventScroll: true });
}

// What stands for an element in its place drawn anew.
function twin(element, place) {
  if (element.id) return document.getElementById(element.id);
  const named = (one) => [one.tagName, one.name, one.getAttribute("aria-label") ?? one.textContent.trim()].join(" ");
  return [...place.querySelectorAll(REACHED)].find((one) => named(one) === named(element));
}

function renewChildren(old, fresh) {
  const known = new Map([...old.children].map((child) => [child.id, child]));
  let after = null;
  for (const child of [...fresh.children]) {
    const before = known.get(child.id);
    known.delete(child.id);
    if (before) renew(before, child);
    const placed = before?.isConnected ? before : child;
    if (!placed.isConnected || placed.previousElementSibling !== after) {
      old.insertBefore(placed, after ? after.nextSibling : old.firstChild);
      if (placed === child) htmx.process(child);
    }
    after = placed;
  }
  for (const gone of known.values()) gone.remove();
}
customElements.define("ticket-page", TicketPage);
