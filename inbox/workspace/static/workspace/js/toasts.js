// <toast-shelf>: short notices, some with an undo. Say one with the event "toast" on the body, from a script or by
// the response header HX-Trigger: {"toast": {"text": "...", "kind": "refused", "undo": "/url/", "undoMethod": "delete",
// "undoLabel": "Undo", "seconds": 10}}. The undo is sent with htmx; its answer may carry HX-Trigger of its own.
const SECONDS = 6;
const words = () => document.getElementById("words").dataset;

class ToastShelf extends HTMLElement {
  connectedCallback() {
    document.body.addEventListener("toast", this);
    document.body.addEventListener("htmx:sendError", this);
    document.body.addEventListener("htmx:responseError", this);
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-dismiss]")) this.#leave(event.target.closest(".toast"));
    });
    for (const toast of this.querySelectorAll(".toast")) this.#age(toast, SECONDS);
  }

  disconnectedCallback() {
    document.body.removeEventListener("toast", this);
    document.body.removeEventListener("htmx:sendError", this);
    document.body.removeEventListener("htmx:responseError", this);
  }

  handleEvent(event) {
    if (event.type === "toast") return this.#show(event.detail);
    if (event.type === "htmx:sendError") return this.#show({ text: words().failed, kind: "refused" });
    // A refusal that explains itself says so by its own toast.
    if (!/toast/.test(event.detail.xhr.getResponseHeader("HX-Trigger") ?? "")) {
      this.#show({ text: words().refused, kind: "refused" });
    }
  }

  #show(news) {
    const toast = document.createElement("div");
    toast.className = `toast ${news.kind ?? ""}`;
    const text = document.createElement("p");
    text.textContent = news.text;
    toast.append(text);
    if (news.undo) toast.append(this.#undo(toast, news));
    const close = document.createElement("button");
    close.type = "button";
    close.dataset.dismiss = "";
    close.textContent = words().close;
    toast.append(close);
    // One undo at a time: the newest, as the key does it.
    for (const older of this.querySelectorAll(".toast-undo")) older.removeAttribute("aria-keyshortcuts");
    this.firstElementChild.append(toast);
    this.#age(toast, news.seconds ?? (news.undo ? 10 : SECONDS));
  }

  #undo(toast, news) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-undo";
    button.textContent = news.undoLabel ?? words().undo;
    button.setAttribute("aria-keyshortcuts", "Control+Z Meta+Z");
    button.addEventListener("click", () => {
      this.#leave(toast);
      // What did not get through can be undone still.
      htmx.ajax(news.undoMethod ?? "post", news.undo, { source: document.body, swap: "none" }).catch(() => this.#show(news));
    });
    return button;
  }

  // Time stands still while somebody points at it or is in it (WCAG 2.2.1).
  #age(toast, seconds) {
    let left = seconds;
    const timer = setInterval(() => {
      if (!toast.isConnected) return clearInterval(timer);
      if (toast.matches(":hover, :focus-within")) return undefined;
      left -= 0.5;
      if (left <= 0) this.#leave(toast);
      return undefined;
    }, 500);
  }

  #leave(toast) {
    toast?.remove();
  }
}
customElements.define("toast-shelf", ToastShelf);
