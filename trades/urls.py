"""The pages of the app."""

from django.urls import path

from trades.views import (
    approvals,
    banners,
    caps,
    connections,
    copying,
    desk,
    drafts,
    exporting,
    history,
    history_views,
    home,
    knowledge,
    market,
    presets,
    review,
    reviewing,
    rules,
    submissions,
    ticket,
    versions,
)
from trades.views.acts import ACTS

urlpatterns = [
    path("", home.home, name="home"),
    path("trades/", drafts.listing, name="draft-list"),
    path("trades/new/", ticket.new, name="draft-new"),
    path("trades/<uuid:id>/edit/", ticket.edit, name="draft-edit"),
    path("trades/<uuid:id>/clone/", drafts.clone, name="draft-clone"),
    path("trades/import/", copying.paste, name="draft-import"),
    path("trades/<uuid:id>/export/", copying.export, name="draft-export"),
    path("trades/<uuid:id>/versions/", versions.listing, name="draft-versions"),
    path(
        "trades/<uuid:id>/versions/<int:number>/", versions.page, name="draft-version"
    ),
    path(
        "trades/<uuid:id>/versions/<int:number>/restore/",
        versions.restore,
        name="draft-restore",
    ),
    path("trades/<uuid:id>/review/", review.review, name="draft-review"),
    path("trades/<uuid:id>/confirm/", review.confirm, name="draft-confirm"),
    path("presets/", presets.listing, name="preset-list"),
    path("presets/<uuid:id>/rename/", presets.rename, name="preset-rename"),
    path("presets/<uuid:id>/share/", presets.share, name="preset-share"),
    path("presets/<uuid:id>/delete/", presets.delete, name="preset-delete"),
    path("rules/", rules.page, name="rules"),
    path("market/", market.market, name="market"),
    path("market/pairs/", market.found, name="market-pairs"),
    path("submissions/", submissions.listing, name="submission-list"),
    path("submissions/<uuid:id>/", submissions.page, name="submission"),
    path("submissions/<uuid:id>/state/", submissions.state, name="submission-state"),
    path("connections/", connections.listing, name="connection-list"),
    path("connections/new/", connections.new, name="connection-new"),
    path("connections/<uuid:id>/", connections.page, name="connection"),
    path("connections/<uuid:id>/state/", connections.state, name="connection-state"),
    path("connections/<uuid:id>/key/", connections.key, name="connection-key"),
    path("connections/<uuid:id>/delete/", connections.delete, name="connection-delete"),
    path("alarms/<uuid:id>/known/", banners.acknowledge, name="alarm-known"),
    path("desk/sending/", desk.sending, name="sending"),
    path("desk/sending/pause/", desk.pause, name="sending-pause"),
    path("desk/sending/resume/<int:number>/", desk.resume, name="sending-resume"),
    path("desk/sending/open/", desk.open_gate, name="sending-open"),
    path("desk/sending/verify/", desk.verify, name="sending-verify"),
    path("desk/sending/missing/<int:number>/", desk.looked_up, name="missing-found"),
    path("desk/", history.listing, name="desk-history"),
    path("desk/next/", history.following, name="desk-next"),
    path("desk/views/", history_views.listing, name="history-view-list"),
    path("desk/views/keep/", history_views.keep, name="history-view-keep"),
    path("desk/views/<uuid:id>/share/", history_views.share, name="history-view-share"),
    path(
        "desk/views/<uuid:id>/delete/", history_views.delete, name="history-view-delete"
    ),
    path("desk/views/default/", history_views.open_with, name="history-view-default"),
    path("desk/export/", exporting.export, name="desk-export"),
    path("desk/submissions/<uuid:id>/", reviewing.submission, name="desk-submission"),
    path("desk/submissions/<uuid:id>/remark/", reviewing.remark, name="desk-remark"),
    path("submissions/<uuid:id>/answer/", submissions.answer, name="submission-answer"),
]
urlpatterns += [
    path("submissions/<uuid:id>/clone/", copying.again, name="submission-clone"),
    path("submissions/<uuid:id>/fix/", copying.mend, name="submission-fix"),
]
for name in ACTS:
    of_one = f"submissions/<uuid:id>/{name}/"
    named = {"name": name}
    urlpatterns += [
        path(of_one, submissions.act, named, name=f"submission-{name}"),
        path(f"desk/{of_one}", reviewing.act, named, name=f"desk-{name}"),
    ]
urlpatterns += [
    path(
        f"connections/<uuid:id>/{name}/",
        connections.act,
        {"name": name},
        name=f"connection-{name}",
    )
    for name in connections.ACTS
]
urlpatterns += [
    path("desk/refusals/", knowledge.refusals, name="desk-refusals"),
    path("desk/replay/", knowledge.replay, name="desk-replay"),
    path("desk/numbers/", knowledge.numbers, name="desk-numbers"),
    path("trades/<uuid:id>/ask/", review.ask, name="draft-ask"),
    path("desk/caps/", caps.listing, name="caps"),
    path("desk/caps/set/", caps.set_cap, name="cap-set"),
    path("desk/caps/<int:number>/lift/", caps.lift, name="cap-lift"),
    path("desk/approvals/", approvals.listing, name="approvals"),
    path(
        "desk/approvals/<int:number>/approve/",
        approvals.approve,
        name="approval-approve",
    ),
    path(
        "desk/approvals/<int:number>/refuse/", approvals.refuse, name="approval-refuse"
    ),
]
