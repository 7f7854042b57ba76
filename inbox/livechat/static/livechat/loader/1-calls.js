// The loader of the chat: one button, and a frame once somebody wants to chat.
//   <script async src="https://inbox.example/chat.js" data-channel="KEY"></script>
// It writes no inline style or script, loads nothing but from its own site, and stores nothing before consent where the
// channel asks for it. Calls made before it has loaded wait in the array `window.inboxChat`. The parts of this folder are
// one script (`inbox.livechat.views.loader`): they share their names.
const script = document.currentScript;
const waiting = Array.isArray(window.inboxChat) ? window.inboxChat : [];
if (window.inboxChat && !Array.isArray(window.inboxChat)) return;
const { channel: key = "", language = document.documentElement.lang, theme = "", consent = "" } = script.dataset;
const site = new URL(script.src).origin;
const warn = (text) => console.warn(`Chat: ${text}`);
const listeners = new Map();
const queue = [];
const phone = matchMedia("(max-width: 480px), (max-height: 480px)");
const dark = matchMedia("(prefers-color-scheme: dark)");
let config = null;
let parts = null;
let frame = null;
let isReady = false;
let isOpen = false;
let isGone = false;
let wantsOpen = false;
let unread = 0;
let hinted = "";
let covered = [];
let page = "";

// What the site's own storage knows: that there is something to come back to.
const memory = {
  name: `inbox-chat-${key}`,
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) || {};
    } catch {
      return {};
    }
  },
  write(values) {
    try {
      const all = { ...this.read(), ...values };
      if (config?.asks_consent && !all.consent) return;
      localStorage.setItem(this.name, JSON.stringify(all));
    } catch {
      // Storage is forbidden here; then every page begins anew.
    }
  },
  forget() {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // As above.
    }
  },
};

const api = {
  open: () => toggle(true),
  close: () => toggle(false),
  identify: (token) => tell({ do: "identify", token: String(token) }, true),
  setContext: (context) => tell({ do: "context", context: { ...context } }),
  track: (name, data = {}) => tell({ do: "track", name: String(name), data: { ...data }, url: location.href }),
  consent(given = true) {
    if (given) memory.write({ consent: true });
    else memory.forget();
    tell({ do: "consent", given: Boolean(given) });
    if (given && config?.follows_pages) load();
  },
  on(name, heard) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listeners.get(name).add(heard);
    return () => listeners.get(name).delete(heard);
  },
  shutdown() {
    tell({ do: "shutdown" });
    memory.forget();
    isGone = true;
    cover(false);
    hint(0);
    // The frame is given the moment it needs to forget as well.
    setTimeout(() => parts?.host.remove(), 300);
    parts?.host.setAttribute("hidden", "");
    delete window.inboxChat;
  },
  push: (...calls) => calls.forEach(([name, ...values]) => (Object.hasOwn(api, name) ? api[name](...values) : warn(`there is no ${name}().`))),
  start,
};
window.inboxChat = api;

function start(told) {
  if (config || isGone) return;
  if (![site, ...told.origins].some(isThis)) {
    warn(`${location.origin} may not show this chat. Add it under Settings, Channels, Live chat, Sites.`);
    return;
  }
  config = told;
  if (consent === "required") config.asks_consent = true;
  draw();
  // Whoever listens hears what the other calls do, in whichever order they were made.
  for (const isListening of [true, false]) api.push(...waiting.filter(([name]) => (name === "on") === isListening));
  const known = memory.read();
  if (known.unread) count(known.unread);
  if (wantsOpen) toggle(true);
  if (mayLoad() && (known.talks || config.follows_pages || queue.some((one) => one.isUrgent))) whenIdle(load);
}

function isThis(origin) {
  const [scheme, host] = origin.toLowerCase().split("://");
  const here = location.origin.split("://");
  return here[0] === scheme && (here[1] === host || (host.startsWith("*.") && here[1].endsWith(host.slice(1))));
}

// Before consent nothing is fetched unless the visitor opens the chat himself.
const mayLoad = () => !config.asks_consent || memory.read().consent === true;

const whenIdle = (act) => {
  const soon = () => (window.requestIdleCallback || setTimeout)(act, { timeout: 4000 });
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
};
