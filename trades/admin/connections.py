"""Connections for those who look after the installation: which keys there are."""

from __future__ import annotations

from django.contrib import admin

from trades.admin.readonly import ReadOnly
from trades.models import Connection


@admin.register(Connection)
class ConnectionAdmin(ReadOnly, admin.ModelAdmin):
    """Which keys there are. Of a key its last four characters, of a secret nothing."""

    list_display = ["name", "owner", "mode", "scheme", "key_end", "health", "skew"]
    list_filter = ["mode", "scheme"]
    list_select_related = ["owner"]
    fields = [
        "name",
        "owner",
        "mode",
        "scheme",
        "joiner",
        "key_end",
        "health",
        "skew",
        "public_id",
        "created_at",
    ]
    readonly_fields = fields

    @admin.display(description="API key")
    def key_end(self, connection: Connection) -> str:
        return f"…{connection.api_key[-4:]}"

    @admin.display(description="Health")
    def health(self, connection: Connection) -> str:
        if refused_at := connection.refused_at:
            return f"refused by 3Commas since {refused_at:%Y-%m-%d %H:%M:%S} UTC"
        return "no refusal"

    @admin.display(description="Clocks differ by")
    def skew(self, connection: Connection) -> str:
        return "not known" if connection.skew_s is None else f"{connection.skew_s} s"
