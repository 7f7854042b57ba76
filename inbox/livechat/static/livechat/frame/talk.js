// The conversation as this page knows it: messages of the server by their ids, and how far they were seen.
import { emit, post } from "./bridge.js";
import { ask } from "./server.js";
import { hear, here, tell } from "./state.js";
import { store } from "./store.js";

export const talk = { messages: new Map(), cursor: "", hasEarlier: false, readUpTo: 0, ticket: null, queue: "", opening: null, visitor: {}, isBlocked: false, isKnown: false };

export const ordered = () => [...talk.messages.values()].sort((one, other) => one.id - other.id);
// Counts up with each session: what was asked for in an earlier one may be somebody else's.
let whose = 0;
const isTheirs = (message) => message.from !== "visitor" && !message.is_deleted;

hear("session", ({ visitor, conversation }) => {
  const isLater = talk.messages.size > 0;
  whose += 1;
  talk.visitor = visitor;
  talk.isBlocked = false;
  talk.messages.clear();
  take(conversation, { isFirst: true });
  // What was said while this was on its way is not in it.
  if (isLater) tell("missed");
});

hear("forgotten", () => {
  whose += 1;
  talk.messages.clear();
  Object.assign(talk, { cursor: "", ticket: null, queue: "", opening: null, visitor: {}, isKnown: false });
});

hear("blocked", () => {
  talk.isBlocked = true;
  tell("changed");
});

// `isFirst`: these are no news, they were there before.
export function take(found, { isFirst = false, isOlder = false } = {}) {
  const arrived = [];
  for (const message of found.messages) {
    if (!isFirst && !isOlder && !talk.messages.has(message.id) && isTheirs(message)) arrived.push(message);
    talk.messages.set(message.id, message);
    if (message.client_id) tell("taken", { id: message.client_id });
  }
  if (isFirst || isOlder) talk.hasEarlier = found.has_earlier;
  if (!isOlder) Object.assign(talk, { cursor: found.cursor, readUpTo: found.read_up_to, ticket: found.ticket, queue: found.queue, opening: found.opening });
  talk.isKnown = true;
  post("known", { talks: talk.messages.size > 0 });
  tell("changed");
  for (const message of arrived) {
    tell("arrived", message);
    emit("message", { from: message.from, text: message.text });
  }
  count();
}

let asking = null;
let again = false;

// What changed since the cursor. Calls while one is underway become one more.
export function catchUp() {
  if (asking) {
    again = true;
    return asking;
  }
  asking = look().finally(() => {
    asking = null;
    if (again) {
      again = false;
      tell("missed");
    }
  });
  return asking;
}

async function look() {
  const asked = whose;
  const after = talk.cursor ? `?after=${encodeURIComponent(talk.cursor)}` : "";
  const found = await ask("GET", `conversation/${after}`);
  if (asked === whose) take(found);
  else again = talk.isKnown;
}

export async function earlier() {
  const [asked, [oldest]] = [whose, ordered()];
  const found = await ask("GET", `conversation/?before=${oldest.id}`);
  if (asked === whose) take(found, { isOlder: true });
}

// Unread is what came after the last message the visitor saw or wrote himself.
export function unread() {
  const mine = ordered().filter((message) => message.from === "visitor");
  const seen = Math.max(store.get("seen") || 0, mine.at(-1)?.id || 0);
  return ordered().filter((message) => isTheirs(message) && message.id > seen);
}

let told = { up_to: 0, seen: false };

export function count() {
  if (!talk.isKnown) return;
  const newest = ordered().filter(isTheirs).at(-1);
  const isSeen = here.isOpen && document.visibilityState === "visible";
  if (newest && isSeen && newest.id > (store.get("seen") || 0)) store.set("seen", newest.id);
  post("unread", { count: isSeen ? 0 : unread().length });
  if (!newest || (told.up_to >= newest.id && (told.seen || !isSeen))) return;
  told = { up_to: newest.id, seen: isSeen };
  ask("POST", "read/", told).catch(() => (told = { up_to: 0, seen: false }));
}

document.addEventListener("visibilitychange", count);
