// <sla-chip data-due data-warn data-half>: the chip the server drew, ticking. The clock is the server's: the page tells
// its time, and then the live stream does. Screen readers have the deadline in words, which does not tick.
// <reply-window data-closes data-warn>: how long a network still lets us answer; amber from data-warn on. When it has
// closed, whoever stands around it is told.
const chips = new Set();
let tick = 0;

// How far this machine's clock is off: what it showed when the page came, against the time written on the page.
const page = document.documentElement.dataset;
const came = Date.now() - performance.now() + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
page.clockOffset ??= String(Date.parse(page.serverTime) - came || 0);

const offset = () => Number(document.documentElement.dataset.clockOffset ?? 0);
const put = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function inWords(seconds, words) {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return put(words.seconds, { s: whole });
  if (whole > 60 && whole < 120) return put(words.minutesSeconds, { m: 1, s: whole - 60 });
  const minutes = whole >= 600 ? Math.round(whole / 60) : Math.floor(whole / 60);
  if (minutes < 60) return put(words.minutes, { m: minutes });
  const [hours, minute] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) {
    return put(minute ? words.hours : words.hoursOnly, { h: hours, mm: String(minute).padStart(2, "0") });
  }
  return put(hours % 24 ? words.days : words.daysOnly, { d: Math.floor(hours / 24), h: hours % 24 });
}

class SlaChip extends HTMLElement {
  connectedCallback() {
    chips.add(this);
    tick ||= setInterval(() => chips.forEach((chip) => chip.draw()), 1000);
  }

  disconnectedCallback() {
    chips.delete(this);
  }

  draw() {
    const now = Date.now() + offset();
    const due = Date.parse(this.dataset.due);
    if (now < Date.parse(this.dataset.half)) return;
    const words = document.getElementById("words");
    const over = now > due;
    const look = over ? "over" : now >= Date.parse(this.dataset.warn) ? "due" : "calm";
    const chip = this.firstElementChild;
    if (!chip.classList.contains(look)) {
      chip.className = `chip ${look}`;
      if (over) chip.querySelector("svg").replaceWith(words.content.querySelector('[data-icon="over"] svg').cloneNode(true));
    }
    const pattern = over ? words.dataset.over : words.dataset.left;
    const text = pattern.replace("%(time)s", inWords((due - now) / 1000, words.dataset));
    const place = this.querySelector("[data-text]");
    if (place.textContent !== text) place.textContent = text;
  }
}
customElements.define("sla-chip", SlaChip);

class ReplyWindow extends HTMLElement {
  connectedCallback() {
    chips.add(this);
    tick ||= setInterval(() => chips.forEach((chip) => chip.draw()), 1000);
  }

  disconnectedCallback() {
    chips.delete(this);
  }

  draw() {
    const left = Date.parse(this.dataset.closes) - Date.now() - offset();
    const text = inWords(Math.max(left, 0) / 1000, document.getElementById("words").dataset);
    const place = this.querySelector("[data-text]");
    if (place.textContent !== text) place.textContent = text;
    if (this.dataset.warn) this.classList.toggle("is-closing", Date.now() + offset() >= Date.parse(this.dataset.warn));
    if (left > 0) return;
    chips.delete(this);
    this.dispatchEvent(new CustomEvent("reply-window:closed", { bubbles: true }));
  }
}
customElements.define("reply-window", ReplyWindow);
