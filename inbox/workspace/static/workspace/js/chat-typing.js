// <chat-typing data-ticket data-tell data-lasts>: in the composer of what is answered at once. It says that the customer is
// typing, by the live stream, and tells him, now and then, that somebody answers: where he can see it, and is answered
// there. A network shows it for so many seconds. What is being written is never touched.
const AGAIN = 3000;
const STOPS = 5000;
const FORGOTTEN = 8000;

class ChatTyping extends HTMLElement {
  #told = 0;
  #pause = 0;
  #forget = 0;
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    const form = this.closest("form");
    document.body.addEventListener("live:chatting", ({ detail }) => this.#news(detail), { signal });
    document.body.addEventListener("live:ticket", ({ detail }) => this.#arrived(detail), { signal });
    form.addEventListener("input", (event) => event.target.name === "message_text" && this.#writes(event.target), { signal });
    form.addEventListener("focusout", (event) => event.target.name === "message_text" && this.#stops(), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    clearTimeout(this.#forget);
    // A reply that was sent says so itself.
    clearTimeout(this.#pause);
  }

  #news({ ticket, doing }) {
    if (String(ticket) === this.dataset.ticket && doing !== "seen") this.#show(doing === "typing");
  }

  // His message is there: he has stopped.
  #arrived({ ticket, kinds }) {
    if (String(ticket) === this.dataset.ticket && kinds?.includes("received")) this.#show(false);
  }

  #show(on) {
    clearTimeout(this.#forget);
    const place = this.querySelector("[data-typing]");
    const words = on ? this.querySelector("template").content.textContent.trim() : "";
    if (place.textContent !== words) place.textContent = words;
    if (on) this.#forget = setTimeout(() => this.#show(false), FORGOTTEN);
  }

  #writes(area) {
    clearTimeout(this.#pause);
    if (!area.value.trim()) return this.#stops();
    this.#pause = setTimeout(() => this.#stops(), STOPS);
    const again = this.dataset.lasts ? Number(this.dataset.lasts) * 1000 : AGAIN;
    if (Date.now() - this.#told < again || !["free", undefined].includes(area.form.elements.way?.value)) return undefined;
    this.#told = Date.now();
    return this.#tell("1");
  }

  #stops() {
    clearTimeout(this.#pause);
    // A network is not told that one stops: it shows it no longer by itself.
    if (!this.#told || this.dataset.lasts) return;
    this.#told = 0;
    this.#tell("0");
  }

  #tell(typing) {
    if (!this.dataset.tell) return;
    const headers = { "X-Pane": "typing", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    // It is news of the moment: what does not get through is not worth a second try.
    fetch(this.dataset.tell, { method: "POST", body: new URLSearchParams({ typing }), headers, keepalive: true }).catch(() => {});
  }
}
customElements.define("chat-typing", ChatTyping);
