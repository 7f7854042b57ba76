// Popover menus: placed beside the button that opens them, walked through with the arrow keys.
// Markup: <button popovertarget="id"> and <div id="id" class="menu" popover>. They open without this script too.
const GAP = 6;
const EDGE = 8;

function place(menu, opener) {
  const button = opener.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const rtl = getComputedStyle(opener).direction === "rtl";
  let left = rtl ? button.right - box.width : button.left;
  let top = button.bottom + GAP;
  // Beside the rail: to its inner side, the lower edges level.
  if (opener.dataset.menuSide === "end" && innerWidth >= 800) {
    left = rtl ? button.left - box.width - GAP : button.right + GAP;
    top = button.bottom - box.height;
  } else if (top + box.height > innerHeight - EDGE && button.top - GAP - box.height > EDGE) {
    top = button.top - GAP - box.height;
  }
  left = Math.max(EDGE, Math.min(left, innerWidth - box.width - EDGE));
  top = Math.max(EDGE, Math.min(top, innerHeight - box.height - EDGE));
  Object.assign(menu.style, { position: "fixed", inset: "auto", margin: "0", left: `${left}px`, top: `${top}px` });
}

const openerOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
const itemsOf = (menu) =>
  [...menu.querySelectorAll(".menu-item, input:not([type=hidden]), .segments button")].filter((item) =>
    item.checkVisibility(),
  );

// One that grows while it is open stays on the screen.
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const opener = target.matches(":popover-open") && openerOf(target);
    if (opener) place(target, opener);
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches(".menu[popover]")) return;
    sizes.unobserve(menu);
    if (event.newState !== "open") return;
    const opener = openerOf(menu);
    if (opener) place(menu, opener);
    sizes.observe(menu);
    const items = itemsOf(menu);
    const first =
      menu.querySelector("[autofocus]") ??
      items.find((item) => item.matches('[aria-current="true"], [aria-checked="true"]')) ??
      items.find((item) => item.matches(".menu-item")) ??
      items[0];
    first?.focus();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1, Home: 0, End: 0 }[event.key];
  if (step === undefined || (event.target.matches("input, textarea") && !step)) return;
  event.preventDefault();
  const items = itemsOf(menu);
  const at = items.indexOf(document.activeElement);
  const next =
    event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : (at + step + items.length) % items.length;
  items[next]?.focus();
});

// A menu whose choice was sent has done its work; so has one whose page went away.
document.addEventListener("submit", (event) => {
  const menu = event.target.closest?.(".menu[popover]");
  if (menu && !event.target.closest("theme-switch")) menu.hidePopover();
});
document.addEventListener("click", (event) => {
  const closer = event.target.closest?.(".menu [data-closes]");
  closer?.closest(".menu").hidePopover();
  const opener = event.target.closest?.("[data-opens]");
  if (!opener) return;
  opener.closest(".menu[popover]")?.hidePopover();
  document.getElementById(opener.dataset.opens)?.showModal();
});
addEventListener("resize", () => {
  for (const menu of document.querySelectorAll(".menu:popover-open")) {
    const opener = openerOf(menu);
    if (opener) place(menu, opener);
  }
});
