// The news of this conversation: one stream for all tabs of a browser. The tab that was looked at last holds it and
// passes on what rings; when it is closed, another takes over. Where streams don't get through, asking does.
import { base, config, hear, here, tell } from "./state.js";
import { headers, session } from "./server.js";
import { catchUp, talk } from "./talk.js";

const QUIET = 45_000;
const LONGEST = 30_000;
const POLL_AFTER = 3;
const NAME = `chat-stream-${config.key}`;

const others = "BroadcastChannel" in globalThis ? new BroadcastChannel(NAME) : null;
let isWanted = false;
let isLeading = false;
let release = null;
let failures = 0;
let timer = 0;
let watch = 0;
let stop = null;
let missed = 0;
let owed = 0;

// Talk begins: from now on news are wanted.
export function follow() {
  if (isWanted) return;
  isWanted = true;
  lead();
}

export function unfollow() {
  isWanted = false;
  halt();
  release?.();
}

// A tab that is looked at takes the stream over: one that sleeps in the background would keep the news to itself.
function lead() {
  if (isLeading) return connect();
  if (!navigator.locks) return begin();
  const steal = document.visibilityState === "visible";
  navigator.locks.request(NAME, { steal }, begin).catch((error) => {
    // Where locks are forbidden, each tab has a stream of its own.
    if (error.name !== "AbortError") return begin();
    isLeading = false;
    halt();
    if (isWanted) navigator.locks.request(NAME, begin).catch(() => {});
    return undefined;
  });
  return undefined;
}

function begin() {
  if (!isWanted) return undefined;
  isLeading = true;
  connect();
  return new Promise((done) => {
    release = () => {
      isLeading = false;
      done();
    };
  });
}

async function connect() {
  halt();
  const mine = (stop = new AbortController());
  heartbeat();
  try {
    const response = await fetch(`${base}stream/`, { headers: { ...headers(), Accept: "text/event-stream" }, signal: mine.signal });
    if (response.status === 401) await session();
    if (!response.ok || !response.body) throw new Error(String(response.status));
    await read(response.body.pipeThrough(new TextDecoderStream()).getReader());
    throw new Error("closed");
  } catch {
    if (mine === stop) lost();
  }
}

async function read(reader) {
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heartbeat();
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const event = /^event: (\w+)$/m.exec(part)?.[1];
      if (event) ring({ event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] || "{}") });
    }
  }
}

function ring(news) {
  failures = 0;
  others?.postMessage(news);
  heard(news);
}

function heard({ event, data }) {
  tell("connection", { isUp: true });
  if (event === "typing" || event === "paused") tell("typing", { name: data.name || "", is: event === "typing" });
  else if (event === "blocked") tell("blocked");
  else if (event !== "beat") look();
}
if (others) others.onmessage = ({ data }) => isWanted && heard(data);

hear("missed", look);

// What rang is fetched until it is there: it does not ring twice.
function look() {
  clearTimeout(owed);
  const again = () => isWanted && look();
  catchUp().then(
    () => (missed = 0),
    () => (owed = setTimeout(again, Math.min(LONGEST, 500 * 2 ** (missed += 1)))),
  );
}

// A stream that says nothing for longer than the server's beat is dead, whatever the browser thinks.
function heartbeat() {
  clearTimeout(watch);
  watch = setTimeout(lost, QUIET);
}

function lost() {
  halt();
  if (!isWanted || !isLeading) return;
  failures += 1;
  if (failures > 1) tell("connection", { isUp: false });
  if (failures > POLL_AFTER) catchUp().then(() => tell("connection", { isUp: true })).catch(() => {});
  timer = setTimeout(connect, Math.min(here.isOpen ? 8000 : LONGEST, 500 * 2 ** failures) * (0.75 + Math.random() / 2));
}

function halt() {
  clearTimeout(timer);
  clearTimeout(watch);
  stop?.abort();
  stop = null;
}

// After sleep, and when the network is back.
function wake() {
  if (!isWanted || document.visibilityState !== "visible") return;
  failures = 0;
  if (!isLeading) lead();
  else if (!stop) connect();
  if (talk.isKnown) catchUp().catch(() => {});
}
document.addEventListener("visibilitychange", wake);
addEventListener("online", wake);
addEventListener("pageshow", ({ persisted }) => persisted && wake());
hear("open", wake);
