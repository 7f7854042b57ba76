// Files that go with the next message: chosen, dropped or pasted; sent ahead with their progress shown.
import { h, icon, iconButton } from "./dom.js";
import { headers, session } from "./server.js";
import { base, config, tell, words } from "./state.js";
import { sizeOf } from "./time.js";

const MOST = config.max_file_mb * 1024 * 1024;
let chosen = [];

export const tray = h("ul", { class: "tray", hidden: true });
export const fault = h("p", { class: "fault", role: "alert", hidden: true });
export const ready = () => chosen.filter((one) => one.sent).map((one) => one.sent);
export const isBusy = () => chosen.some((one) => !one.sent);

export function add(files) {
  complain("");
  for (const file of files) {
    if (chosen.length >= config.max_files) return complain(words("too_many", { count: config.max_files }));
    if (file.size > MOST) complain(words("too_large", { name: file.name, limit: config.max_file_mb }));
    else upload(file);
  }
  return undefined;
}

// What was chosen goes with a message that is being sent now.
export function taken() {
  for (const one of chosen) one.preview && URL.revokeObjectURL(one.preview);
  chosen = [];
  draw();
}

function complain(text) {
  fault.textContent = text;
  fault.hidden = !text;
}

function upload(file) {
  const one = { file, name: file.name || "image.png", request: new XMLHttpRequest(), sent: null };
  if (/^image\/(png|jpeg|gif|webp)$/.test(file.type)) one.preview = URL.createObjectURL(file);
  one.bar = h("progress", { max: 100, value: 0, "aria-label": words("uploading", { name: one.name }) });
  chosen.push(one);
  draw();
  start(one).catch((error) => {
    if (!chosen.includes(one)) return;
    remove(one);
    complain(`${one.name}: ${error.message || words("failed")}`);
  });
}

async function start(one, tries = 0) {
  if (!headers().Authorization) await session();
  const body = new FormData();
  body.append("file", one.file, one.name);
  const { request } = one;
  request.open("POST", `${base}files/`);
  request.setRequestHeader("Authorization", headers().Authorization);
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => (one.bar.value = (loaded / total) * 100);
  const status = await new Promise((done) => {
    request.onload = request.onerror = () => done(request.status);
    request.send(body);
  });
  if (status === 401 && !tries) {
    await session();
    return start(one, 1);
  }
  // A line that breaks is there again soon: what was chosen need not be chosen again.
  if ((!status || status === 429 || status >= 500) && tries < 4) {
    await new Promise((done) => setTimeout(done, 1000 * 2 ** tries));
    return chosen.includes(one) ? start(one, tries + 1) : undefined;
  }
  if (status !== 201) throw new Error(request.response?.message);
  one.sent = request.response;
  draw();
  return undefined;
}

function remove(one) {
  one.request.abort();
  chosen = chosen.filter((other) => other !== one);
  draw();
}

function draw() {
  tray.hidden = !chosen.length;
  tray.replaceChildren(
    ...chosen.map((one) => {
      const away = iconButton("cross", words("remove", { name: one.name }), { onclick: () => remove(one) });
      const face = one.preview ? h("img", { src: one.preview, alt: "" }) : icon("file");
      return h("li", {}, face, h("span", {}, h("strong", { text: one.name }), one.sent ? h("small", { text: sizeOf(one.file.size) }) : one.bar), away);
    }),
  );
  tell("files");
}

// Anywhere on the chat files may be dropped.
export function takeDrops(place) {
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  let depth = 0;
  const mark = (by) => place.toggleAttribute("data-drop", (depth = Math.max(0, depth + by)) > 0);
  place.append(h("p", { class: "drop", "aria-hidden": "true", text: words("drop") }));
  place.addEventListener("dragenter", (event) => hasFiles(event) && mark(1));
  place.addEventListener("dragleave", (event) => hasFiles(event) && mark(-1));
  place.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  place.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    add(event.dataTransfer.files);
  });
}
