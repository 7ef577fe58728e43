// The ticket while somebody fills it in. Shows the inputs that mean something for what is
// chosen so far; adds, removes and moves steps; has the server judge what was typed each
// time an input is left, and puts its words beside the inputs, never into them; saves the
// draft once nobody types. The conditions stand in data-when, written there by the server:
// every clause must hold, and a clause holds when one of its [name, values] does. Without
// this file everything is visible, the buttons post, and the server judges just the same.

const SAVE_AFTER_MS = 2500;

const form = document.querySelector("form[data-ticket]");
const steps = form.querySelector("[data-steps]");
const add = steps.querySelector("[data-add]");
const fresh = steps.querySelector("template");
const count = form.elements["steps-TOTAL_FORMS"];
const status = document.querySelector("[data-status]");
const numbered = [
  "id", "name", "for", "value", "aria-describedby", "aria-labelledby", "data-when", "data-said",
];
// Where another page has saved meanwhile, only a person replaces that.
let mayAutosave = document.querySelector("[data-changed]") === null;
let asked = 0, judged = "", soon, later, saving = null;
let released = Promise.resolve(), release = null;

// What is shown

function chosen(name) {
  const input = form.elements[name];
  return input.type === "checkbox" ? input.checked : input.value;
}

function holds(clauses) {
  return clauses.every((clause) =>
    clause.some(([name, values]) => values.includes(chosen(name))));
}

// A box that holds a message stays, whatever is chosen.
function refresh() {
  for (const box of form.querySelectorAll("[data-when]")) {
    const needed = holds(JSON.parse(box.dataset.when));
    box.hidden = !needed && !box.querySelector("[data-said]:not(:empty)");
  }
}

// Steps

// Gives a row its number. An attribute "value" is left alone on what people type in.
function renumber(row, number) {
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const name of numbered) {
      const text = element.getAttribute(name);
      if (text === null || (name === "value" && element.type !== "submit")) continue;
      element.setAttribute(name, text.replaceAll(/steps-(\d+|__prefix__)/g, `steps-${number}`));
    }
    if ("number" in element.dataset) element.textContent = number + 1;
  }
}

function rows() {
  return [...steps.querySelectorAll("[data-step]")];
}

function settle() {
  rows().forEach(renumber);
  count.value = rows().length;
  add.disabled = rows().length >= parseInt(steps.dataset.max, 10);
  refresh();
}

function addStep() {
  (rows().at(-1) ?? fresh).after(fresh.content.cloneNode(true));
  settle();
  rows().at(-1).querySelector("select, input").focus();
}

function removeStep(row) {
  const next = rows()[rows().indexOf(row) + 1];
  row.remove();
  settle();
  const neighbour = next ?? rows().at(-1);
  if (neighbour) neighbour.querySelector("select, input").focus();
  else addStep();
}

