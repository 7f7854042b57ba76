// <chosen-files data-largest-file data-largest-message data-too-large>: names the files chosen in the form around it, and
// refuses at once what the server would refuse (sizes in bytes).
class ChosenFiles extends HTMLElement {
  connectedCallback() {
    this.closest("form").addEventListener("change", (event) => {
      if (event.target.matches("[type=file]")) this.#show(event.target);
    });
  }

  #show(input) {
    const sizes = [...input.files].map((file) => file.size);
    const sum = sizes.reduce((all, size) => all + size, 0);
    if (Math.max(0, ...sizes) > Number(this.dataset.largestFile) || sum > Number(this.dataset.largestMessage)) {
      input.value = "";
      const detail = { text: this.dataset.tooLarge, kind: "refused" };
      document.body.dispatchEvent(new CustomEvent("toast", { detail }));
    }
    this.querySelector("ul").replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.className = "file";
        item.textContent = file.name;
        return item;
      }),
    );
  }
}
customElements.define("chosen-files", ChosenFiles);
