// Long work on a list: while the browser waits for the answer to a form, or for a file, the page asks how far
// it has come and says so. Without script the answer comes just the same. A second press does nothing.
const panel = document.querySelector("[data-work]");
const part = (name) => panel.querySelector(`[data-work-${name}]`);
const spoken = document.querySelector("[data-work-spoken]");
const FIRST_MS = 400;
const NEXT_MS = 900;
const QUIET_POLLS = 4; // a small file is there before anything was told
let work = null;

function start(words, isFile) {
  work = { isFile, quarter: 0, polls: 0, isSeen: false };
  part("title").textContent = words;
  part("text").textContent = "";
  part("bar").removeAttribute("value");
  panel.hidden = false;
  spoken.textContent = `${words} …`;
  if (panel.dataset.work) work.timer = setTimeout(ask, FIRST_MS, work);
}

function stop() {
  if (work) clearTimeout(work.timer);
  work = null;
  panel.hidden = true;
  spoken.textContent = "";
}

async function ask(asked) {
  let told = { share: null, text: "" };
  try {
    const answer = await fetch(panel.dataset.work, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok) told = await answer.json();
  } catch {
    // The next question may be answered again; the work itself does not depend on it.
  }
  if (asked !== work) return;
  asked.polls += 1;
  if (told.share === null) {
    if (asked.isFile && (asked.isSeen || asked.polls >= QUIET_POLLS)) { stop(); return; }
  } else show(told);
  asked.timer = setTimeout(ask, NEXT_MS, asked);
}

function show({ share, text }) {
  work.isSeen = true;
  part("bar").value = share;
  part("text").textContent = text;
  const quarter = Math.floor(share * 4);
  if (quarter > work.quarter && quarter < 4) { // spoken at a quarter, a half, three quarters: not every second
    work.quarter = quarter;
    spoken.textContent = `${quarter * 25} %: ${text}`;
  }
}

document.addEventListener("submit", (event) => {
  if (work && !work.isFile) { event.preventDefault(); return; }
  const words = event.submitter?.dataset.working;
  if (words) start(words, false);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-working]");
  if (link && !work) start(link.dataset.working, true);
});
// Back from the answer: the form can be sent again.
window.addEventListener("pageshow", stop);
