// The launcher: how it looks and what it is called.
function make(tag, values = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function draw() {
  const host = make("inbox-chat");
  const root = host.attachShadow({ mode: "open" });
  const badge = make("span", { class: "badge", hidden: "" });
  const button = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-haspopup": "dialog" });
  const face = make("span", { class: "face" }, icon("M12 3.2c-5 0-9 3.4-9 7.7 0 2.4 1.3 4.5 3.3 5.9-.1 1.2-.6 2.4-1.5 3.4-.2.3 0 .7.4.6 2-.3 3.7-1 5-2 .6.1 1.2.1 1.8.1 5 0 9-3.4 9-7.8s-4-7.9-9-7.9Z"));
  const cross = make("span", { class: "cross" }, icon("m5.5 9 6.5 6.5L18.5 9"));
  button.append(face, cross);
  if (config.launcher) button.append(make("span", { class: "label" }, config.launcher));
  button.append(badge);
  button.addEventListener("click", () => toggle(!isOpen));
  button.addEventListener("pointerenter", () => mayLoad() && load(), { once: true });
  const panel = make("div", { class: "panel" });
  const bubble = make("div", { class: "bubble", hidden: "" });
  root.append(panel, bubble, button);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  parts = { host, root, button, badge, panel, bubble };
  host.dataset.side = config.side;
  host.style.setProperty("--x", `${config.offset_x}px`);
  host.style.setProperty("--y", `${config.offset_y}px`);
  paint();
  dark.addEventListener("change", paint);
  root.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && toggle(false));
  (document.body || document.documentElement).append(host);
  label();
}

function shade() {
  const wanted = theme || config.theme;
  return wanted === "dark" || (wanted !== "light" && dark.matches) ? "dark" : "light";
}

function paint() {
  parts.host.dataset.theme = shade();
  for (const [name, colour] of Object.entries(config.colours[shade()])) parts.host.style.setProperty(`--${name}`, colour);
  tell({ do: "theme", theme: shade() });
}

function label() {
  const { strings } = config;
  const said = [isOpen ? strings.close : config.launcher || strings.open];
  if (unread && !isOpen) said.push(strings.unread.replace("{count}", unread));
  parts.button.setAttribute("aria-label", said.join(". "));
  parts.button.setAttribute("aria-expanded", String(isOpen));
}
