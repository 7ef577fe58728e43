// Whoever changes what a page shows waits for this first. What comes between press and
// release would move the page under the pointer, and a click that ends on another element
// than it began on is none.

let free = Promise.resolve(), release = () => {};

addEventListener("pointerdown", () => {
  free = new Promise((done) => { release = () => setTimeout(done); });
});
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => release());

// Settled as soon as no button is held down.
export function released() {
  return free;
}
