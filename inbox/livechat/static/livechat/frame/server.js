// Requests to our own site. The token of this browser goes in a header; where it is not known any more, a new session
// begins by itself and the request is made again.
import { base, config, hear, here, tell } from "./state.js";
import { store } from "./store.js";

// The server said no: `code` is its word for why, `message` a sentence for the visitor.
export class Refused extends Error {
  constructor(status, told) {
    super(told.message || "");
    Object.assign(this, { status, code: told.error || "", retryAfter: told.retry_after || 0, fields: told.fields });
  }
}

export const headers = () => {
  const token = store.get("token");
  return token ? { Authorization: `Bearer ${token}` } : {};
};

async function request(method, place, data, more = {}) {
  const body = data === undefined ? {} : { body: JSON.stringify(data), headers: { ...headers(), "Content-Type": "application/json" } };
  const response = await fetch(base + place, { method, headers: headers(), signal: AbortSignal.timeout?.(20_000), ...body, ...more });
  if (response.ok) return response.status === 204 ? {} : response.json();
  const told = await response.json().catch(() => ({}));
  if (told.error === "blocked") tell("blocked", told);
  // The page was open for so long that its frame is not known any more.
  if (told.error === "no_ticket" && performance.now() > 60_000) location.reload();
  throw new Refused(response.status, told);
}

export async function ask(method, place, data, more) {
  if (!store.get("token")) await session();
  const used = store.get("token");
  try {
    return await request(method, place, data, more);
  } catch (error) {
    if (error.status !== 401) throw error;
    // Meanwhile the visitor may have proven who he is, which gave him another token.
    if (store.get("token") === used) {
      store.drop("token");
      await session();
    }
    return request(method, place, data, more);
  }
}

export const presence = () => request("GET", "config/");

let underway = null;
let last = Promise.resolve();

// Begin, or go on with the conversation of before. Tabs that arrive together become one visitor. In a tab one follows the
// other, with a lock or without: one that overtook a proof would begin as somebody else.
export function session(more = {}) {
  const isPlain = !Object.keys(more).length;
  if (underway && isPlain) return underway;
  const begun = last.then(() => alone(() => begin(more))).finally(() => {
    if (underway === begun) underway = null;
  });
  last = begun.catch(() => {});
  if (isPlain) underway = begun;
  return begun;
}

let ended = 0;
hear("forgotten", () => (ended += 1));

async function begin(more) {
  const before = ended;
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { language, frame_ticket } = config;
  const told = { page: here.page, context: here.context, language, time_zone, frame_ticket, ...more };
  const answer = await request("POST", "session/", told);
  // The site has signed its visitor out while this was on its way: nobody is to go on with it here.
  if (before !== ended) throw new Refused(410, {});
  store.set("token", answer.token);
  tell("session", answer);
  return answer;
}

// Browsers that forbid storage to frames forbid locks as well.
const isForbidden = (error) => error instanceof DOMException && error.name === "SecurityError";
const locked = (act) => navigator.locks.request(`chat-session-${config.key}`, act);
const alone = async (act) => (navigator.locks ? locked(act).catch((error) => (isForbidden(error) ? act() : Promise.reject(error))) : act());
