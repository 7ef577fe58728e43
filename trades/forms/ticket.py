"""The order ticket as a form. It carries text and judges nothing but its own post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.forms import formset_factory

from trades.domain import words
from trades.domain.findings import Finding
from trades.domain.parameters import STEPS_MAX
from trades.domain.payload import Difference
from trades.forms.accounts import AccountSelect, Offer
from trades.forms.conditions import LABELS
from trades.forms.fields import Input, build_field, type_field
from trades.forms.layout import STEP_HELPER, TICKET_HELPER
from trades.forms.names import (
    BY_TYPE,
    FRESH,
    START,
    STEP_ROWS,
    TICKET_ROWS,
    data_of,
    input_name,
    rows_of,
    step_field,
    touched_rows,
    with_rows,
)
from trades.forms.pairs import Found
from trades.forms.posting import Post
from trades.forms.saying import Button, Message, Note, Said

_ROWS = {input_name(row.path): row for row in TICKET_ROWS}
_STEP_ROWS = {step_field(row.path): row for row in STEP_ROWS}
_STEPS = "take_profit.steps"


@dataclass(frozen=True)
class Problem:
    """A line of the summary; ``target`` is the id of the input, or empty."""

    label: str
    target: str
    message: Message


@dataclass(frozen=True)
class Change:
    """A field of which another page saved something else, in words."""

    label: str
    stored: str
    typed: str


class StepForm(Said):
    """One take-profit step."""

    helper = STEP_HELPER

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, row in _STEP_ROWS.items():
            typed = self.data.get(self.add_prefix(name), "")
            self.fields[name] = build_field(row, typed)
            self.fields[name].initial = FRESH.get(name)

    def path_of(self, name: str) -> str:
        number = self.prefix.removeprefix("steps-")
        return _STEP_ROWS[name].path.replace(".N", f".{number}")


# max_num says how many a ticket may have, absolute_max how many are ever built.
StepFormSet = formset_factory(
    StepForm, extra=0, max_num=STEPS_MAX, absolute_max=STEPS_MAX, validate_max=True
)


class TicketForm(Said):
    """A ticket without its steps; ``steps`` is the formset that holds those.

    ``data`` is a post, or what would have made one. ``accounts`` are the choices of
    the account. ``refused`` says of an input, or of None, what was wrong with the post.
    ``is_searched``: the pair is a text to search by; ``found`` is what that found.
    """

    helper = TICKET_HELPER
    is_searched = False
    found: Found | None = None

    def __init__(
        self,
        data: Mapping[str, str],
        accounts: Sequence[Offer],
        refused: Iterable[tuple[str | None, str]] = (),
    ) -> None:
        super().__init__(data, units={})
        self.accounts = accounts
        self.steps = StepFormSet(
            data, prefix="steps", form_kwargs={"units": self.units}
        )
        self.about_steps: list[Message] = []
        self._touched = touched_rows(data)
        self._build(data)
        for name, message in refused:
            form, field = self._place(name)
            form.add_error(field, ValidationError(message))

    @classmethod
    def new(cls, accounts: Sequence[Offer]) -> TicketForm:
        return cls.stored({p: t for p, t in START.items() if ".N." not in p}, accounts)

    @classmethod
    def stored(
        cls, typed: Mapping[str, str], accounts: Sequence[Offer], steps: int = 0
    ) -> TicketForm:
        """The form of a draft, with at least so many steps."""
        data = data_of(typed)
        rows = list(rows_of(data).values())
        rows += [FRESH] * (min(steps, STEPS_MAX) - len(rows))
        return cls(with_rows(data, rows), accounts)

    @classmethod
    def posted(cls, post: Post, accounts: Sequence[Offer]) -> TicketForm:
        return cls(post.data, accounts, post.refused)

    def hint(self, units: Mapping[str, str], helps: Mapping[str, str]) -> None:
        """Say what is known of the market: what units are called, and at some inputs,
        by path, what is taken there."""
        self.units.update(units)
        for path, text in helps.items():
            self[input_name(path)].help_text = text

    def show(
        self,
        findings: Iterable[Finding],
        buttons: Mapping[tuple[str, str], Button] | None = None,
    ) -> None:
        """Put each finding at the input it is about, else at the steps or on top.

        ``buttons`` by path and rule: what would settle it.
        """
        for finding in map(self._exact, findings):
            path = "trade_type" if finding.path in BY_TYPE else finding.path
            button = (buttons or {}).get((finding.path, finding.rule))
            form, name = self._place(input_name(self._shown_path(path)))
            if name is None and path.startswith(_STEPS):
                said = Message(finding.message, finding.rule, finding.severity, button)
                self.about_steps.append(said)
            else:
                form.say(name, finding, button)

    def note(self, notes: Mapping[str, Sequence[Note]]) -> None:
        """Put values that were reckoned, by path, at their inputs."""
        for path, texts in notes.items():
            form, name = self._place(input_name(self._shown_path(path)))
            if name:
                form.notes.setdefault(name, []).extend(texts)

    def errors_shown(self) -> list[Problem]:
        return [p for p in self._problems() if p.message.is_error]

    def warnings_shown(self) -> list[Problem]:
        return [p for p in self._problems() if not p.message.is_error]

    def changes(self, differences: Iterable[Difference]) -> list[Change]:
        """What another page saved beside what was typed here, in words."""
        changes = []
        for d in differences:
            stored, typed = self._spell(d.path, d.before), self._spell(d.path, d.after)
            if stored != typed:
                changes.append(Change(words.label(d.path), stored, typed))
        return changes

    def path_of(self, name: str) -> str:
        return _ROWS[name].path if name in _ROWS else name

    def _build(self, data: Mapping[str, str]) -> None:
        for name, row in _ROWS.items():
            typed = data.get(name, "")
            field = self.fields[name] = build_field(row, typed)
            if row.path in LABELS:
                field.labels = LABELS[row.path]
            if name == "account_id":
                field.widget = AccountSelect(self.accounts, typed)
                field.offers = tuple(self.accounts)
                field.listed = frozenset(offer.value for offer in self.accounts)
                field.beside = "account_trouble"
            if name == "pair":
                self.fields["trade_type"] = type_field(data.get("trade_type", ""))

    def _shown_path(self, path: str) -> str:
        """A step without anything in it is not counted, but has its row on the page."""
        step = re.fullmatch(r"take_profit\.steps\.([0-9])(\..+)", path)
        if not step or int(step[1]) >= len(self._touched):
            return path
        return f"{_STEPS}.{self._touched[int(step[1])]}{step[2]}"

    def _exact(self, finding: Finding) -> Finding:
        """An account that is there and can't be chosen is not simply missing."""
        typed = self.data.get("account_id", "")
        offer = next((o for o in self.accounts if o.value == typed), None)
        if finding.rule != "account-required" or offer is None or not offer.obstacle:
            return finding
        message = f"This account can't be chosen: {offer.obstacle}."
        return replace(finding, message=message)

    def _place(self, name: str | None) -> tuple[Said, str | None]:
        if step := re.fullmatch(r"steps-([0-9])-(\w+)", name or ""):
            forms_, number = self.steps.forms, int(step[1])
            if number < len(forms_) and step[2] in forms_[number].fields:
                return forms_[number], step[2]
        return self, name if name in self.fields else None

    def _inputs(self) -> Iterator[Input]:
        """Every input, in the order of the page."""
        for bound in self:
            yield bound
            if bound.name == "take_profit__enabled":
                for step in self.steps:
                    yield from step

    def _problems(self) -> Iterator[Problem]:
        for message in self.top():
            yield Problem("", "", message)
        for bound in self._inputs():
            for message in bound.messages:
                yield Problem(words.label(bound.path), bound.target, message)
            if bound.name == "take_profit__enabled":
                for message in self.about_steps:
                    yield Problem(words.label(_STEPS), "steps", message)

    def _spell(self, path: str, text: str) -> str:
        if path == "account_id":
            return {o.value: o.name for o in self.accounts}.get(text, text)
        if path.endswith((".enabled", "breakeven")):
            return {"true": "on", "false": "off", "": "off"}.get(text, text)
        return text
