// Small comforts, in the words of the page; every page works without them. Nothing is stored, nothing goes to another server.

const near = document.querySelector("[data-near-me]");
const status = document.querySelector("[data-near-status]");

if (near && "geolocation" in navigator) {
  near.hidden = false;
  near.addEventListener("click", () => {
    status.textContent = near.dataset.asking;
    navigator.geolocation.getCurrentPosition(askNearby, sayNoPosition, { maximumAge: 600000, timeout: 15000 });
  });
}

function askNearby(position) {
  const form = near.closest("form");
  // Two decimals are about a kilometre: enough to sort a list, too little to find a door.
  const { latitude, longitude } = position.coords;
  form.elements.nahe.value = `${latitude.toFixed(2)},${longitude.toFixed(2)}`;
  form.elements.ort.value = "";
  form.requestSubmit();
}

function sayNoPosition() {
  status.textContent = near.dataset.missing;
  near.closest("form").elements.ort.focus();
}

// A typed place replaces the position.
document.querySelector(".finder-search [name=ort]")?.addEventListener("input", (event) => {
  event.target.form.elements.nahe.value = "";
});

// Fields left empty do not need to stand in the address.
document.querySelector(".finder-search")?.addEventListener("submit", (event) => {
  for (const field of event.target.elements) if (!field.value) field.disabled = true;
});
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll(".finder-search :disabled")) field.disabled = false;
});

// After a search with a mistake the summary is read first.
document.querySelector(".finder-errors")?.focus();

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => globalThis.print());
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const answer = document.querySelector("[data-copy-status]");
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      answer.textContent = copy.dataset.done;
    } catch {
      answer.textContent = copy.dataset.failed;
    }
  });
}
