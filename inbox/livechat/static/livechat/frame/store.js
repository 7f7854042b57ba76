// What this browser keeps of the chat: in the frame's own storage; where browsers forbid that to frames, in the storage of
// the page around. Before consent (where it is asked for) it is kept for as long as the page is open and no longer.
import { post } from "./bridge.js";
import { config, mayTalk } from "./state.js";

const prefix = `chat:${config.key}:`;
const memory = new Map();
const around = new Map();

const own = (() => {
  try {
    window.localStorage.getItem(prefix);
    return window.localStorage;
  } catch {
    return null;
  }
})();

const keeper = own
  ? {
      get: (name) => own.getItem(prefix + name),
      set: (name, text) => own.setItem(prefix + name, text),
      drop: (name) => own.removeItem(prefix + name),
      names: () => Object.keys(own).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)),
    }
  : {
      get: (name) => around.get(name) ?? null,
      set: (name, text) => around.set(name, text) && post("keep", { name, text }),
      drop: (name) => around.delete(name) && post("keep", { name }),
      names: () => [...around.keys()],
    };

export const store = {
  // What the page around kept for us.
  given(kept) {
    for (const [name, text] of Object.entries(kept ?? {})) around.set(name, text);
  },
  get(name) {
    const text = memory.get(name) ?? (mayTalk() ? keeper.get(name) : null);
    return text === null ? null : JSON.parse(text);
  },
  set(name, value) {
    const text = JSON.stringify(value);
    memory.set(name, text);
    if (!mayTalk()) return;
    try {
      keeper.set(name, text);
      memory.delete(name);
    } catch {
      // It is full: then it is remembered only.
    }
  },
  drop(name) {
    memory.delete(name);
    if (mayTalk()) keeper.drop(name);
  },
  // The names that begin so.
  names(start) {
    return [...new Set([...memory.keys(), ...(mayTalk() ? keeper.names() : [])])].filter((name) => name.startsWith(start));
  },
  // With consent, what was only remembered is kept.
  settle() {
    for (const [name, text] of [...memory]) this.set(name, JSON.parse(text));
  },
  forget() {
    for (const name of this.names("")) this.drop(name);
    memory.clear();
  },
};
