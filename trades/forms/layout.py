"""How the ticket is laid out: sections of boxes, and a row for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import render_to_string

from trades.domain.groups import conditions
from trades.domain.schema import Parameter, When
from trades.forms.conditions import SECTIONS, as_json, shown_when
from trades.forms.names import STEP_ROWS, TICKET_ROWS, input_name, step_field


class Box(LayoutObject):
    """Inputs that are shown and hidden together."""

    template = "ticket/box.html"

    def __init__(self, when: When, *fields: str | LayoutObject) -> None:
        self.when, self.fields = as_json(when), list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(self.template, self._context(form) | {"inside": inside})

    def _context(self, form) -> dict[str, object]:
        return {"when": self.when.replace("steps-N-", f"{form.prefix}-")}


class Section(Box):
    """A part of the ticket with a heading, which may be a switch."""

    template = "ticket/section.html"

    def __init__(self, name: str, title: str, *fields, switch: str = "") -> None:
        super().__init__(SECTIONS.get(name, ()), *fields)
        self.name, self.title, self.switch = name, title, switch

    def _context(self, form) -> dict[str, object]:
        switch = form[self.switch] if self.switch else None
        own = {"name": self.name, "title": self.title, "switch": switch}
        return super()._context(form) | own


class Steps(LayoutObject):
    """The rows of the formset, with the template for one more."""

    fields: tuple = ()

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        return render_to_string("ticket/steps.html", {"form": form})


class Market(LayoutObject):
    """What is known of the market, which the page's context holds."""

    fields: tuple = ()

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        return render_to_string("trades/_market.html", context.flatten())


def _boxed(
    rows: Iterable[Parameter], name: Callable[[str], str], known: When = ()
) -> Iterator[Box | str]:
    """Neighbours that share their conditions share a box; ``known`` holds anyway."""
    boxes: list[tuple[When, list[str]]] = []
    for row in rows:
        when = tuple(clause for clause in shown_when(row.path) if clause not in known)
        if not boxes or boxes[-1][0] != when:
            boxes.append((when, []))
        boxes[-1][1].append(name(row.path))
    for when, names in boxes:
        yield from [Box(when, *names)] if when else names


def _section(name: str, title: str, *more: LayoutObject) -> Section:
    """The section of a group of parameters; its switch is the heading."""
    paths = f"{name}.enabled", f"{name}."
    rows = [r for r in TICKET_ROWS if r.path.startswith(paths[1])]
    switch = next((r for r in rows if r.path == paths[0]), None)
    boxes = _boxed((r for r in rows if r is not switch), input_name)
    heading = input_name(switch.path) if switch else ""
    return Section(name, title, *boxes, *more, switch=heading)


def _helper(*fields: str | LayoutObject) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*fields)
    return helper


_IN_STEPS = conditions("take_profit.steps.N.volume")
STEP_HELPER = _helper(*_boxed(STEP_ROWS, step_field, _IN_STEPS))
TICKET_HELPER = _helper(
    Section("market", "Market", "account_id", "pair", Market()),
    Section("type", "Trade type", "trade_type"),
    _section("position", "Entry"),
    _section("leverage", "Leverage"),
    _section("take_profit", "Take profit", Box(_IN_STEPS, Steps())),
    _section("stop_loss", "Stop loss"),
    Section("remark", "Note", "note"),
)
