// <chat-wait data-since>: how long a visitor has waited, in a row of the list; it ticks by the server's clock and is not
// read out again and again. Rows of chats also show that their visitor is typing.
const FORGOTTEN = 8000;
const waits = new Set();
const typing = new Map();
let tick = 0;

class ChatWait extends HTMLElement {
  connectedCallback() {
    waits.add(this);
    tick ||= setInterval(() => waits.forEach((wait) => wait.draw()), 1000);
    this.draw();
  }

  disconnectedCallback() {
    waits.delete(this);
    if (waits.size) return;
    clearInterval(tick);
    tick = 0;
  }

  draw() {
    const offset = Number(document.documentElement.dataset.clockOffset ?? 0);
    const seconds = Math.max(0, Math.floor((Date.now() + offset - Date.parse(this.dataset.since)) / 1000));
    // What waits for longer is told in words already.
    if (seconds >= 3600) return;
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const place = this.querySelector("[data-text]");
    if (place.textContent !== text) place.textContent = text;
  }
}
customElements.define("chat-wait", ChatWait);

const row = (ticket) => document.getElementById(`row-${ticket}`);

function show(ticket, on) {
  clearTimeout(typing.get(ticket));
  typing.delete(ticket);
  row(ticket)?.classList.toggle("is-typing", on);
  if (on) typing.set(ticket, setTimeout(() => show(ticket, false), FORGOTTEN));
}

// His message is there: he has stopped.
document.body.addEventListener("live:ticket", ({ detail }) => detail.kinds?.includes("received") && show(detail.ticket, false));
// A row that was drawn anew knows nothing of it.
document.body.addEventListener("rows:changed", () => typing.forEach((_, ticket) => row(ticket)?.classList.add("is-typing")));
document.body.addEventListener("live:chatting", ({ detail }) => detail.doing !== "seen" && show(detail.ticket, detail.doing === "typing"));
