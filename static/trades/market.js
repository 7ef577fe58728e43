// Keeps the market's strip up to date: when account or pair change, often while an answer
// is on its way, and now and then while the page is in sight. The words are the server's;
// here only ages tick. Without this file "Refresh" posts the form.

const AGAIN_MS = 300;
const PATIENCE_MS = 20000;
const EVERY_MS = 15000;

const strip = document.querySelector("[data-market]");
const form = strip.closest("form");
const { csrfmiddlewaretoken: token, account_id: account, pair: input } = form.elements;
const said = document.createElement("p");
let timer, asked = 0, shown = performance.now(), since = shown;
let pair = input.value; // not what is being typed

function words() {
  return strip.querySelector("[data-states]").textContent.trim().replaceAll(/\s+/g, " ");
}

// At the inputs, and in the step that is not added yet.
function tell({ units, texts }) {
  for (const [id, text] of Object.entries(texts)) {
    document.getElementById(id).textContent = text;
  }
  for (const place of [document, document.querySelector("[data-steps] template").content]) {
    for (const unit of place.querySelectorAll("[data-unit]")) {
      unit.textContent = units[unit.dataset.unit] ?? unit.dataset.unit;
    }
  }
}

// The parts one by one, so that a button that stays the same keeps the focus.
function put(fresh) {
  const parts = fresh.querySelectorAll("[data-part]");
  strip.querySelectorAll("[data-part]").forEach((part, number) => {
    if (part.innerHTML !== parts[number].innerHTML) part.innerHTML = parts[number].innerHTML;
  });
  tell(JSON.parse(fresh.dataset.told));
  strip.toggleAttribute("data-pending", "pending" in fresh.dataset);
  form.dispatchEvent(new Event("market"));
  shown = performance.now();
}

// Only words are read out, and only new ones; prices would never come to an end.
function say(before) {
  const now = words();
  if (now === before) return;
  const hasPrices = strip.querySelector("[data-age]") !== null;
  said.textContent = now || (hasPrices ? "Prices and limits are there." : "");
}

function plan() {
  clearTimeout(timer);
  const waits = "pending" in strip.dataset && performance.now() - since < PATIENCE_MS;
  timer = setTimeout(waits ? ask : askAnew, waits ? AGAIN_MS : EVERY_MS);
}

async function ask(more = {}) {
  const mine = asked += 1;
  const post = new FormData();
  const fields = { csrfmiddlewaretoken: token.value, account_id: account.value, pair, ...more };
  for (const [name, value] of Object.entries(fields)) post.set(name, value);
  try {
    const answer = await fetch(strip.dataset.market, { method: "POST", body: post });
    const text = await answer.text();
    await form.released?.();
    if (mine !== asked) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("[data-market]");
    if (answer.redirected || (!fresh && answer.status < 500)) return; // not ours to see
    if (fresh) {
      const before = words();
      put(fresh);
      say(before);
    }
  } catch {
    // No way to the server at the moment; the next try may find one.
  }
  if (mine === asked) plan();
}

function askAnew(more) {
  since = performance.now();
  if (!document.hidden) ask(more);
}

// As the server words it.
function age(seconds) {
  for (const [length, name] of [[86400, "days"], [3600, "h"], [60, "min"]]) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${name} ago`;
  }
  return `${seconds} s ago`;
}

function tick() {
  const passed = Math.floor((performance.now() - shown) / 1000);
  for (const element of strip.querySelectorAll("[data-age]")) {
    element.textContent = age(parseInt(element.dataset.age, 10) + passed);
  }
}

said.className = "visually-hidden";
said.setAttribute("role", "status");
strip.after(said);
for (const changed of [account, input]) {
  changed.addEventListener("change", () => {
    pair = input.value;
    askAnew();
  });
}
strip.addEventListener("click", (event) => {
  if (!event.target.closest("[data-refresh]")) return;
  event.preventDefault();
  askAnew({ refresh: "1" });
});
document.addEventListener("visibilitychange", () => askAnew());
setInterval(tick, 1000);
plan();
