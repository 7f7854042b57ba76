// <chat-alerts>: whether chat messages are announced on this device while its pages are hidden. Asked for once, here; the
// choice stays on the device. Other pages listen for what arrived and announce it: who wrote stays on the page.
const CHOICE = "chat-alerts";
const isOn = () => localStorage.getItem(CHOICE) === "on" && globalThis.Notification?.permission === "granted";

class ChatAlerts extends HTMLElement {
  connectedCallback() {
    if (!globalThis.Notification) return;
    this.hidden = false;
    const box = this.querySelector("input");
    box.checked = isOn();
    box.addEventListener("change", () => this.#choose(box));
  }

  async #choose(box) {
    const said = this.querySelector("[data-said]");
    const allowed = box.checked && (await Notification.requestPermission()) === "granted";
    said.textContent = box.checked ? this.dataset[allowed ? "on" : "refused"] : "";
    box.checked = allowed;
    localStorage.setItem(CHOICE, allowed ? "on" : "off");
  }
}
customElements.define("chat-alerts", ChatAlerts);

document.body.addEventListener("live:chatting", async ({ detail }) => {
  if (detail.doing !== "said" || !document.hidden || !isOn()) return;
  // Of several open pages one speaks: the tag makes the announcement of one ticket a single one.
  const words = document.getElementById("words").dataset;
  const told = new Notification(words.chat, { body: `T-${detail.ticket}`, tag: `chat-${detail.ticket}` });
  told.addEventListener("click", () => {
    focus();
    location.assign(`/tickets/T-${detail.ticket}/`);
  });
});
