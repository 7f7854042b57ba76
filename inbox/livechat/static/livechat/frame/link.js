// What runs in a frame that is not open: it tells where the visitor is, and hears whether there is something new. The
// panel's own modules and styles are fetched when it is opened for the first time.
import { emit, listen, post } from "./bridge.js";
import { Refused, presence, session } from "./server.js";
import { config, hear, here, mayTalk, tell } from "./state.js";
import { store } from "./store.js";
import { count, talk } from "./talk.js";
import { flush, restore } from "./outbox.js";
import { follow, unfollow } from "./stream.js";
import { changed, pause } from "./visit.js";

const { dataset } = document.querySelector("script[data-style]");
let panel = null;
let begun = null;
// A frame that was loaded again in vain takes its time.
let failures = performance.getEntriesByType("navigation")[0]?.type === "reload" ? 6 : 0;
const timers = new Map();

// Begin the session, once, as soon as it may be.
function begin() {
  if (!mayTalk()) return Promise.resolve();
  begun ??= session()
    .then(() => settled(begin))
    .then(restore)
    .catch((error) => {
      begun = null;
      tell("unreachable");
      tryAgain(begin, error);
    });
  return begun;
}

// No answer, or "later": it is asked again by itself. A no stays one, and is told.
function tryAgain(act, error) {
  clearTimeout(timers.get(act));
  if (error instanceof Refused && error.status !== 429 && error.status < 500) return false;
  failures += 1;
  const pause = Math.min(30_000, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
  timers.set(act, setTimeout(act, Math.max(pause, (error.retryAfter || 0) * 1000)));
  return true;
}

function settled(act) {
  failures = 0;
  clearTimeout(timers.get(act));
}

function agree() {
  here.consent = true;
  post("consent");
  store.settle();
  return begin().then(identify);
}

// News are wanted once there is a conversation, and while the visitor looks at the place where one may begin: on another
// device of his, or by one of us.
const listensIn = () => mayTalk() && (talk.messages.size > 0 || (here.isOpen && talk.isKnown));
const attend = () => (listensIn() ? follow() : unfollow());
for (const news of ["changed", "open", "close"]) hear(news, attend);
hear("sent", () => tell("missed"));
hear("arrived", (message) => {
  if (!here.isOpen) post("bubble", { name: message.author?.name || config.title, text: message.text || message.files[0]?.name || "" });
});

function open({ isPhone }) {
  Object.assign(here, { isOpen: true, isPhone });
  panel ??= fetchPanel();
  begin();
  panel.then(() => {
    if (!here.isOpen) return;
    tell("open");
    count();
  }, (error) => tryAgain(afresh, error));
}

// Browsers remember that a module could not be had: the frame is loaded anew once the server can be reached.
function afresh() {
  presence().then(() => location.reload(), (error) => tryAgain(afresh, error));
}

function fetchPanel() {
  const { imports } = JSON.parse(document.querySelector("script[type=importmap]").textContent);
  const links = Object.values(imports).map((href) => Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: dataset.style });
  const styled = new Promise((done, failed) => Object.assign(style, { onload: done, onerror: failed }));
  document.head.append(style, ...links);
  return Promise.all([import("./panel.js"), styled]).then(([{ show }]) => show(agree));
}

function identify() {
  if (!here.identity || !mayTalk()) return;
  session({ identity_token: here.identity })
    .then(() => {
      settled(identify);
      emit("identify");
    })
    .catch((error) => {
      if (tryAgain(identify, error)) return;
      post("warn", { text: `identify: ${error.message}` });
      emit("error", { code: error.code, message: error.message });
    });
}

listen({
  init({ page, theme, asksConsent, consent, kept }) {
    Object.assign(here, { page, consent, asksConsent: here.asksConsent || asksConsent });
    store.given(kept);
    paint(theme);
    // Whoever is known or followed is expected; for all others nothing happens until they open the chat.
    if (mayTalk() && (config.follows_pages || store.get("token"))) begin();
    post("here");
  },
  open,
  close() {
    here.isOpen = false;
    tell("close");
  },
  theme: ({ theme }) => paint(theme),
  page({ page }) {
    here.page = { ...page, referrer: here.page.url };
    changed();
  },
  context({ context }) {
    here.context = Object.fromEntries(Object.entries({ ...here.context, ...context }).filter(([, value]) => value !== null));
    changed();
  },
  track: ({ name, data, url }) => changed({ kind: name === "error" ? "error" : "event", name: name === "error" ? String(data.message || name) : name, url, data }),
  identify({ token }) {
    here.identity = token;
    (begun ?? Promise.resolve()).then(identify);
  },
  consent: ({ given }) => (given ? agree().then(() => tell("changed")) : shutdown()),
  shutdown,
  dismissed() {
    const offer = store.get("offer");
    if (offer) changed({ kind: "dismissed", name: String(offer.rule) });
    store.drop("offer");
  },
});

function shutdown() {
  pause();
  unfollow();
  [begin, identify].forEach(settled);
  store.forget();
  Object.assign(here, { consent: false, identity: "", context: undefined });
  begun = null;
  tell("forgotten");
  tell("changed");
}

function paint(theme) {
  const root = document.documentElement;
  root.dataset.theme = theme;
  for (const [name, colour] of Object.entries(config.colours[theme])) root.style.setProperty(`--${name}`, colour);
}

addEventListener("online", () => (begun ? flush() : (here.isOpen || store.get("token")) && begin()));
