"""The admin: history, keys, grants and users. Nobody changes history here."""

from django.contrib import admin

from trades.admin.chosen import View, by_number
from trades.admin.connections import ConnectionAdmin
from trades.admin.grants import GrantAdmin
from trades.admin.submissions import SubmissionAdmin

__all__ = ["ConnectionAdmin", "GrantAdmin", "SubmissionAdmin"]

admin.site.site_header = admin.site.site_title = "SmartTrade UI"
admin.site.index_title = "Review desk"
# The list is wide and the app has few models.
admin.site.enable_nav_sidebar = False


def _guarded(view: View, cacheable: bool = False) -> View:
    return _let_in(by_number(view), cacheable)


# Around every page of the admin, those of users and groups included.
_let_in, admin.site.admin_view = admin.site.admin_view, _guarded
