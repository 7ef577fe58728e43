"""How the ticket is laid out: sections of boxes, and a row for each step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from trades.domain.groups import conditions
from trades.domain.schema import Parameter, When
from trades.forms import kept
from trades.forms.conditions import SECTIONS, as_json, shown_when
from trades.forms.names import STEP_ROWS, TICKET_ROWS, input_name, step_field


class Kept(LayoutObject):
    """An input that comes in few shapes, which are kept."""

    fields: tuple = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        form.rendered_fields.add(self.name)
        return kept.html(form[self.name])


class Box(LayoutObject):
    """Inputs that are shown and hidden together."""

    def __init__(self, when: When, *fields: LayoutObject) -> None:
        self.when, self.fields = as_json(when), list(fields)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        inside = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return self._around(form, inside)

    def _around(self, form, inside: SafeString) -> SafeString:
        when = self.when.replace("steps-N-", f"{form.prefix}-")
        return format_html('<div class="box" data-when="{}">{}</div>', when, inside)


class Section(Box):
    """A part of the ticket with a heading, which may be a switch."""

    def __init__(self, name: str, title: str, *fields, switch: str = "") -> None:
        super().__init__(SECTIONS.get(name, ()), *fields)
        self.name, self.title, self.switch = name, title, switch

    def _around(self, form, inside: SafeString) -> SafeString:
        own = {"name": self.name, "when": self.when, "inside": inside}
        if self.switch:
            own["head"] = kept.html(form[self.switch], kept.HEADING)
        else:
            title = '<h2 id="section-{}">{}</h2>'
            own["head"] = format_html(title, self.name, self.title)
        return format_html(_SECTION_WHEN if self.when else _SECTION, **own)


_SECTION = (
    '<section class="card section section-{name}" aria-labelledby="section-{name}">'
    '{head}<div class="grid">{inside}</div></section>'
)
_SECTION_WHEN = _SECTION.replace(">", ' data-when="{when}">', 1)


class Steps(LayoutObject):
    """The rows of the formset, with the template for one more."""

    fields: tuple = ()

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        rows = [
            kept.step(step.prefix, str(number), _inside(step, context))
            for number, step in enumerate(form.steps, start=1)
        ]
        fresh = form.steps.empty_form
        own = {
            "form": form,
            "rows": format_html_join("", "{}", ([row] for row in rows)),
            "fresh": kept.step(fresh.prefix, "", _inside(fresh, context)),
            "messages": kept.listed("ticket/messages.html", form.about_steps),
        }
        return get_template("ticket/steps.html").render(own)


class Market(LayoutObject):
    """What is known of the market, which the page's context holds."""

    fields: tuple = ()

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs) -> str:
        return get_template("trades/_market.html").render(context.flatten())


def _inside(step, context) -> SafeString:
    return step.helper.render_layout(step, context)


def _boxed(
    rows: Iterable[Parameter], name: Callable[[str], str], known: When = ()
) -> Iterator[LayoutObject]:
    """Neighbours that share their conditions share a box; ``known`` holds anyway."""
    boxes: list[tuple[When, list[LayoutObject]]] = []
    for row in rows:
        when = tuple(clause for clause in shown_when(row.path) if clause not in known)
        if not boxes or boxes[-1][0] != when:
            boxes.append((when, []))
        boxes[-1][1].append(Kept(name(row.path)))
    for when, inputs in boxes:
        yield from [Box(when, *inputs)] if when else inputs


def _section(name: str, title: str, *more: LayoutObject, also: str = "-") -> Section:
    """The section of a group of parameters; its switch is the heading."""
    switch = f"{name}.enabled"
    rows = [r for r in TICKET_ROWS if r.path.startswith((f"{name}.", also))]
    boxes = _boxed((r for r in rows if r.path != switch), input_name)
    is_switched = any(row.path == switch for row in rows)
    heading = input_name(switch) if is_switched else ""
    return Section(name, title, *boxes, *more, switch=heading)


def _helper(*fields: LayoutObject) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*fields)
    return helper


_IN_STEPS = conditions("take_profit.steps.N.volume")
STEP_HELPER = _helper(*_boxed(STEP_ROWS, step_field, _IN_STEPS))
TICKET_HELPER = _helper(
    Section("market", "Market", Kept("account_id"), Kept("pair"), Market()),
    Section("type", "Trade type", Kept("trade_type")),
    _section("position", "Entry", also="sizing."),
    _section("leverage", "Leverage"),
    _section("take_profit", "Take profit", Box(_IN_STEPS, Steps())),
    _section("stop_loss", "Stop loss"),
    Section("remark", "Note", Kept("note")),
)
