"""The pages of the app."""

from django.urls import path

from trades.views import drafts, home, review, submissions

urlpatterns = [
    path("", home.home, name="home"),
    path("trades/", drafts.listing, name="draft-list"),
    path("trades/new/", drafts.new, name="draft-new"),
    path("trades/<uuid:id>/edit/", drafts.edit, name="draft-edit"),
    path("trades/<uuid:id>/clone/", drafts.clone, name="draft-clone"),
    path("trades/<uuid:id>/review/", review.review, name="draft-review"),
    path("trades/<uuid:id>/confirm/", review.confirm, name="draft-confirm"),
    path("submissions/", submissions.listing, name="submission-list"),
    path("submissions/<uuid:id>/", submissions.page, name="submission"),
    path("submissions/<uuid:id>/cancel/", submissions.cancel, name="submission-cancel"),
]
