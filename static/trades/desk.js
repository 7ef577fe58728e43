// The review desk by keyboard: "n" goes to the next unreviewed submission, unless
// somebody types, or has switched that off with the button beside it. Copies a request.

const next = document.querySelector("[data-next]");
const KEPT = "desk-keys-off";

function isTyping(event) {
  return event.target.closest("input, select, textarea") !== null;
}

function pressed(event) {
  const plain = !(event.ctrlKey || event.altKey || event.metaKey);
  const off = localStorage.getItem(KEPT) !== null;
  if (event.key === "n" && plain && !off && !isTyping(event)) next.click();
}

function label(button) {
  const off = localStorage.getItem(KEPT) !== null;
  button.textContent = `Key “n”: ${off ? "off" : "on"}`;
  button.setAttribute("aria-pressed", String(!off));
}

function toggle(event) {
  if (localStorage.getItem(KEPT) === null) localStorage.setItem(KEPT, "1");
  else localStorage.removeItem(KEPT);
  label(event.target);
}

function copy(event) {
  const text = document.getElementById(event.target.dataset.copy).textContent;
  navigator.clipboard.writeText(text).then(() => { event.target.textContent = "Copied"; });
}

const button = document.createElement("button");
button.type = "button";
button.className = "button quiet";
label(button);
button.addEventListener("click", toggle);
next.after(button);
document.addEventListener("keydown", pressed);
for (const copies of document.querySelectorAll("[data-copy]")) copies.addEventListener("click", copy);
