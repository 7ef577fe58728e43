"""Connections for those who look after the installation: which keys there are."""

from __future__ import annotations

from django.contrib import admin

from trades.admin.readonly import ReadOnly
from trades.models import Connection


@admin.register(Connection)
class ConnectionAdmin(ReadOnly, admin.ModelAdmin):
    """Which keys there are. Of a key its last four characters, of a secret nothing."""

    list_display = ["name", "owner", "mode", "scheme", "key_end", "created_at"]
    list_filter = ["mode", "scheme"]
    list_select_related = ["owner"]
    fields = [
        "name",
        "owner",
        "mode",
        "scheme",
        "joiner",
        "key_end",
        "public_id",
        "created_at",
    ]
    readonly_fields = fields

    @admin.display(description="API key")
    def key_end(self, connection: Connection) -> str:
        return f"…{connection.api_key[-4:]}"
