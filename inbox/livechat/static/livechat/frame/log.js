// The conversation: messages by day and by speaker, kept up to date in place. A screen reader is told each new message
// once, by a region of its own; the log itself is silent while it is redrawn.
import { drawn, nameOf } from "./message.js";
import { h, icon } from "./dom.js";
import { discard, pending, retry, send } from "./outbox.js";
import { config, hear, here, tell, words } from "./state.js";
import { store } from "./store.js";
import { earlier, ordered, talk } from "./talk.js";
import { dayOf, isSameDay } from "./time.js";

const GAP = 5 * 60_000;
const kept = new Map();

export const log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": words("log"), tabindex: "0" });
const list = h("div", { class: "list" });
const status = h("div", { class: "status", "aria-live": "polite" });
const older = h("button", { type: "button", class: "quiet older", text: words("earlier"), hidden: true, onclick: readEarlier });
const spoken = h("p", { class: "unseen", "aria-live": "polite" });
const below = h("button", { type: "button", class: "below", hidden: true, onclick: () => toEnd(true) }, words("newest"), icon("down"));
log.append(older, list, status);
export const around = [spoken, below];

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
let sticks = true;
// Whoever reads the newest goes on doing so when a picture has loaded, or the foot grows.
new ResizeObserver(() => sticks && toEnd()).observe(log);
new ResizeObserver(() => sticks && toEnd()).observe(list);

export function toEnd(smoothly = false) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.scrollTo({ top: log.scrollHeight, behavior: smoothly && !isCalm ? "smooth" : "instant" });
  below.hidden = true;
}

const shownPending = () => pending().filter((one) => !one.isQuiet);

function items() {
  const offer = store.get("offer");
  const told = [...ordered(), ...shownPending().map((one) => ({ ...one, from: "visitor", key: one.id }))];
  const at = Date.now();
  if (offer) told.push({ id: "offer", from: "agent", author: offer.author, text: offer.text, at, files: [] });
  // What the bot says before there is a conversation: its buttons begin one.
  else if (talk.opening && !pending().length) told.push({ id: "opening", from: "bot", at, files: [], ...talk.opening });
  return told;
}

const follows = (one, other) =>
  other && one.from === other.from && one.author?.name === other.author?.name && new Date(other.at) - new Date(one.at) < GAP && isSameDay(one.at, other.at);

export function draw() {
  const shown = items();
  const wanted = [];
  shown.forEach((item, at) => {
    const [before, after] = [shown[at - 1], shown[at + 1]];
    if (!before || !isSameDay(before.at, item.at)) wanted.push(day(item.at));
    wanted.push(element(item, { isFirst: !before || !follows(before, item), isLast: !follows(item, after), mayPress: mayPress(item, shown) }));
  });
  place(wanted);
  older.hidden = !talk.hasEarlier;
  drawStatus(shown.at(-1));
  log.toggleAttribute("data-empty", !shown.length);
  if (sticks) toEnd();
}

// A bot's buttons count for as long as the server sends them; those of people until the visitor has said something else.
function mayPress(item, shown) {
  const last = shown.findLastIndex((one) => one.from === "visitor");
  return item.from === "bot" ? !pending().length : shown.indexOf(item) > last;
}

// Only what is new or changed is put in its place: the rest keeps its focus and its scroll.
function place(wanted) {
  const stays = new Set(wanted);
  const { activeElement: active } = document;
  const isIn = list.contains(active);
  for (const child of [...list.children]) if (!stays.has(child)) child.remove();
  wanted.forEach((child, at) => list.children[at] !== child && list.insertBefore(child, list.children[at] ?? null));
  // What was drawn anew has the focus that its older self had.
  if (!isIn || active.isConnected) return;
  const twin = active.id ? list.querySelector(`#${active.id}`) : active.name && list.querySelector(`[name="${active.name}"][value="${active.value}"]`);
  (twin || log).focus({ preventScroll: true });
}

function day(at) {
  const key = `day ${new Date(at).toDateString()}`;
  const found = kept.get(key)?.element ?? h("p", { class: "day" });
  found.textContent = dayOf(at);
  kept.set(key, { element: found });
  return found;
}

function element(item, place) {
  const key = item.client_id || item.key || item.id;
  const press = place.mayPress && item.buttons?.length ? (one) => send({ text: one.label, choice: { id: one.id, label: one.label } }) : null;
  const face = JSON.stringify([item.text, item.files?.map((file) => file.name), item.edited_at, item.is_deleted, item.by_mail, item.repeated, item.survey, place.isFirst, place.isLast, Boolean(press), item.from]);
  const known = kept.get(key);
  if (known?.face === face) return known.element;
  const element = drawn(item, { ...place, press });
  if (known) carry(known.element, element);
  if (!known && talk.isKnown) element.classList.add("arriving");
  kept.set(key, { face, element });
  return element;
}

// What is being written in a message that is drawn anew, as the words to a score, goes on in it.
function carry(old, fresh) {
  for (const field of old.querySelectorAll("textarea")) {
    const twin = fresh.querySelector(`#${field.id}`);
    if (twin && field.value !== field.defaultValue) twin.value = field.value;
  }
}

// How the visitor's last message stands.
function drawStatus(newest) {
  const waits = shownPending().filter((one) => !["taken", "held"].includes(one.state));
  const failed = waits.find((one) => one.state === "failed") || (navigator.onLine && waits.find((one) => one.state === "waiting"));
  status.classList.toggle("bad", Boolean(failed));
  // Said once, and not drawn anew under a finger.
  const said = failed ? [failed.id, failed.state, failed.why].join() : "";
  if (said && said === status.dataset.said) return undefined;
  const hadFocus = status.contains(document.activeElement);
  status.dataset.said = said;
  if (failed) {
    const again = h("button", { type: "button", class: "link", text: words("retry"), onclick: () => retry(failed.id) });
    const away = h("button", { type: "button", class: "link", text: words("discard"), onclick: () => discard(failed.id) });
    return status.replaceChildren(icon("warn"), [words("not_sent"), failed.why].filter(Boolean).join(": "), again, away);
  }
  const text = waits.length
    ? words(waits.some((one) => one.state === "waiting") || !navigator.onLine ? "waiting" : "sending")
    : newest?.from !== "visitor" ? "" : config.shows_read_marks && talk.readUpTo >= newest.id ? words("seen") : words("delivered");
  if (status.textContent !== text || status.children.length) status.replaceChildren(text);
  if (hadFocus) log.focus({ preventScroll: true });
  return undefined;
}

async function readEarlier() {
  const height = log.scrollHeight;
  older.disabled = true;
  await earlier().catch(() => tell("notice", { text: words("failed") }));
  older.disabled = false;
  log.scrollTop += log.scrollHeight - height;
  if (older.hidden) log.focus();
}

hear("arrived", (message) => {
  spoken.textContent = `${nameOf(message)}: ${message.text || message.files[0]?.name || ""}`;
  if (!sticks && here.isOpen) below.hidden = false;
});
log.addEventListener(
  "scroll",
  () => {
    sticks = atEnd();
    if (sticks) below.hidden = true;
  },
  { passive: true },
);
hear("changed", () => pending().length && (sticks = true));
