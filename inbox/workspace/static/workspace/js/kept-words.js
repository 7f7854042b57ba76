// keptWords: what was written in a composer and is not on the server yet, {text, ref, sent} by agent, ticket and field. It
// outlives the composer, a reload and a session that has ended, until somebody signs out; other tabs don't see it. What
// the server has taken is known for a moment longer: a page that was on its way, or fetched ahead, shows an older draft.
//   ref: the form's, by which the server knows what has become a message. sent: the words that left without an answer.
const PREFIX = "words:";
const FRESH_FOR = 30_000;
const known = new Map();
let isLeft = false;

function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

globalThis.keptWords = {
  place: (...of) => PREFIX + of.join(":"),
  of(name) {
    const words = known.get(name) ?? stored(name);
    return words?.savedAt && Date.now() - words.savedAt > FRESH_FOR ? null : words;
  },
  keep(name, words) {
    known.set(name, words);
    if (isLeft) return;
    try {
      sessionStorage.setItem(name, JSON.stringify(words));
    } catch {
      // It is full: then a reload forgets them.
    }
  },
  saved(name, text) {
    const words = this.of(name);
    if (words?.text !== text) return;
    known.set(name, { ...words, savedAt: Date.now() });
    sessionStorage.removeItem(name);
  },
  forget(name) {
    known.delete(name);
    sessionStorage.removeItem(name);
  },
};

// Whoever signs out leaves nothing behind for the next one at this desk.
addEventListener("submit", ({ target }) => {
  if (!target.action?.endsWith("/account/logout/")) return;
  isLeft = true;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
});
