// Keys 1 to 4 answer; without script the buttons do. The keys can be switched off (WCAG 2.1.4).
const STORED = "kekiz-answer-keys";
for (const form of document.querySelectorAll("form[data-answers]")) {
  const line = form.querySelector("[data-keys]");
  const box = line.querySelector("input");
  box.checked = localStorage.getItem(STORED) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  line.hidden = false;
  for (const button of form.querySelectorAll("button[data-key]")) {
    const key = document.createElement("span");
    key.className = "answers__key";
    key.setAttribute("aria-hidden", "true");
    key.textContent = button.dataset.key;
    (button.querySelector(".kern-label") ?? button).append(key);
  }
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!box.checked || isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
  });
}
