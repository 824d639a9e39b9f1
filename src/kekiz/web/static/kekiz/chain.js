// Opens the facts of a station on hover and closes them with Escape, on leaving (by mouse or Tab), or when another opens.
// Without script the same facts open by click, tap or Enter.

const HOVER_DELAY_MS = 250;

function closeOthers(stations, kept) {
  for (const station of stations) {
    const facts = station.querySelector(".facts");
    if (facts && station !== kept) facts.open = false;
  }
}

function connectStation(station, stations) {
  const facts = station.querySelector(".facts");
  if (!facts) return;
  let timer = 0;
  let openedByHover = false;
  facts.addEventListener("toggle", () => facts.open && closeOthers(stations, station));
  station.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "mouse" || facts.open) return;
    timer = window.setTimeout(() => { openedByHover = true; facts.open = true; }, HOVER_DELAY_MS);
  });
  station.addEventListener("pointerleave", () => {
    window.clearTimeout(timer);
    if (openedByHover) { openedByHover = false; facts.open = false; }
  });
  facts.querySelector("summary").addEventListener("click", (event) => {
    if (!openedByHover) return;
    event.preventDefault(); // a click while hovering keeps the facts open
    openedByHover = false;
  });
  station.addEventListener("focusout", (event) => {
    // Who goes on with the Tab key must not find the next station covered.
    if (event.relatedTarget && !station.contains(event.relatedTarget)) facts.open = false;
  });
  station.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !facts.open) return;
    facts.open = false;
    facts.querySelector("summary").focus();
  });
}

for (const chain of document.querySelectorAll(".chain")) {
  const stations = [...chain.querySelectorAll(".station")];
  for (const station of stations) connectStation(station, stations);
}
