// <copy-text>: a field or a block of code to copy from, with a button that does it.
class CopyText extends HTMLElement {
  connectedCallback() {
    const [field, button] = [this.querySelector("input, pre"), this.querySelector("button")];
    if (!navigator.clipboard) return;
    button.hidden = false;
    const word = button.querySelector("span");
    const before = word.textContent;
    button.addEventListener("click", async () => {
      const text = field.value ?? field.textContent;
      // Where the browser does not allow it, one copies by hand.
      if (!(await navigator.clipboard.writeText(text).then(() => true, () => false))) return void getSelection().selectAllChildren(field);
      word.textContent = button.dataset.done;
      setTimeout(() => (word.textContent = before), 2000);
    });
    field.addEventListener("focus", () => field.select?.());
  }
}
customElements.define("copy-text", CopyText);
