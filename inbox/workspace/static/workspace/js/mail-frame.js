// <mail-frame> around the sandboxed frame of a mail: as tall as the mail, so that only one thing scrolls. The frame runs
// no script; the page looks into it from outside, which its sandbox allows for this purpose.
const TALLEST = 20_000;

class MailFrame extends HTMLElement {
  #watch = null;

  connectedCallback() {
    this.#frame?.addEventListener("load", this);
    if (this.#frame?.contentDocument?.readyState === "complete") this.handleEvent();
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
  }

  get #frame() {
    return this.querySelector("iframe");
  }

  handleEvent() {
    const page = this.#frame.contentDocument;
    if (!page?.body || page.URL === "about:blank") return;
    this.#watch?.disconnect();
    this.#watch = new ResizeObserver(() => this.#fit(page));
    this.#watch.observe(page.body);
    this.#fit(page);
  }

  #fit(page) {
    const height = Math.min(Math.ceil(page.documentElement.getBoundingClientRect().height), TALLEST);
    if (!height || this.#frame.clientHeight === height) return;
    this.#frame.style.blockSize = `${height}px`;
    this.dispatchEvent(new CustomEvent("mail-frame:resized", { bubbles: true }));
  }
}
customElements.define("mail-frame", MailFrame);
