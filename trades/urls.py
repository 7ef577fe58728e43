"""The pages of the app."""

from django.urls import path  # noqa: F401

urlpatterns: list = []
