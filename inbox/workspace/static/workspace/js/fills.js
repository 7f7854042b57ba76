// <button data-fills="id" data-value="text">: puts a value into a field and goes on to the next empty one.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fills]");
  if (!button) return;
  const field = document.getElementById(button.dataset.fills);
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const rest = [...field.form.elements].filter((element) => element.matches("input:not([type=hidden], [type=checkbox])"));
  (rest.find((element) => !element.value) ?? field).focus();
});
