// The loader of the chat: one button, and a frame once somebody wants to chat.
//   <script async src="https://inbox.example/chat.js" data-channel="KEY"></script>
// It writes no inline style or script, loads nothing but from its own site, and stores nothing before consent where the
// channel asks for it. Calls made before it has loaded wait in the array `window.inboxChat`.
(() => {
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
    waiting.forEach((call) => api.push(call));
    const known = memory.read();
    if (known.unread) count(known.unread);
    const mayFollow = config.follows_pages && (!config.asks_consent || known.consent);
    if (known.talks || mayFollow || queue.some((one) => one.isUrgent)) whenIdle(load);
  }

  function isThis(origin) {
    const [scheme, host] = origin.toLowerCase().split("://");
    const here = location.origin.split("://");
    return here[0] === scheme && (here[1] === host || (host.startsWith("*.") && here[1].endsWith(host.slice(1))));
  }

  const whenIdle = (act) => {
    const soon = () => (window.requestIdleCallback || setTimeout)(act, { timeout: 4000 });
    if (document.readyState === "complete") soon();
    else addEventListener("load", soon, { once: true });
  };

  // Drawing

  function make(tag, values = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  }

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function draw() {
    const host = make("inbox-chat");
    const root = host.attachShadow({ mode: "open" });
    const badge = make("span", { class: "badge", hidden: "" });
    const button = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog" });
    const face = make("span", { class: "face" }, icon("M12 3.2c-5 0-9 3.4-9 7.7 0 2.4 1.3 4.5 3.3 5.9-.1 1.2-.6 2.4-1.5 3.4-.2.3 0 .7.4.6 2-.3 3.7-1 5-2 .6.1 1.2.1 1.8.1 5 0 9-3.4 9-7.8s-4-7.9-9-7.9Z"));
    const cross = make("span", { class: "cross" }, icon("m5.5 9 6.5 6.5L18.5 9"));
    button.append(face, cross);
    if (config.launcher) button.append(make("span", { class: "label" }, config.launcher));
    button.append(badge);
    button.addEventListener("click", () => toggle(!isOpen));
    button.addEventListener("pointerenter", () => !config.asks_consent && load(), { once: true });
    const panel = make("div", { class: "panel" });
    const bubble = make("div", { class: "bubble", hidden: "" });
    root.append(panel, bubble, button);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    parts = { host, root, button, badge, panel, bubble };
    host.dataset.side = config.side;
    host.style.setProperty("--x", `${config.offset_x}px`);
    host.style.setProperty("--y", `${config.offset_y}px`);
    paint();
    dark.addEventListener("change", paint);
    root.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && toggle(false));
    (document.body || document.documentElement).append(host);
    label();
  }

  function shade() {
    const wanted = theme || config.theme;
    return wanted === "dark" || (wanted !== "light" && dark.matches) ? "dark" : "light";
  }

  function paint() {
    parts.host.dataset.theme = shade();
    for (const [name, colour] of Object.entries(config.colours[shade()])) parts.host.style.setProperty(`--${name}`, colour);
    tell({ do: "theme", theme: shade() });
  }

  function label() {
    const { strings } = config;
    const said = [isOpen ? strings.close : config.launcher || strings.open];
    if (unread && !isOpen) said.push(strings.unread.replace("{count}", unread));
    parts.button.setAttribute("aria-label", said.join(". "));
    parts.button.setAttribute("aria-expanded", String(isOpen));
  }

  // The frame

  function load() {
    if (frame || !parts || isGone) return;
    const wanted = new URLSearchParams({ language: config.language });
    frame = make("iframe", { src: `${site}/chat/${key}/frame/?${wanted}`, title: config.strings.frame, allow: "clipboard-write" });
    frame.addEventListener("load", greet);
    parts.panel.append(frame);
    addEventListener("message", hear);
    addEventListener("popstate", moved);
    addEventListener("hashchange", moved);
    window.navigation?.addEventListener?.("currententrychange", moved);
    if (!window.navigation) setInterval(moved, 2000);
  }

  function greet() {
    page = location.href;
    post({ do: "init", page: here(), theme: shade(), asksConsent: config.asks_consent, consent: memory.read().consent === true, kept: memory.read().kept });
    isReady = true;
    for (const one of queue.splice(0)) post(one.said);
    if (isOpen) post({ do: "open", isPhone: phone.matches });
  }

  const here = () => ({ url: location.href.slice(0, 1000), title: document.title.slice(0, 300), referrer: document.referrer.slice(0, 1000) });

  function moved() {
    if (location.href === page) return;
    page = location.href;
    // The title follows the address.
    setTimeout(() => post({ do: "page", page: here() }), 400);
  }

  const post = (said) => frame?.contentWindow?.postMessage({ chat: key, ...said }, site);

  function tell(said, isUrgent = false) {
    if (isReady) post(said);
    else if (said.do !== "theme") queue.push({ said, isUrgent });
    if (isUrgent && config && !isReady) load();
  }

  function hear({ source, origin, data }) {
    if (origin !== site || source !== frame?.contentWindow || data?.chat !== key) return;
    if (data.did === "close") toggle(false);
    else if (data.did === "open") toggle(true);
    else if (data.did === "unread") count(data.count);
    else if (data.did === "known") memory.write({ talks: data.talks });
    else if (data.did === "consent") memory.write({ consent: true });
    else if (data.did === "keep") keep(data);
    else if (data.did === "full") parts.host.toggleAttribute("data-full", data.on);
    else if (data.did === "bubble") speak(data);
    else if (data.did === "warn") warn(data.text);
    if (data.did === "event") emit(data.name, data.detail);
  }

  // Browsers that forbid storage to frames of other sites leave what the frame keeps to this page.
  function keep({ name, text }) {
    const kept = { ...memory.read().kept, [name]: text };
    memory.write({ kept });
  }

  function emit(name, detail = {}) {
    for (const heard of listeners.get(name) || []) {
      try {
        heard(detail);
      } catch (error) {
        console.error(error);
      }
    }
  }

  // Open and closed

  function toggle(open) {
    if (!config) return queue.push({ said: { do: open ? "open" : "close", isPhone: phone.matches }, isUrgent: open });
    if (open === isOpen || isGone) return undefined;
    isOpen = open;
    if (open) load();
    parts.host.toggleAttribute("data-open", open);
    hush();
    label();
    cover(open && phone.matches);
    if (isReady) post({ do: open ? "open" : "close", isPhone: phone.matches });
    if (open) frame.focus({ preventScroll: true });
    else parts.button.focus({ preventScroll: true });
    emit(open ? "open" : "close");
    return undefined;
  }

  // On a phone the chat is the whole screen: what lies beneath can be neither scrolled nor reached.
  function cover(on) {
    const { style } = document.documentElement;
    if (on && !covered.length) {
      covered = [...document.body.children].filter((one) => one !== parts.host && !one.inert);
      covered.forEach((one) => (one.inert = true));
      style.setProperty("overflow", "hidden");
      fit();
    } else if (!on && covered.length) {
      covered.splice(0).forEach((one) => (one.inert = false));
      style.removeProperty("overflow");
    }
  }

  // The keyboard of a phone takes its place from the chat, which stays whole above it.
  function fit() {
    const seen = window.visualViewport;
    if (!seen || !parts) return;
    parts.host.style.setProperty("--seen", `${Math.round(seen.height)}px`);
    parts.host.style.setProperty("--top", `${Math.round(seen.offsetTop)}px`);
  }
  window.visualViewport?.addEventListener("resize", () => isOpen && fit());
  window.visualViewport?.addEventListener("scroll", () => isOpen && fit());
  phone.addEventListener("change", () => isOpen && cover(phone.matches));

  // Unread

  function count(number) {
    if (number !== unread) emit("unread", { count: number });
    unread = number;
    memory.write({ unread });
    parts.badge.hidden = !number;
    parts.badge.textContent = number > 9 ? "9+" : String(number);
    label();
    hint(document.hidden ? number : 0);
  }

  function hint(number) {
    if (hinted && document.title === hinted) document.title = hinted.replace(/^\(\d+\) /, "");
    hinted = number ? `(${number}) ${document.title}` : "";
    if (hinted) document.title = hinted;
  }
  document.addEventListener("visibilitychange", () => hint(document.hidden ? unread : 0));

  // A few words beside the launcher: an answer that came while the chat is closed, or a greeting by rule.
  function speak({ name, text }) {
    if (isOpen || isGone) return;
    const words = make("button", { type: "button", class: "words" }, make("strong", {}, name), make("span", {}, text));
    const away = make("button", { type: "button", class: "away", "aria-label": config.strings.dismiss }, icon("m7 7 10 10M17 7 7 17"));
    words.addEventListener("click", () => toggle(true));
    away.addEventListener("click", () => {
      hush();
      post({ do: "dismissed" });
      parts.button.focus({ preventScroll: true });
    });
    parts.bubble.replaceChildren(words, away);
    parts.bubble.hidden = false;
  }

  function hush() {
    parts.bubble.hidden = true;
    parts.bubble.replaceChildren();
  }

  const STYLE = `
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; inset-block-end: var(--y) !important;
      right: var(--x) !important; color-scheme: light !important; --card: #fff; --text: #1d1e20; --text-2: #55585d; --line: #1d1e201f;
      font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif !important; }
    :host([data-side="left"]) { left: var(--x) !important; right: auto !important; }
    :host([data-theme="dark"]) { color-scheme: dark !important; --card: #1f2226; --text: #eceae6; --text-2: #a9adb3; --line: #ffffff24; }
    :host([hidden]) { display: none !important; }
    [hidden] { display: none !important; }
    button { all: unset; box-sizing: border-box; cursor: pointer; -webkit-tap-highlight-color: transparent; }
    svg { display: block; width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .launcher { position: relative; display: flex; align-items: center; gap: 10px; min-width: 56px; height: 56px; padding: 0 14px; border-radius: 28px;
      background: var(--fill); color: var(--ink); box-shadow: 0 0 0 1px #ffffff26, 0 2px 6px #0000001f, 0 8px 24px #00000033; transition: transform .15s, box-shadow .15s; }
    .launcher:hover { transform: translateY(-1px); box-shadow: 0 0 0 1px #ffffff26, 0 4px 8px #0000001f, 0 12px 30px #0000003d; }
    .launcher:active { transform: scale(.96); }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--card) !important; }
    .face svg { fill: currentColor; stroke: none; }
    .cross { display: none; }
    :host([data-open]) .face { display: none; }
    :host([data-open]) .cross { display: block; }
    .label { font-weight: 600; padding-inline-end: 6px; white-space: nowrap; }
    :host([data-open]) .label { display: none; }
    .badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; box-sizing: border-box; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
      background: #c4281c; color: #fff; font-size: 13px; line-height: 22px; font-weight: 650; text-align: center; box-shadow: 0 0 0 2px var(--card); }
    :host([data-open]) .badge { display: none !important; }
    .panel { position: absolute; inset-block-end: 72px; right: 0; width: 392px; max-width: calc(100vw - 2 * var(--x)); height: min(680px, calc(100vh - 96px - var(--y)));
      border-radius: 18px; overflow: hidden; background: var(--card); box-shadow: 0 0 0 1px var(--line), 0 4px 12px #00000014, 0 18px 60px #00000038;
      visibility: hidden; opacity: 0; transform: translateY(12px) scale(.98); transform-origin: bottom right; transition: opacity .16s, transform .16s, visibility 0s .16s; }
    :host([data-side="left"]) .panel { left: 0; right: auto; transform-origin: bottom left; }
    :host([data-open]) .panel { visibility: visible; opacity: 1; transform: none; transition: opacity .16s, transform .2s cubic-bezier(.2, .9, .3, 1.1); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: inherit; }
    :host([data-full]) .launcher { display: none; }
    :host([data-full]) .panel { position: fixed; inset: 0; width: 100vw; max-width: none; height: 100vh; height: 100dvh; border-radius: 0; transition: none; }
    .bubble { position: absolute; inset-block-end: 70px; right: 0; width: max-content; max-width: min(300px, calc(100vw - 2 * var(--x))); border-radius: 16px 16px 4px;
      background: var(--card); color: var(--text); box-shadow: 0 0 0 1px var(--line), 0 8px 30px #00000029; animation: rise .2s; }
    :host([data-side="left"]) .bubble { left: 0; right: auto; border-radius: 16px 16px 16px 4px; }
    .words { display: block; padding: 12px 40px 13px 15px; border-radius: inherit; overflow-wrap: anywhere; }
    .words strong { display: block; font-size: 13px; font-weight: 600; color: var(--text-2); }
    .words span { display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; white-space: pre-line; }
    .away { position: absolute; inset-block-start: 6px; inset-inline-end: 6px; display: grid; place-items: center; width: 28px; height: 28px; border-radius: 50%; color: var(--text-2); }
    .away:hover { background: var(--line); }
    .away svg { width: 16px; height: 16px; }
    @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
    @media (max-width: 480px), (max-height: 480px) {
      .panel { position: fixed; inset: 0 !important; inset-block-start: var(--top, 0) !important; width: 100vw; max-width: none; height: var(--seen, 100dvh); border-radius: 0; transform: translateY(24px); }
      :host([data-open]) .launcher { display: none; }
      .launcher:focus-visible { outline-offset: 2px; }
    }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
    @media print { :host { display: none !important; } }
  `;

  const wanted = new URLSearchParams({ language });
  const loading = make("script", { src: `${site}/chat/${encodeURIComponent(key)}/start.js?${wanted}` });
  loading.async = true;
  loading.addEventListener("error", () => warn(`the chat could not be loaded from ${site}.`));
  if (key) document.head.append(loading);
  else warn("the script tag needs data-channel.");
})();
