// Forms in a dialog that was fetched: it closes once the server has taken what was chosen; a refusal is said in it.
document.body.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const dialog = target.closest?.("dialog[open]");
  // What only asks, as a search does, leaves it open.
  if (!dialog || detail.requestConfig.verb === "get") return;
  if (detail.successful) {
    dialog.close();
    return;
  }
  const { toast } = JSON.parse(detail.xhr.getResponseHeader("HX-Trigger") ?? "{}");
  const problem = dialog.querySelector("[data-problem]");
  if (!problem || !toast) return;
  problem.textContent = toast.text;
  problem.hidden = false;
});
