// Shows the inputs that mean something for what is chosen so far, and adds and removes
// steps without a round trip. The conditions stand in data-when, written there by the
// server: every clause must hold, and a clause holds when one of its [name, values] does.
// Without this file everything is visible, the step buttons post, and the server judges
// just the same.

const form = document.querySelector("form[data-ticket]");
const steps = form.querySelector("[data-steps]");
const add = steps.querySelector("[data-add]");
const fresh = steps.querySelector("template");
const count = form.elements["steps-TOTAL_FORMS"];
const numbered = ["id", "name", "for", "value", "aria-describedby", "aria-labelledby", "data-when"];

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
    box.hidden = !needed && !box.querySelector("[data-message]");
  }
}

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
  add.before(fresh.content.cloneNode(true));
  settle();
  return rows().at(-1);
}

function removeStep(row) {
  const neighbour = row.nextElementSibling.closest("[data-step]");
  row.remove();
  settle();
  return neighbour ?? rows().at(-1) ?? addStep();
}

function focusFirst(row) {
  row.querySelector("select, input").focus();
}

steps.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const isAdd = button === add;
  focusFirst(isAdd ? addStep() : removeStep(button.closest("[data-step]")));
});

form.addEventListener("input", refresh);
settle();
document.querySelector("[data-focus]")?.focus();
