// Makes the pair's input a combobox: matches come from the server while somebody types,
// to be chosen by arrow keys and Enter or by mouse. What was typed changes only when a
// match is chosen, and any text may stay. Without this file "Find" posts the form, and
// the matches are buttons.

const DELAY_MS = 150;
const AGAIN_MS = 300;
const PATIENCE_MS = 20000;

const field = document.querySelector("[data-pairs]");
const input = field.querySelector("input");
const form = input.form;
const find = field.querySelector("[data-find]");
const box = document.createElement("div");
const list = document.createElement("div");
const says = document.createElement("p");
const said = document.createElement("p");
let timer, asked = 0;

function options() {
  return [...list.children];
}

function active() {
  return list.querySelector("[aria-selected=true]");
}

function isOpen() {
  return !box.hidden;
}

function close() {
  clearTimeout(timer);
  asked += 1;
  box.hidden = true;
  input.setAttribute("aria-expanded", "false");
  mark(null);
}

function mark(option) {
  for (const other of options()) other.setAttribute("aria-selected", other === option);
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

// From the last one comes the first, and from none the first or the last.
function move(by) {
  const all = options();
  if (!all.length) return;
  const now = all.indexOf(active());
  const next = now < 0 && by < 0 ? all.length - 1 : (now + by + all.length) % all.length;
  mark(all[next]);
}

function choose(option) {
  input.value = option.dataset.name;
  close();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function optionOf(button, number) {
  const option = document.createElement("div");
  option.id = `pair-option-${number}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.name = button.value.slice("pair:".length);
  option.append(...button.childNodes);
  return option;
}

function show(page) {
  const found = page.querySelector("[data-found]");
  list.replaceChildren(...[...found.querySelectorAll("button")].map(optionOf));
  list.hidden = !list.children.length;
  says.textContent = said.textContent = found.querySelector("[data-says]").textContent;
  mark(null);
  box.hidden = false;
  input.setAttribute("aria-expanded", !list.hidden);
  return "pending" in found.dataset;
}

// Answers that come after somebody went on are of no use any more.
async function ask(since = performance.now()) {
  const mine = asked += 1;
  const post = new FormData();
  for (const name of ["csrfmiddlewaretoken", "account_id", "pair"]) {
    post.set(name, form.elements[name].value);
  }
  try {
    const answer = await fetch(field.dataset.pairs, { method: "POST", body: post });
    const text = await answer.text();
    if (mine !== asked || !answer.ok || answer.redirected) return;
    const isPending = show(new DOMParser().parseFromString(text, "text/html"));
    if (isPending && !options().length && performance.now() - since < PATIENCE_MS) {
      timer = setTimeout(ask, AGAIN_MS, since);
    }
  } catch {
    // No way to the server at the moment; any text can be typed all the same.
  }
}

function askSoon() {
  clearTimeout(timer);
  timer = setTimeout(ask, DELAY_MS);
}

function pressed(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves) {
    event.preventDefault();
    if (isOpen()) move(moves[event.key]);
    else ask();
  } else if (event.key === "Enter" && isOpen() && active()) {
    event.preventDefault();
    choose(active());
  } else if (event.key === "Escape" && isOpen()) {
    event.preventDefault();
    close();
  }
}

box.className = "listbox";
box.hidden = true;
list.id = "pair-list";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Pairs");
says.className = "help says";
says.setAttribute("aria-hidden", "true");
said.className = "visually-hidden";
said.setAttribute("role", "status");
box.append(list, says);
find.parentElement.append(box, said);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
})) input.setAttribute(name, value);

input.addEventListener("input", askSoon);
input.addEventListener("keydown", pressed);
input.addEventListener("blur", close);
box.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
find.addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector("#pairs-found").replaceChildren();
  input.focus();
  ask();
});
