"""What is said at an input: messages of the rules, and values reckoned from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from trades.domain.findings import ERROR, WARNING, Finding, Severity
from trades.forms.names import input_name

SET = "set:"


@dataclass(frozen=True)
class Button:
    """A submit button that changes some inputs; its value says which, and to what."""

    label: str
    value: str

    @classmethod
    def setting(cls, label: str, changes: Mapping[str, str]) -> Button:
        """``changes`` are texts by parameter path; "" empties an input."""
        named = {input_name(path): text for path, text in changes.items()}
        return cls(label, SET + urlencode(named))


@dataclass(frozen=True)
class Message:
    """What is said of an input; ``rule`` is empty where no rule of the book said it."""

    text: str
    rule: str
    severity: Severity
    button: Button | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is ERROR


@dataclass(frozen=True)
class Note:
    """A value that was not typed but reckoned, and a button that takes it over."""

    text: str
    button: Button | None = None


class Said(forms.Form):
    """A form whose inputs may carry warnings and notes beside Django's errors.

    ``units``: what units are called, where that is known. ``notes``: by input.
    """

    def __init__(self, *args, units: dict[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.notes: dict[str, list[Note]] = {}
        self._warnings: dict[str | None, list[Message]] = {}
        self._buttons: dict[tuple[str | None, str], Button] = {}

    def say(self, name: str | None, finding: Finding, button: Button | None) -> None:
        """Put a finding at an input, or on top where ``name`` is None."""
        if finding.severity is ERROR:
            self.add_error(name, ValidationError(finding.message, code=finding.rule))
            if button:
                self._buttons[name, finding.rule] = button
        else:
            said = Message(finding.message, finding.rule, WARNING, button)
            self._warnings.setdefault(name, []).append(said)

    def said_at(self, name: str) -> list[Message]:
        """The messages of one input, errors first."""
        errors = self.errors.get(name)
        shown = self._as_messages(name, errors) if errors else []
        return [*shown, *self._warnings.get(name, [])]

    def top(self) -> list[Message]:
        """What has no input."""
        errors = self._as_messages(None, self.non_field_errors())
        return [*errors, *self._warnings.get(None, [])]

    def _as_messages(
        self, name: str | None, errors: forms.utils.ErrorList
    ) -> list[Message]:
        return [
            Message(e.message, e.code or "", ERROR, self._buttons.get((name, e.code)))
            for e in errors.as_data()
        ]
