// What the visitor wrote and the server has not taken yet. It is kept until it is taken: after a reload, without a
// network, in another tab. Each has an id of its own, so what is sent twice is one message.
import { ask } from "./server.js";
import { config, here, hear, tell } from "./state.js";
import { store } from "./store.js";
import { take, talk } from "./talk.js";

const waiting = new Map();
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel(`chat-outbox-${config.key}`) : null;
let isSending = false;
let failures = 0;
let timer = 0;

export const pending = () => [...waiting.values()].sort((one, other) => one.at - other.at);

export const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function send(message) {
  const one = { id: newId(), at: Date.now(), text: "", files: [], state: "sending", ...message };
  keep(one);
  flush();
  return one;
}

export function retry(id) {
  const one = waiting.get(id);
  if (one) keep({ ...one, state: "sending", why: "" });
  failures = 0;
  flush();
}

// The form the server asked for is filled in: what waited for it goes, the form with the first.
export function release(form) {
  const held = pending().filter((one) => one.state === "held");
  held.forEach((one, at) => keep({ ...one, state: "sending", form: at ? undefined : form }));
  if (held.length) store.drop("form");
  flush();
}

export function discard(id) {
  waiting.delete(id);
  store.drop(`out:${id}`);
  others?.postMessage({ gone: id });
  tell("changed");
}

// What an earlier page left unsent.
export function restore() {
  for (const name of store.names("out:")) {
    const one = store.get(name);
    if (one) waiting.set(one.id, one.state === "failed" ? one : { ...one, state: "sending" });
  }
  if (waiting.size) tell("changed");
  flush();
}

export async function flush() {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  try {
    for (let one; (one = pending().find(({ state }) => state === "sending" || state === "waiting")); ) await deliver(one);
    failures = 0;
  } catch {
    // No answer: the message stays, and is tried again by itself.
    failures += 1;
    timer = setTimeout(flush, Math.min(30_000, 1000 * 2 ** failures) * (0.75 + Math.random() / 2));
  }
  isSending = false;
}

async function deliver(one) {
  const { id, text, files, choice, form, answers } = one;
  const data = { id, text, files: files.map((file) => file.id), context: { page: here.page }, choice, form, answers };
  try {
    // A page that is left lets it get through; browsers refuse to finish more than this.
    const { message } = await ask("POST", "messages/", data, { keepalive: text.length < 5000 });
    // An answer to a survey stands in the survey, not beside it.
    if (one.isQuiet) discard(id);
    else if (message) take({ ...talk, messages: [message], read_up_to: talk.readUpTo });
    else keep({ ...one, state: "taken" });
    store.drop(`out:${id}`);
    tell("sent", one);
  } catch (error) {
    // It was given up while it was on its way.
    if (!waiting.has(id)) return;
    if (error.status === 429 || !error.status || error.status >= 500 || error.code === "no_ticket") {
      keep({ ...one, state: "waiting" });
      if (error.retryAfter) failures = Math.max(failures, Math.log2(error.retryAfter));
      throw error;
    }
    if (error.code === "form" || error.code === "address") {
      keep({ ...one, form: undefined, state: "held" });
      tell("asked", { faults: error.fields, isAddress: error.code === "address", values: form });
    } else if (one.isQuiet) {
      discard(id);
      tell("notice", { text: error.message });
    } else keep({ ...one, state: "failed", why: error.message });
  }
}

function keep(one) {
  waiting.set(one.id, one);
  store.set(`out:${one.id}`, one);
  others?.postMessage({ kept: one });
  tell("changed");
}

hear("forgotten", () => {
  clearTimeout(timer);
  waiting.clear();
});

hear("taken", ({ id }) => {
  if (!waiting.delete(id)) return;
  store.drop(`out:${id}`);
});

if (others)
  others.onmessage = ({ data }) => {
    if (data.gone) waiting.delete(data.gone);
    else if (![...talk.messages.values()].some((message) => message.client_id === data.kept.id)) waiting.set(data.kept.id, data.kept);
    tell("changed");
  };

addEventListener("online", () => {
  failures = 0;
  flush();
});
