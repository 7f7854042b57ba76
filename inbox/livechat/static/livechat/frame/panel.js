// The panel: head, conversation, composer, and what stands in their place before a chat can begin.
import { post } from "./bridge.js";
import { composer, field, fit } from "./composer.js";
import { face, h, iconButton } from "./dom.js";
import { takeDrops } from "./files.js";
import { ask, closedForGood, consentCard, formCard, needsConsent, needsForm, touch } from "./form.js";
import { around, draw, log, toEnd } from "./log.js";
import { menu } from "./menu.js";
import { release } from "./outbox.js";
import { presence } from "./server.js";
import { config, hear, words } from "./state.js";
import { store } from "./store.js";
import { talk } from "./talk.js";
import { opening } from "./time.js";

const standing = h("p", { class: "standing" });
const greeting = h("p", { class: "greeting", dir: "auto", text: config.greeting });
const closed = h("p", { class: "closed", dir: "auto", hidden: true });
const typing = h("p", { class: "typing", hidden: true });
const queue = h("p", { class: "notice", role: "status", hidden: true });
const notice = h("p", { class: "notice", role: "status", hidden: true });
const before = h("div", { class: "before" });
const foot = h("div", { class: "foot" }, typing, queue, notice, before, composer);
const mark = config.logo ? h("img", { class: "logo", src: config.logo, alt: "" }) : face(null, config.brand);
const head = h(
  "header",
  {},
  h("div", { class: "bar" }, mark, h("div", { class: "title" }, h("h1", { text: config.title }), standing), menu(sheet), iconButton("down", words("close"), { class: "round", onclick: () => post("close") })),
  greeting,
);
const chat = h("div", { class: "chat", role: "dialog", "aria-label": config.title }, head, closed, log, ...around, foot);
let agree = null;
let shownBefore = "";
let typed = 0;
let noticed = 0;
let isAboutLine = false;

// `agreed` is what is done when the visitor gives his consent.
export function show(agreed) {
  agree = agreed;
  document.body.append(chat);
  if (config.takes_files) takeDrops(chat);
  chat.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && post("close"));
  stand();
  refresh();
  return undefined;
}

function refresh() {
  draw();
  queue.textContent = talk.queue;
  queue.hidden = !talk.queue;
  const empty = log.hasAttribute("data-empty");
  chat.toggleAttribute("data-empty", empty);
  const what = talk.isBlocked ? "blocked" : needsConsent() ? "consent" : closedForGood() ? "closed" : needsForm() ? "form" : "";
  composer.hidden = what !== "";
  if (what === shownBefore) return;
  shownBefore = what;
  const parts = {
    blocked: () => h("p", { class: "card", text: words("blocked") }),
    closed: () => null,
    consent: () => consentCard(() => agree().then(goOn)),
    form: () => formCard(answered),
  };
  before.replaceChildren(...[parts[what]?.()].filter(Boolean));
  fit();
}

function answered() {
  release(store.get("form"));
  goOn();
}

function goOn() {
  refresh();
  focusFirst();
}

function focusFirst() {
  const first = before.querySelector("input, select, button") ?? field;
  // On a phone the keyboard would cover the greeting before it is read.
  if (touch() && first.matches("input, textarea")) head.querySelector("h1").focus();
  else first.focus({ preventScroll: true });
}

// Whether somebody is there, and how soon he answers.
function stand() {
  const { is_open, opens_at, reply_time } = config;
  chat.toggleAttribute("data-away", !is_open);
  standing.textContent = is_open ? reply_time || words("here") : opens_at ? opening(opens_at) : words("away");
  closed.textContent = config.closed_text;
  closed.hidden = is_open;
}

hear("changed", refresh);
// The server wants to know more before it takes a message: the form is asked anew, with its faults.
hear("asked", ({ faults, isAddress, values }) => {
  const wanted = { isForced: true, faults, isAddress, values };
  renewed().then(() => {
    ask(wanted);
    shownBefore = "";
    goOn();
  });
});
hear("offer", refresh);
hear("open", () => {
  fit();
  toEnd();
  focusFirst();
  // The page around gives the frame the focus; within it, it belongs where writing begins.
  addEventListener("focus", () => document.activeElement === document.body && focusFirst(), { once: true });
  post("shown");
  if (Date.now() - Date.parse(config.at) > 90_000) renewed();
});

function renewed() {
  return presence()
    .then((told) => Object.assign(config, told))
    .then(stand)
    .then(refresh)
    .catch(() => {});
}

hear("typing", ({ is, name }) => {
  clearTimeout(typed);
  typing.hidden = !is;
  typing.replaceChildren(h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), name ? words("typing", { name }) : words("typing_nobody"));
  if (is) typed = setTimeout(() => (typing.hidden = true), 12_000);
});
hear("arrived", () => (typing.hidden = true));

function say(text, isLasting = false) {
  // That the line is there again takes back what was said of it, and nothing else.
  if (!text && !isAboutLine) return;
  isAboutLine = isLasting;
  clearTimeout(noticed);
  notice.textContent = text;
  notice.hidden = !text;
  if (text && !isLasting) noticed = setTimeout(() => (notice.hidden = true), 8000);
}
hear("notice", ({ text }) => say(text));
hear("connection", ({ isUp }) => say(isUp ? "" : words("reconnecting"), true));
hear("unreachable", () => say(words("reconnecting"), true));
hear("session", () => say(""));
addEventListener("offline", () => say(words("offline"), true));
addEventListener("online", () => say(""));

// A small form over the foot; `back` has the focus again afterwards.
function sheet(title, inside, back) {
  const card = h("section", { class: "card sheet", "aria-label": title }, h("h2", {}, title), inside);
  const close = () => {
    card.remove();
    back.focus();
  };
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  foot.querySelector(".sheet")?.remove();
  foot.prepend(card);
  return close;
}

