"""The pages of the app."""

from django.urls import path

from trades.views import drafts, home

urlpatterns = [
    path("", home.home, name="home"),
    path("trades/", drafts.listing, name="draft-list"),
    path("trades/new/", drafts.new, name="draft-new"),
    path("trades/<uuid:id>/edit/", drafts.edit, name="draft-edit"),
    path("trades/<uuid:id>/clone/", drafts.clone, name="draft-clone"),
]
