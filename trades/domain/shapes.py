"""What can be wrong with the shape of any field."""

from __future__ import annotations

# Rule id: its source, when it fires, message.
ANY = {
    "any-object": (
        "A",
        "A group, or a step, is not an object.",
        "This section could not be read.",
    ),
    "any-list": (
        "A",
        "The steps are not a list.",
        "The take-profit steps could not be read.",
    ),
    "any-text": (
        "A",
        "The pair or the note is not text.",
        "Enter text here.",
    ),
    "any-boolean": (
        "S O",
        "A switch is neither true nor false.",
        "Choose on or off.",
    ),
    "any-toggle": (
        "S O",
        "A switched group comes without its switch.",
        "Say whether this section is on or off.",
    ),
    "any-choice": (
        "S",
        "The value is not in the list.",
        "Choose one of: {values}.",
    ),
    "any-integer": (
        "S W",
        "Not a whole number in plain digits.",
        "Enter a whole number.",
    ),
    "any-number": (
        "A",
        "Not a plain decimal number.",
        "Enter a number such as 0.015, with a dot and no separators.",
    ),
    "any-size": (
        "A",
        "Over 64 characters, or over 15 digits before or 18 after the dot.",
        "This number is too long.",
    ),
}
