// Takes the reader of a refused page to what it says first.

document.querySelector("[data-focus]")?.focus();
