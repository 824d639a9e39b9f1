// Shows the chosen area at once; without script the button does.
for (const form of document.querySelectorAll("form[data-choice]")) {
  for (const select of form.querySelectorAll("select")) {
    let byKeyboard = false;
    select.addEventListener("keydown", (event) => { byKeyboard = event.key !== "Enter"; });
    select.addEventListener("pointerdown", () => { byKeyboard = false; });
    // Arrow keys pass over options: whoever uses the keyboard presses the button.
    select.addEventListener("change", () => { if (!byKeyboard) form.requestSubmit(); });
  }
}
