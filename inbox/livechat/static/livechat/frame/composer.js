// Where the visitor writes. What he writes is kept while he writes it, and the other side is told that he does.
import { h, iconButton } from "./dom.js";
import { emojiGrid } from "./emoji.js";
import { add, fault, isBusy, ready, taken, tray } from "./files.js";
import { send } from "./outbox.js";
import { ask } from "./server.js";
import { config, hear, words } from "./state.js";
import { store } from "./store.js";
import { talk } from "./talk.js";

const TOLD_EVERY = 4000;
const isTouch = matchMedia("(pointer: coarse)").matches;
let toldAt = 0;
let still = 0;

export const field = h("textarea", { rows: 1, "aria-label": words("write"), placeholder: words("write"), enterkeyhint: isTouch ? "enter" : "send" });
const button = iconButton("send", words("send"), { type: "submit", class: "round send" });
const length = h("p", { class: "fault", role: "status", hidden: true });
const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", onchange: choose });
const emoji = iconButton("emoji", words("emoji"), { "aria-expanded": "false", onclick: toggleEmoji });
const attach = config.takes_files && iconButton("attach", words("attach"), { onclick: () => picker.click() });
const tools = h("div", { class: "tools" }, attach, emoji, button);
export const composer = h("form", { class: "composer", onsubmit: submit }, fault, tray, length, h("div", { class: "box" }, field, picker, tools));
let grid = null;

field.value = store.get("draft") || "";
field.addEventListener("input", () => {
  fit();
  store.set("draft", field.value);
  tellTyping(field.value.trim() !== "");
});
field.addEventListener("keydown", (event) => {
  // An input method takes Enter for itself.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouch) return;
  event.preventDefault();
  composer.requestSubmit();
});
field.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !config.takes_files) return;
  event.preventDefault();
  add(files);
});
hear("files", fit);

export function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 132)}px`;
  const over = field.value.length - config.max_text;
  length.hidden = over <= 0;
  if (over > 0) length.textContent = words("too_long", { count: over });
  button.disabled = isBusy() || over > 0 || !(field.value.trim() || ready().length);
}

function submit(event) {
  event.preventDefault();
  fit();
  if (button.disabled) return;
  const offer = store.get("offer");
  send({ text: field.value.trim(), files: ready(), form: store.get("form") ?? undefined, answers: offer?.rule });
  for (const name of ["form", "draft", "offer"]) store.drop(name);
  field.value = "";
  clearTimeout(still);
  toldAt = 0;
  taken();
  fit();
  field.focus();
}

function tellTyping(is) {
  clearTimeout(still);
  if (!talk.ticket) return;
  if (is) still = setTimeout(() => tellTyping(false), 6000);
  if (is === Boolean(toldAt) && (!is || Date.now() - toldAt < TOLD_EVERY)) return;
  toldAt = is ? Date.now() : 0;
  ask("POST", "typing/", { typing: is }).catch(() => {});
}

function choose() {
  add(picker.files);
  picker.value = "";
  field.focus();
}

function toggleEmoji() {
  if (grid) return closeEmoji();
  grid = emojiGrid(insert, closeEmoji);
  emoji.setAttribute("aria-expanded", "true");
  composer.append(grid);
  grid.firstChild.focus();
  return undefined;
}

function closeEmoji() {
  grid?.remove();
  grid = null;
  emoji.setAttribute("aria-expanded", "false");
  emoji.focus();
}

function insert(one) {
  const end = field.selectionEnd;
  field.setRangeText(one, field.selectionStart, end, "end");
  field.dispatchEvent(new Event("input"));
  closeEmoji();
  field.focus();
}
composer.addEventListener("focusout", ({ relatedTarget }) => {
  if (grid && relatedTarget && !grid.contains(relatedTarget) && relatedTarget !== emoji) {
    grid.remove();
    grid = null;
    emoji.setAttribute("aria-expanded", "false");
  }
});
