// <mail-frame> around the sandboxed frame of a mail: as tall as the mail, so that only one thing scrolls, in the theme of
// the page, and with the notice about blocked images outside of the mail. The frame runs no script; the page looks into
// it from outside, which its sandbox allows for this purpose.
const TALLEST = 20_000;

class MailFrame extends HTMLElement {
  #watch = null;
  #theme = new MutationObserver(() => this.#dress(this.#frame.contentDocument));

  connectedCallback() {
    this.#frame?.addEventListener("load", this);
    this.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && this.#again());
    this.#theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    if (this.#frame?.contentDocument?.readyState === "complete") this.handleEvent();
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    this.#theme.disconnect();
  }

  get #frame() {
    return this.querySelector("iframe");
  }

  // What the sender's images may do has changed: the server knows, and shows the mail anew.
  #again() {
    this.#frame.contentWindow.location.replace(this.#frame.src);
  }

  handleEvent() {
    const page = this.#frame.contentDocument;
    if (!page?.body || page.URL === "about:blank") return;
    this.#dress(page);
    this.#notice(page);
    this.#watch?.disconnect();
    this.#watch = new ResizeObserver(() => this.#fit(page));
    this.#watch.observe(page.body);
    this.#fit(page);
  }

  #dress(page) {
    if (page?.documentElement) page.documentElement.dataset.theme = document.documentElement.dataset.theme;
  }

  #notice(page) {
    const bar = this.querySelector(".mail-bar");
    const { blocked, trusted, trackers } = page.documentElement.dataset;
    const notice = page.getElementById("notice");
    const isTrusted = trusted !== undefined;
    bar.querySelector("[data-words]").textContent = notice?.querySelector("span").textContent.trim() ?? "";
    notice?.remove();
    const isBlocked = Number(blocked) > 0;
    bar.hidden = !isBlocked && !isTrusted && !Number(trackers);
    bar.querySelector("[data-once]").hidden = !isBlocked;
    for (const [name, shown] of [["always", !isTrusted && isBlocked], ["never", isTrusted]]) {
      const form = bar.querySelector(`[data-${name}]`);
      if (form) form.hidden = !shown;
    }
  }

  #fit(page) {
    const height = Math.min(Math.ceil(page.documentElement.getBoundingClientRect().height), TALLEST);
    if (!height || this.#frame.clientHeight === height) return;
    this.#frame.style.blockSize = `${height}px`;
    this.dispatchEvent(new CustomEvent("mail-frame:resized", { bubbles: true }));
  }
}
customElements.define("mail-frame", MailFrame);
