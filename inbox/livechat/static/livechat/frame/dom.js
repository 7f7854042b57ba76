// Elements, and the few pictures the chat draws itself.
const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  send: "M4.5 12 3 4.2c-.1-.6.5-1.1 1.1-.9l16.4 7.8c.7.3.7 1.4 0 1.7L4.1 20.7c-.6.2-1.2-.3-1.1-.9L4.5 12Zm0 0H12",
  attach: "m20 11.5-8.3 8.2a5.4 5.4 0 0 1-7.6-7.6l8.6-8.5a3.6 3.6 0 0 1 5.1 5.1l-8.6 8.5a1.8 1.8 0 0 1-2.5-2.5l7.6-7.6",
  emoji: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.5 14.2c.8 1.2 2 1.9 3.5 1.9s2.7-.7 3.5-1.9M9 9.6v.1m6-.1v.1",
  down: "m5.5 9 6.5 6.5L18.5 9",
  more: "M5.5 12v.01M12 12v.01M18.5 12v.01",
  file: "M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5L13.5 3Zm0 0v5.5H19",
  cross: "m6.5 6.5 11 11m0-11-11 11",
  check: "m5 12.5 4.5 4.5L19 7.5",
  warn: "M12 8v5m0 3v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4Zm11.5-1a5 5 0 0 1 0 7m2.5-9.5a8.5 8.5 0 0 1 0 12",
  mail: "M4 6h16v12H4V6Zm0 .500 8 6.5 8-6.5",
  end: "M12 3v8m5.5-4.5a8 8 0 1 1-11 0",
  open: "M14 4h6v6m0-6-8.5 8.5M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4",
};

// h("button", {type: "button", onclick: act, text: "Send"}, ...inside): false, null and undefined are left out.
export function h(tag, values = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside.filter((one) => one !== false && one !== null && one !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  svg.dataset.name = name;
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export const iconButton = (name, label, values = {}) => h("button", { type: "button", class: "round", "aria-label": label, title: label, ...values }, icon(name));

// A person's picture, or the first letter of the name.
export function face(author, name) {
  if (author?.picture) return h("img", { class: "face", src: author.picture, alt: "", width: 28, height: 28 });
  return h("span", { class: "face", "aria-hidden": "true", text: [...(author?.name || name || "?").trim()][0]?.toUpperCase() ?? "?" });
}
