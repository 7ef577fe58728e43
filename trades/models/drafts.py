"""Drafts, their versions, and the presets that new ones begin with."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import reverse


class Draft(models.Model):
    """A ticket in the making. It may be wrong; it is judged each time it is opened.

    ``typed`` is the text as it was entered, by parameter path; the account stands
    there by its ``public_id``. ``version`` grows with each save. ``seen``: bid, ask and
    the time when it was last saved. ``follows``: the refused submission that it mends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    typed = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    seen = models.JSONField(default=dict)
    follows = models.ForeignKey(
        "Submission", models.PROTECT, null=True, related_name="followers"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return f"draft {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("draft-edit", args=[self.public_id])

    @property
    def live_submission(self) -> models.Model | None:
        """The one submission that locks this draft."""
        submissions = apps.get_model("trades", "Submission").objects
        return submissions.filter(holds_draft=self).first()


class DraftVersion(models.Model):
    """What a draft said at one of its saves. Of automatic saves in a row the last."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    typed = models.JSONField()
    is_automatic = models.BooleanField(default=False)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="draft_version_once", fields=["draft", "number"]
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.draft}"


class Preset(models.Model):
    """What tickets of a kind have in common: relative values only, no price level."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    name = models.CharField(max_length=60)
    is_shared = models.BooleanField(default=False)
    typed = models.JSONField(default=dict)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="preset_name_once_each", fields=["owner", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name
