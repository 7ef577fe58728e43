"""The order ticket as a form. It carries text and judges nothing but its own post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.http import QueryDict

from trades.domain import words
from trades.domain.findings import Finding
from trades.domain.parameters import STEPS_MAX
from trades.domain.payload import Difference
from trades.forms.accounts import AccountSelect, Offer
from trades.forms.conditions import LABELS, as_json
from trades.forms.fields import (
    Input,
    Message,
    Said,
    build_field,
    type_field,
)
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
    typed_of,
    with_rows,
)
from trades.forms.pairs import Found
from trades.forms.posting import receive

_ROWS = {input_name(row.path): row for row in TICKET_ROWS}
_STEP_ROWS = {step_field(row.path): row for row in STEP_ROWS}
_STEPS = "take_profit.steps"
_DAMAGED = (
    f"The take-profit steps arrived damaged; a ticket has at most {STEPS_MAX}. "
    "Check the steps below and save again."
)


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

    def __init__(self, *args, units: dict[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
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
    ``found`` is what a search for the pair found, where there was one.
    """

    helper = TICKET_HELPER
    found: Found | None = None

    def __init__(
        self,
        data: Mapping[str, str],
        accounts: Sequence[Offer],
        refused: Iterable[tuple[str | None, str]] = (),
    ) -> None:
        super().__init__(data)
        self.accounts = accounts
        self.steps = StepFormSet(
            data, prefix="steps", form_kwargs={"units": self.units}
        )
        self.about_steps: list[Message] = []
        self._build(data)
        for name, message in refused:
            form, field = self._place(name)
            form.add_error(field, ValidationError(message))

    @classmethod
    def new(cls, accounts: Sequence[Offer]) -> TicketForm:
        return cls.stored({p: t for p, t in START.items() if ".N." not in p}, accounts)

    @classmethod
    def stored(cls, typed: Mapping[str, str], accounts: Sequence[Offer]) -> TicketForm:
        return cls(data_of(typed), accounts)

    @classmethod
    def posted(cls, post: QueryDict, accounts: Sequence[Offer]) -> TicketForm:
        """The form of a post. A damaged one is mended, and then not readable."""
        data, refused = receive(post)
        form = cls(data, accounts, refused)
        if form._has_whole_steps():
            return form
        rows = list(rows_of(data).values())[:STEPS_MAX]
        return cls(with_rows(data, rows), accounts, [*refused, (None, _DAMAGED)])

    def is_readable(self) -> bool:
        """Whether the post is one of ours at all. Ask before ``show``."""
        return all([self.is_valid(), self.steps.is_valid()])

    def typed(self) -> dict[str, str]:
        """The text by parameter path, for the services."""
        return typed_of(self.data)

    def stepped(self, action: str) -> TicketForm | None:
        """The same ticket with a step more or less, where a button asks for that."""
        rows = rows_of(self.data)
        remove = re.fullmatch(r"remove-steps-([0-9])", action)
        if action == "add-step":
            after = [*rows.values(), FRESH][:STEPS_MAX]
        elif remove:
            after = [row for n, row in rows.items() if n != int(remove[1])]
        else:
            return None
        return TicketForm(with_rows(self.data, after), self.accounts)

    def picked(self, action: str) -> TicketForm | None:
        """The same ticket with the pair that a button names."""
        name = action.removeprefix("pair:")
        if name == action:
            return None
        return TicketForm({**self.data, "pair": name}, self.accounts)

    def hint(self, units: Mapping[str, str], helps: Mapping[str, str]) -> None:
        """Say what is known of the market: what units are called, and at some inputs,
        by path, what is taken there."""
        self.units.update(units)
        for path, text in helps.items():
            self[input_name(path)].help_text = text

    def show(self, findings: Iterable[Finding]) -> None:
        """Put each finding at the input it is about, else at the steps or on top."""
        for finding in map(self._exact, findings):
            path = "trade_type" if finding.path in BY_TYPE else finding.path
            form, name = self._place(input_name(path))
            if name is None and path.startswith(_STEPS):
                said = Message(finding.message, finding.rule, finding.severity)
                self.about_steps.append(said)
            else:
                form.say(name, finding)

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
            self.fields[name] = build_field(row, data.get(name, ""))
            self.fields[name].labels = [
                (text, as_json(when)) for text, when in LABELS.get(row.path, ())
            ]
            if name == "account_id":
                typed = data.get(name, "")
                self.fields[name].widget = AccountSelect(self.accounts, typed)
                self.fields[name].beside = "account_trouble"
            if name == "pair":
                self.fields["trade_type"] = type_field(data.get("trade_type", ""))

    def _has_whole_steps(self) -> bool:
        """Whether the formset takes the count, and no row lies beyond it."""
        last = max(rows_of(self.data), default=-1)
        counted = not self.steps.non_form_errors()
        return counted and last < self.steps.total_form_count()

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
