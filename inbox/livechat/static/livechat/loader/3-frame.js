// The frame: fetched when it is needed, told where the visitor is, heard when it has news.
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
  if (isUrgent && config && !isReady && mayLoad()) load();
}

function hear({ source, origin, data }) {
  if (isGone || origin !== site || source !== frame?.contentWindow || data?.chat !== key) return;
  if (data.did === "close") toggle(false);
  else if (data.did === "open") toggle(true);
  else if (data.did === "unread") count(data.count);
  else if (data.did === "known") memory.write({ talks: data.talks });
  else if (data.did === "consent") memory.write({ consent: true });
  else if (data.did === "keep") keep(data);
  else if (data.did === "shown" && isOpen) frame.focus({ preventScroll: true });
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
