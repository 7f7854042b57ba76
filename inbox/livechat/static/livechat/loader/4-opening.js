// Opened and closed, and what is said while it is closed.
let unseen = 0;

function toggle(open) {
  wantsOpen = open;
  if (!config || open === isOpen || isGone) return undefined;
  isOpen = open;
  if (open) load();
  parts.host.toggleAttribute("data-open", open);
  hush();
  label();
  cover(open && phone.matches);
  clearTimeout(unseen);
  parts.host.removeAttribute("data-unseen");
  if (open) unseen = setTimeout(() => parts.host.setAttribute("data-unseen", ""), SHOWS);
  if (isReady) post({ do: open ? "open" : "close", isPhone: phone.matches });
  // A frame that is still being fetched would not keep the focus: it is given once the chat is shown.
  if (open) return emit("open");
  parts.button.focus({ preventScroll: true });
  return emit("close");
}

// On a phone the chat closes itself; as long as it can't be seen yet, the launcher does.
function shown() {
  clearTimeout(unseen);
  parts.host.removeAttribute("data-unseen");
  if (isOpen) frame.focus({ preventScroll: true });
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

// The channel's own words call `start`.
const wanted = new URLSearchParams({ language });
const loading = make("script", { src: `${site}/chat/${encodeURIComponent(key)}/start.js?${wanted}` });
loading.async = true;
loading.addEventListener("error", () => warn(`the chat could not be loaded from ${site}.`));
if (key) document.head.append(loading);
else warn("the script tag needs data-channel.");
