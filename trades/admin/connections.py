"""Connections for those who look after the installation: which keys there are."""

from __future__ import annotations

from django.contrib import admin

from trades.admin.readonly import ReadOnly
from trades.models import Connection
from trades.services import health


@admin.register(Connection)
class ConnectionAdmin(ReadOnly, admin.ModelAdmin):
    """Which keys there are. Of a key its last four characters, of a secret nothing."""

    list_display = [
        "name",
        "owner",
        "mode",
        "scheme",
        "key_end",
        "health",
        "test",
        "skew",
    ]
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
        "test",
        "skew",
        "worked_at",
        "public_id",
        "created_at",
        "disabled_at",
        "deleted_at",
    ]
    readonly_fields = fields

    @admin.display(description="API key")
    def key_end(self, connection: Connection) -> str:
        return connection.key_end

    @admin.display(description="Health")
    def health(self, connection: Connection) -> str:
        if connection.deleted_at:
            return "deleted"
        if connection.disabled_at:
            return "disabled"
        if refused_at := connection.refused_at:
            return f"refused by 3Commas since {refused_at:%Y-%m-%d %H:%M:%S} UTC"
        return "no refusal"

    @admin.display(description="Latest test")
    def test(self, connection: Connection) -> str:
        result = health.of(connection).test
        if result is None:
            return "none yet"
        said = f" 3Commas: “{result.said}”" if result.said else ""
        return f"{result.heading}.{said}"

    @admin.display(description="Clocks differ by")
    def skew(self, connection: Connection) -> str:
        return "not known" if connection.skew_s is None else f"{connection.skew_s} s"
