// Where the visitor is and what the site tells of him: signs of life of an open page, the steps he takes.
import { post } from "./bridge.js";
import { ask, headers } from "./server.js";
import { base, hear, here, mayTalk, tell } from "./state.js";
import { store } from "./store.js";
import { catchUp, talk } from "./talk.js";

const HIDDEN_FOR = 10 * 60_000;
let steps = [];
let beat = 30_000;
let timer = 0;
let soon = 0;
let isGoing = false;
let isNews = false;
let hiddenAt = 0;

hear("session", (answer) => {
  beat = (answer.beat || 30) * 1000;
  isGoing = true;
  schedule();
  if (isNews) changed();
});

// The page, its context or a step changed: told at once, but not one request for each of many.
export function changed(step) {
  if (step) steps = [...steps, step].slice(-20);
  isNews = true;
  if (!isGoing || !mayTalk()) return;
  clearTimeout(soon);
  soon = setTimeout(send, 300);
}

async function send() {
  if (document.hidden && Date.now() - hiddenAt > HIDDEN_FOR) return;
  const going = steps;
  isNews = false;
  steps = [];
  clearTimeout(timer);
  try {
    const answer = await ask("POST", "steps/", { page: here.page, context: here.context, steps: going, is_open: here.isOpen });
    if (answer.beat) beat = answer.beat * 1000;
    if (answer.proactive) offer(answer.proactive);
    // One of us has begun to talk to him.
    if (answer.talks && !talk.messages.size) catchUp().catch(() => {});
  } catch {
    steps = [...going, ...steps].slice(-20);
  }
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (isGoing) timer = setTimeout(send, beat);
}

// A message by rule: a few words beside the launcher, and in the chat once it is open.
function offer({ rule, text, author }) {
  const found = { rule, text, author: typeof author === "string" ? { name: author, picture: "" } : author };
  store.set("offer", found);
  tell("offer", found);
  if (!here.isOpen) post("bubble", { name: found.author?.name || "", text });
}

export function pause() {
  isGoing = false;
  clearTimeout(timer);
}

document.addEventListener("visibilitychange", () => {
  hiddenAt = document.hidden ? Date.now() : 0;
  if (!document.hidden) changed();
});

addEventListener("pagehide", () => {
  if (!isGoing || !store.get("token")) return;
  fetch(`${base}steps/`, {
    method: "POST",
    keepalive: true,
    headers: { ...headers(), "Content-Type": "application/json" },
    body: '{"left":true}',
  }).catch(() => {});
});