function moveStep(row, button, by) {
  const other = rows()[rows().indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  settle();
  button.focus();
}

function stepsClicked(event) {
  const button = event.target.closest("button");
  const row = button?.closest("[data-step]");
  const acts = { up: () => moveStep(row, button, -1), down: () => moveStep(row, button, 1) };
  acts.remove = () => removeStep(row);
  acts.add = addStep;
  const act = acts[button?.value.split("-")[0]];
  if (!act) return;
  event.preventDefault();
  act();
  changed();
}

// A button that offers a value puts it in where it can, and posts otherwise.
function take(event) {
  const button = event.target.closest('button[value^="set:"]');
  if (!button) return;
  const values = [...new URLSearchParams(button.value.slice("set:".length))];
  const inputs = values.map(([name]) => form.elements[name]);
  if (inputs.includes(undefined)) return;
  event.preventDefault();
  values.forEach(([, text], number) => {
    if (inputs[number].type === "checkbox") inputs[number].checked = text === "true";
    else inputs[number].value = text;
  });
  refresh();
  inputs.find((input) => input.offsetParent)?.focus();
  changed();
}

// What the server says

// The place for what is said of an input; once it was left, all is said that there is.
function place(input) {
  const described = input.closest("[aria-describedby]")?.getAttribute("aria-describedby");
  return document.getElementById(described?.split(" ").find((id) => id.endsWith("_said")));
}

function open(input) {
  const said = place(input);
  if (said) said.dataset.open = "";
  if (input.closest("[data-step]")) document.getElementById("steps_said").dataset.open = "";
}

function mark(said) {
  const wrong = said.querySelector(".error") !== null;
  for (const input of form.querySelectorAll(`[aria-describedby~="${said.id}"]:not(fieldset)`)) {
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function put(told, own) {
  if (own && own.innerHTML !== told.innerHTML) own.innerHTML = told.innerHTML;
}

function show(page) {
  for (const told of page.querySelectorAll("[data-said], [data-note]")) {
    const own = document.getElementById(told.id);
    if (!own || ("said" in told.dataset && !("open" in own.dataset))) continue;
    put(told, own);
    if ("said" in told.dataset) mark(own);
  }
  for (const part of page.querySelectorAll("[data-part-of-ticket]")) {
    const own = document.getElementById(part.id);
    if ("ifShown" in part.dataset && !own.childElementCount) continue;
    const unfolded = [...own.querySelectorAll("details[open]")].map((one) => one.id);
    put(part, own);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  }
  refresh();
  say(page.querySelector("[data-headline]").textContent);
}

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

function typed(action) {
  const post = new URLSearchParams(new FormData(form));
  post.set("action", action);
  return post;
}

async function ask(action, query = "") {
  const answer = await fetch(form.getAttribute("action") + query, { method: "POST", body: typed(action) });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Answers that come out of order are of no use any more.
async function check({ type = "" } = {}) {
  const mine = asked += 1;
  try {
    const page = await ask("check", type === "market" ? "?refreshed" : "");
    await released;
    if (mine === asked) show(page);
  } catch {
    if (mine === asked) say("The server can't be reached at the moment. What you typed stays here, and the buttons still post it.");
  }
}

// What comes between press and release would move the page under the pointer, and a click
// that ends on another element than it began on is none. The market's strip waits too.
function pressed() {
  if (!release) released = new Promise((done) => { release = done; });
}

function lifted() {
  if (release) setTimeout(release);
  release = null;
}

form.released = () => released;

// An input was left, or something was chosen.
function changed() {
  clearTimeout(soon);
  soon = setTimeout(check);
  saveLater();
}

function left(event) {
  if (!event.target.name) return;
  open(event.target);
  const now = typed("check").toString();
  if (now === judged && event.type === "focusout") return;
  judged = now;
  changed();
}

// The request, for somebody's own shell

function copy(event) {
  const text = document.getElementById(event.target.dataset?.copy)?.textContent;
  if (text) navigator.clipboard.writeText(text).then(() => say("Copied."));
}

// Drafts save themselves

function saveLater() {
  clearTimeout(later);
  if (mayAutosave) later = setTimeout(() => { saving ??= save(); }, SAVE_AFTER_MS);
}

async function save() {
  try {
    keep(await ask("autosave"));
  } catch (error) {
    if (error.message !== "409") return;
    mayAutosave = false;
    say("This draft was saved from another page meanwhile. “Save draft” shows what differs.");
  } finally {
    saving = null;
  }
}

// The page is that of the stored draft from now on.
function keep(page) {
  const stored = page.querySelector("form[data-ticket]");
  form.setAttribute("action", stored.getAttribute("action"));
  form.elements.version.value = stored.elements.version.value;
  history.replaceState(null, "", stored.getAttribute("action") + location.hash);
  const saved = document.querySelector("[data-saved]");
  saved.innerHTML = page.querySelector("[data-saved]").innerHTML;
}

// A post while the draft is just being saved would meet its own older version.
function submitted(event) {
  clearTimeout(later);
  if (!saving) return;
  event.preventDefault();
  saving.then(() => form.requestSubmit(event.submitter));
}

steps.addEventListener("click", stepsClicked);
document.getElementById("preview").addEventListener("click", copy);
form.addEventListener("click", take);
form.addEventListener("input", () => { refresh(); saveLater(); });
form.addEventListener("change", left);
form.addEventListener("focusout", left);
form.addEventListener("market", check);
form.addEventListener("submit", submitted);
addEventListener("pointerdown", pressed);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, lifted);
for (const said of form.querySelectorAll("[data-said]")) {
  if (said.childElementCount || form.elements.version.value !== "0") said.dataset.open = "";
}
settle();
judged = typed("check").toString();
document.querySelector("[data-focus]")?.focus();
