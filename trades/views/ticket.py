"""The order ticket: the form in which a draft is made and changed.

Every post comes to ``_posted``. The page's script posts the same form to have it judged
(``check``) and stored while nobody types (``autosave``); it gets the ticket alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trades.forms import TicketForm, offering
from trades.forms.editing import AT_R, edited, steps_at_r, with_targets
from trades.forms.names import data_of, rows_of, touched_rows, typed_of
from trades.forms.posting import Post
from trades.models import Draft
from trades.services import composing, copying, drafts, holds, presets
from trades.services.drafts import DraftChanged, DraftLocked, Examined
from trades.services.presets import NameMissing, NameTaken
from trades.services.preview import Preview
from trades.views import market
from trades.views.doors import for_traders, see_other
from trades.views.presets import NO_NAME, TAKEN
from trades.views.repeats import says_what_came_twice

_NO_R = (
    "Targets at 1R, 2R, 3R take the entry's price, and a stop loss on its losing side."
)
PAGE, ALONE = "trades/draft_edit.html", "trades/ticket_alone.html"

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_traders
@read_or_post
@never_cache
@says_what_came_twice
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, None)
    form = TicketForm.new(market.offers(request.user))
    return _page(request, form, typed_of(form.data), silent=True)


@for_traders
@read_or_post
@never_cache
@says_what_came_twice
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    if request.method == "POST":
        return _posted(request, draft)
    if submission := draft.live_submission:
        return redirect(submission)
    form = _stored(request, draft)
    form.is_searched = "find" in request.GET
    return _page(request, form, draft.typed, draft, refused="refused" in request.GET)


def _posted(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    """Store what was typed, right or wrong, and go where the button says."""
    post = Post.received(request.POST)
    if not post.is_readable:
        return _again(request, post, draft, status=400, refused=True)
    if post.action == "check":
        return _again(request, post, draft, template=ALONE)
    changed = _edited(request, post)
    typed = typed_of(changed)
    examined = drafts.examine(typed, owner=request.user)
    try:
        stored = _store(request, draft, typed, post, examined.seen)
    except DraftLocked as locked:
        return _again(request, post, None, status=409, locked=locked.submission)
    except DraftChanged as other:
        return _again(request, post, draft, status=409, other=other)
    if post.action == "review" and not examined.errors:
        return see_other("draft-review", stored.public_id)
    if post.action == "autosave":
        form = _stored(request, stored)
        judged = {"template": ALONE, "examined": examined}
        return _page(request, form, typed, stored, **judged)
    return _after(request, stored, post, changed)


def _edited(request: HttpRequest, post: Post) -> Mapping[str, str]:
    """What was posted, as the button that was pressed makes it."""
    if post.action == "use-preset":
        return _with_preset(request, post)
    if post.action != AT_R:
        return edited(post.data, post.action)
    count = steps_at_r(post.data)
    prices = composing.targets_at_r(post.typed, owner=request.user, count=count)
    if prices:
        return with_targets(post.data, prices)
    messages.warning(request, _NO_R)
    return post.data


def _with_preset(request: HttpRequest, post: Post) -> Mapping[str, str]:
    chosen = post.data.get("preset", "")
    usable = presets.available(request.user)
    preset = next((p for p in usable if str(p.public_id) == chosen), None)
    if preset is None:
        messages.warning(request, "That preset is not there any more.")
        return post.data
    typed = presets.apply(preset, post.typed, owner=request.user)
    messages.success(request, f"The preset {preset.name} is in the ticket now.")
    return data_of(typed)


def _save_preset(request: HttpRequest, post: Post) -> None:
    kept = {"typed": post.typed, "is_shared": "preset_shared" in post.data}
    try:
        name = post.data.get("preset_name", "")
        presets.save(owner=request.user, name=name, **kept)
    except NameMissing:
        messages.warning(request, NO_NAME)
    except NameTaken:
        messages.warning(request, TAKEN)
    else:
        messages.success(request, "The preset is saved.")


def _store(
    request: HttpRequest,
    draft: Draft | None,
    typed: dict[str, str],
    post: Post,
    seen: Mapping[str, str],
) -> Draft:
    """Where no button asks for it, it is saved automatically."""
    kept = {"typed": typed, "seen": seen}
    kept["automatic"] = post.action not in ("save", "review")
    if draft is None:
        return drafts.create(owner=request.user, **kept)
    return drafts.save(draft, version=post.version, **kept)


def _after(
    request: HttpRequest, draft: Draft, post: Post, data: Mapping[str, str]
) -> HttpResponse:
    """Rows in which nothing was typed are not stored, but asked for again."""
    match post.action:
        case "review":
            return see_other(f"{draft.get_absolute_url()}?refused=1")
        case "find-pair":
            return see_other(f"{draft.get_absolute_url()}?find=1")
        case "refresh":
            market.wish_anew(request.user, draft.typed)
        case "save-preset":
            _save_preset(request, post)
        case "save":
            messages.success(request, "Draft saved.")
    rows = len(rows_of(data))
    more = f"?steps={rows}" if rows > max(1, len(touched_rows(data))) else ""
    return see_other(draft.get_absolute_url() + more)


def _stored(request: HttpRequest, draft: Draft) -> TicketForm:
    steps = request.GET.get("steps", "")
    rows = int(steps) if steps.isascii() and steps.isdigit() and len(steps) < 3 else 0
    return TicketForm.stored(draft.typed, market.offers(request.user), rows)


def _again(
    request: HttpRequest,
    post: Post,
    draft: Draft | None,
    *,
    other: DraftChanged | None = None,
    **more,
) -> HttpResponse:
    """The ticket with what was posted. Where another page has saved meanwhile, it knows
    the version that was fetched first: one saved since then is refused again."""
    form = TicketForm.posted(post, market.offers(request.user))
    more["version"] = post.version
    if other and draft:
        changes = form.changes(other.changes)
        more |= {"version": draft.version, "changed": True, "changes": changes}
    return _page(request, form, post.typed, draft, **more)


def _page(
    request: HttpRequest,
    form: TicketForm,
    typed: Mapping[str, str],
    draft: Draft | None = None,
    *,
    template: str = PAGE,
    status: int = 200,
    silent: bool = False,
    examined: Examined | None = None,
    **more: object,
) -> HttpResponse:
    """``silent``: nothing was typed yet that there would be anything to say of."""
    examined = examined or drafts.examine(typed, owner=request.user)
    judged = examined.ticket, examined.facts, typed
    if not silent:
        form.show(copying.refusals(draft) if draft else [])
        form.show(examined.findings, offering.buttons(examined.findings, *judged))
    form.note(offering.notes(*judged))
    # The script asks for the market itself, and takes nothing of it from here.
    known = market.wished(request.user, form) if template == PAGE else examined.known
    context = market.beside(form, known)
    context |= {
        "form": form,
        "draft": draft,
        "version": draft.version if draft else 0,
        "action": draft.get_absolute_url() if draft else reverse("draft-new"),
        "preview": Preview(examined, typed),
        "presets": presets.available(request.user),
        "hold": holds.sending(request.user, examined.account),
        "here": "drafts",
    }
    return render(request, template, context | more, status=status)
