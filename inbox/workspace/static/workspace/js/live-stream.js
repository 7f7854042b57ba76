// <live-stream src="/live/">: one event stream per browser. The tab that holds the lock "live-stream" has the
// connection and passes the news to the others; when it closes, the next one takes over with the cursor kept by all.
// News become events on the body: "live:ticket" and "live:ticket-42" with {ticket, event, kinds}, and "live:catch-up"
// when too much was missed and fragments should fetch themselves anew; "live:notice" when the bell counts anew;
// "live:chatting" with {ticket, doing} of a chat's visitor, "live:visitors" when those on the site changed, "live:resumed"
// when the connection begins or is there again. The state is on the body: data-live.
const NEWS = ["hello", "beat", "ticket", "catch_up", "presence", "notice", "chatting", "visitors"];
const QUIET = 50_000;
const POLL_AFTER = 3;
const POLL_EVERY = 10_000;
const LONGEST = 30_000;
// What a tab that opens now may have missed; who is typing says so again by himself.
const LASTING = new Set(["ticket", "catch_up", "notice", "visitors"]);
const REMEMBERED = 20_000;

class LiveStream extends HTMLElement {
  #bus = "BroadcastChannel" in globalThis ? new BroadcastChannel("live-stream") : null;
  // Until something was heard: when the page was made. What happened since then is told when the connection is there.
  #cursor = document.documentElement.dataset.serverTime ?? "";
  #source = null;
  #failures = 0;
  #timer = 0;
  #release = null;
  #left = false;
  #told = [];
  #id = String(Math.random());

  connectedCallback() {
    if (this.#bus) this.#bus.onmessage = ({ data }) => this.#heard(data);
    addEventListener("online", this);
    addEventListener("pageshow", this);
    addEventListener("pagehide", this);
    document.addEventListener("visibilitychange", this);
    this.#apply();
  }

  disconnectedCallback() {
    this.#stop();
    removeEventListener("online", this);
    removeEventListener("pageshow", this);
    removeEventListener("pagehide", this);
    document.removeEventListener("visibilitychange", this);
    this.#bus?.close();
  }

  handleEvent(event) {
    // A page kept for the back button must not keep the lock, and asks for what it missed when it comes back.
    if (event.type === "pagehide") return this.#stop();
    if (event.type === "pageshow") return event.persisted ? this.#apply() : undefined;
    const waits = this.#release && (!this.#source || this.#source.readyState === EventSource.CLOSED);
    if (waits && !document.hidden) this.#connect();
    return undefined;
  }

  #apply() {
    this.#left = false;
    if (!navigator.locks) return this.#lead();
    const locked = (how, then) => navigator.locks.request("live-stream", how, then).catch(() => this.#lead());
    locked({ ifAvailable: true }, (lock) => {
      if (lock) return this.#lead();
      // Another tab has the connection: it tells again what it told while this page was on its way.
      this.#bus?.postMessage({ name: "again", by: this.#id });
      locked({}, () => this.#lead());
      return undefined;
    });
    return undefined;
  }

  #heard({ to, ...item }) {
    if (item.name === "again") return this.#source ? this.#tellAgain(item.by) : undefined;
    return !to || to === this.#id ? this.#take(item) : undefined;
  }

  #tellAgain(to) {
    for (const { name, news } of this.#fresh) this.#bus.postMessage({ name, news, to });
  }

  get #fresh() {
    return this.#told.filter(({ at }) => performance.now() - at < REMEMBERED);
  }

  #lead() {
    if (this.#left) return undefined;
    this.#connect();
    return new Promise((release) => {
      this.#release = release;
    });
  }

  #stop() {
    this.#left = true;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#release?.();
    this.#release = null;
  }

  #url(more = "") {
    return `${this.getAttribute("src")}?since=${encodeURIComponent(this.#cursor)}${more}`;
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = (this.#source = new EventSource(this.#url()));
    const told = (name) => (event) => {
      this.#watch();
      if (event.lastEventId) this.#cursor = event.lastEventId;
      this.#tell({ name, news: JSON.parse(event.data || "{}"), cursor: this.#cursor });
    };
    for (const name of NEWS) source.addEventListener(name, told(name));
    source.onerror = () => this.#lost();
    this.#watch();
  }

  // A connection that says nothing for longer than the server's beat is dead, whatever the browser thinks.
  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), QUIET);
  }

  #lost() {
    if (this.#left) return;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#failures += 1;
    if (this.#failures > 1) this.#tell({ name: "lost" });
    const wait = Math.min(LONGEST, 500 * 2 ** this.#failures) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => (this.#failures > POLL_AFTER ? this.#poll() : this.#connect()), wait);
  }

  // Where streams don't get through, asking does. Each answer is followed by another try of the stream.
  async #poll() {
    try {
      const response = await fetch(this.#url("&poll=1"), { headers: { Accept: "application/json" } });
      if (response.status === 401) return location.reload();
      const { cursor, time, events } = await response.json();
      this.#cursor = String(cursor);
      this.#tell({ name: "beat", news: { time }, cursor: this.#cursor });
      for (const { topic, ...news } of events) this.#tell({ name: topic, news, cursor: this.#cursor });
    } catch {
      this.#tell({ name: "lost" });
    }
    if (!this.#left) this.#timer = setTimeout(() => this.#connect(), POLL_EVERY);
    return undefined;
  }

  #tell(item) {
    if (LASTING.has(item.name)) this.#told = [...this.#fresh, { ...item, at: performance.now() }];
    this.#bus?.postMessage(item);
    this.#take(item);
  }

  #take({ name, news = {}, cursor }) {
    if (cursor) this.#cursor = cursor;
    if (name !== "lost") this.#failures = 0;
    this.#state(name === "lost" ? "reconnecting" : "live");
    if (news.time) document.documentElement.dataset.clockOffset = String(Date.parse(news.time) - Date.now());
    // What is no event of a ticket has no cursor: who shows some of it looks again when the connection is there.
    if (name === "hello") this.#say("live:resumed", {});
    if (name === "ticket") {
      this.#say("live:ticket", news);
      this.#say(`live:ticket-${news.ticket}`, news);
      // Whom it told hears so by itself; what was missed comes with the ticket's own news.
      if (news.kinds?.some((kind) => kind === "escalated" || kind === "unsnoozed")) this.#say("live:notice", {});
    } else if (name === "catch_up") {
      this.#say("live:catch-up", news);
    } else if (name === "notice") {
      this.#say("live:notice", news);
    } else if (["presence", "chatting", "visitors"].includes(name)) {
      this.#say(`live:${name}`, news);
    }
  }

  #say(name, detail) {
    document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #state(state) {
    document.body.dataset.live = state;
    const words = document.getElementById("words").dataset;
    for (const pill of document.querySelectorAll("[data-live-pill]")) {
      if (pill.dataset.live === state) continue;
      pill.dataset.live = state;
      pill.className = `pip ${state === "live" ? "good" : "due"}`;
      pill.textContent = words[state];
    }
  }
}
customElements.define("live-stream", LiveStream);
