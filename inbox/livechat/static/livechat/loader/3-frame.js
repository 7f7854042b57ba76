// The frame: fetched when it is needed, told where the visitor is, heard when it has news. One that does not answer is the
// browser's page about a line that broke: it is fetched again. A slow telephone is given time.
const ANSWERS = 10_000;
const SHOWS = 4000;
// What the site said of its visitor; a frame that was loaded anew is told again.
const lasting = {};
let tries = 0;
let silent = 0;

function load() {
  if (frame || !parts || isGone) return;
  const wanted = new URLSearchParams({ language: config.language });
  frame = make("iframe", { src: `${site}/chat/${key}/frame/?${wanted}`, title: config.strings.frame, allow: "clipboard-write" });
  frame.addEventListener("load", greet);
  addEventListener("online", () => silent && again());
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
  clearTimeout(silent);
  silent = setTimeout(again, Math.min(60_000, ANSWERS * 2 ** tries));
}

function again() {
  clearTimeout(silent);
  silent = 0;
  tries += 1;
  frame.src = `${frame.src}`;
}

function answered() {
  clearTimeout(silent);
  silent = tries = 0;
  if (isReady) for (const said of Object.values(lasting)) post(said);
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
  if (said.do === "context") lasting.context = { ...said, context: { ...lasting.context?.context, ...said.context } };
  if (said.do === "identify") lasting.identify = said;
  if (isReady) post(said);
  else if (said.do !== "theme") queue.push({ said, isUrgent });
  if (isUrgent && config && !isReady && mayLoad()) load();
}

function hear({ source, origin, data }) {
  if (isGone || origin !== site || source !== frame?.contentWindow || data?.chat !== key) return;
  if (data.did === "here") answered();
  else if (data.did === "close") toggle(false);
  else if (data.did === "open") toggle(true);
  else if (data.did === "unread") count(data.count);
  else if (data.did === "known") memory.write({ talks: data.talks });
  else if (data.did === "consent") memory.write({ consent: true });
  else if (data.did === "keep") keep(data);
  else if (data.did === "shown") shown();
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
