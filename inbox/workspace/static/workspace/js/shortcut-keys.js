// <shortcut-keys help="dialog id">: the keys are on the buttons and links themselves, as aria-keyshortcuts
// ("j", "Control+Enter Meta+Enter") or, for two keys one after the other, which ARIA can't say, as
// data-key-sequence ("g i"). This element clicks what carries the key and lists all of them in the help.
// The name in the help: data-key-label, else aria-label, else the text.
const SEQUENCE_WITHIN = 1200;
const KEPT = "single-letters";
const CODES = { Slash: "/", Period: ".", BracketRight: "]", BracketLeft: "[", Comma: ",", Semicolon: ";" };
const SHOWN = { control: "Ctrl", meta: "⌘", shift: "⇧", alt: "Alt", enter: "↵", escape: "Esc", arrowdown: "↓", arrowup: "↑" };
const MAC = /Mac|iP(hone|ad|od)/.test(navigator.platform);

// The signs the pressed key may stand for: what it types, and for layouts of other scripts what it types in Latin.
function signs(event) {
  const typed = event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? CODES[event.code];
  const foreign = event.key.length === 1 && event.key.charCodeAt(0) > 127;
  return foreign && letter ? [letter, typed] : [typed];
}

function matches(chord, event) {
  const parts = chord.toLowerCase().split("+").filter(Boolean);
  const key = parts.pop() ?? "+";
  const wants = (name) => parts.includes(name);
  if (event.ctrlKey !== wants("control") || event.metaKey !== wants("meta") || event.altKey !== wants("alt")) return false;
  // Signs such as ? and ! are typed with Shift on some layouts and without on others.
  if (/^[a-z]$|^[a-z]{2,}/.test(key) && event.shiftKey !== wants("shift")) return false;
  return signs(event).includes(key);
}

const usable = (element) =>
  !element.disabled && element.getAttribute("aria-disabled") !== "true" && (element.checkVisibility?.() ?? true);

// Items of a closed menu count: the key does what opening the menu and choosing would do.
const reachable = (element) => usable(element) || (!element.disabled && element.closest(".menu[popover]") !== null);

class ShortcutKeys extends HTMLElement {
  #begun = "";
  #begunAt = 0;

  connectedCallback() {
    document.addEventListener("keydown", this);
    const dialog = document.getElementById(this.getAttribute("help"));
    new MutationObserver(() => dialog.open && this.#list(dialog)).observe(dialog, { attributeFilter: ["open"] });
    const choice = dialog.querySelector("[data-single-letters]");
    choice.checked = localStorage.getItem(KEPT) !== "off";
    choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "on" : "off"));
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    // 229 is a key that an input method is still at work on.
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.key === "Dead") return;
    if (document.querySelector("dialog[open]") || event.target.closest?.("[popover]")) return;
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false])");
    if (typing && (!modified || (signs(event).includes("z") && typing.value))) return;
    if (!modified && event.key.length === 1 && localStorage.getItem(KEPT) === "off") return;
    const element = (!modified && this.#second(event)) || this.#first(event);
    this.#begin(event, modified);
    if (!element) return;
    event.preventDefault();
    if (element.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select")) {
      element.focus();
      element.select?.();
    } else {
      element.click();
    }
  }

  #first(event) {
    return [...document.querySelectorAll("[aria-keyshortcuts]")].find(
      (element) =>
        element.getAttribute("aria-keyshortcuts").split(" ").some((chord) => matches(chord, event)) && reachable(element),
    );
  }

  #second(event) {
    if (!this.#begun || event.timeStamp - this.#begunAt > SEQUENCE_WITHIN) return undefined;
    const pressed = signs(event).map((sign) => `${this.#begun} ${sign}`);
    return [...document.querySelectorAll("[data-key-sequence]")].find(
      (element) => pressed.includes(element.dataset.keySequence) && reachable(element),
    );
  }

  #begin(event, modified) {
    const starts = signs(event).find((sign) => document.querySelector(`[data-key-sequence^="${CSS.escape(sign)} "]`));
    this.#begun = !modified && starts ? starts : "";
    this.#begunAt = event.timeStamp;
  }

  #list(dialog) {
    const rows = new Map();
    for (const element of document.querySelectorAll("[aria-keyshortcuts], [data-key-sequence]")) {
      const sequence = element.dataset.keySequence;
      const keys = sequence ?? element.getAttribute("aria-keyshortcuts");
      const name = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? text(element);
      if (name && !rows.has(keys)) rows.set(keys, { name, keys, sequence });
    }
    dialog.querySelector(".keys").replaceChildren(...[...rows.values()].map(row));
  }
}

function text(element) {
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, [aria-hidden=true], .count")) part.remove();
  return copy.textContent.trim().replace(/\s+/g, " ") || element.placeholder || element.title;
}

function row({ name, keys, sequence }) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const shown = document.createElement("dd");
  term.textContent = name;
  const chords = keys.split(" ");
  // Of Ctrl and ⌘ the one that this machine has.
  const own = chords.length > 1 && !sequence ? chords.filter((chord) => chord.includes("Meta") === MAC) : chords;
  for (const [index, chord] of (own.length ? own : chords).entries()) {
    if (index && sequence) shown.append(document.getElementById("words").dataset.then);
    for (const key of chord.split("+")) {
      const cap = document.createElement("kbd");
      cap.textContent = SHOWN[key.toLowerCase()] ?? (key.length === 1 ? key.toLowerCase() : key);
      shown.append(cap);
    }
  }
  line.append(term, shown);
  return line;
}

customElements.define("shortcut-keys", ShortcutKeys);
