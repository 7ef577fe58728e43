"""Where the pages of one thing are."""

from __future__ import annotations

from django.urls import reverse

from trades.models import Connection


def of_connection(connection: Connection, name: str = "") -> str:
    """Its page, or the page or act of that name."""
    return reverse(f"connection-{name}".rstrip("-"), args=[connection.public_id])
