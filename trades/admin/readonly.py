"""What is read and never edited."""

from __future__ import annotations

from django.http import HttpRequest


class ReadOnly:
    """What is read, never edited: no add, change or delete, for anyone."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission
