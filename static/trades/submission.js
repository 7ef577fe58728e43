// Keeps a submission's page up to date, and counts down. Asks the server for one line
// that changes with the page: often at first, then at the pace the page names. Without
// this file the page tells the browser when to load it again.

const EAGER_MS = 50;
const EAGER_FOR_MS = 3000;

const opened = performance.now();
const said = document.createElement("p");
let shown, watched;
let released = Promise.resolve(), release = null;

function every() {
  const pace = parseInt(watched.dataset.every, 10) * 1000;
  const fresh = pace === 1000 && performance.now() - opened < EAGER_FOR_MS;
  return fresh ? EAGER_MS : pace;
}

async function isNew() {
  const answer = await fetch(watched.dataset.watch, { cache: "no-store" });
  return answer.ok && (await answer.text()) !== watched.dataset.mark;
}

// Somebody is answering a question of this page: then nothing moves under their hands.
function isBusy() {
  const typed = [...document.querySelectorAll("[data-settle] :is(input[type=text], textarea)")];
  return typed.some((input) => input.value !== input.defaultValue)
    || document.activeElement.closest("[data-settle]") !== null;
}

// News that come between press and release would move the page under the pointer.
function pressed() {
  if (!release) released = new Promise((done) => { release = done; });
}

function lifted() {
  if (release) setTimeout(release);
  release = null;
}

async function show() {
  const address = new URL(location);
  address.searchParams.set("refreshed", "");
  const answer = await fetch(address, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  await released;
  if (isBusy()) {
    document.querySelector("[data-news]").hidden = false;
    return;
  }
  if (!answer.ok || answer.redirected) return location.reload();
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").children);
  said.textContent = document.querySelector("#outcome").textContent;
  begin();
}

async function watch() {
  try {
    if (await isNew()) return await show();
  } catch {
    // No way to the server at the moment; the next try may find one.
  }
  setTimeout(watch, every());
}

function clock(left) {
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(left / 60);
  const hours = Math.floor(minutes / 60);
  const rest = two(left % 60);
  return hours ? `${hours}:${two(minutes % 60)}:${rest}` : `${minutes}:${rest}`;
}

// By the seconds that were left when the page was made: clocks differ.
function count() {
  const passed = Math.floor((performance.now() - shown) / 1000);
  for (const element of document.querySelectorAll("[data-countdown]")) {
    element.textContent = clock(Math.max(0, parseInt(element.dataset.countdown, 10) - passed));
  }
}

function begin() {
  shown = performance.now();
  watched = document.querySelector("[data-watch]");
  const follow = document.querySelector("[data-follow]");
  if (watched) setTimeout(watch, every());
  if (follow) setTimeout(() => location.replace(follow.dataset.follow), 1000);
}

// What is put in place of the old page is read out by no screen reader; this is.
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);
addEventListener("pointerdown", pressed);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, lifted);
begin();
setInterval(count, 1000);
