"""What the admin must not have: no log-in past ours, no secret, no session's key."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.views.generic import RedirectView

from smarttrade_ui.pages import log_out

for model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(model)
admin.site.login = secure_admin_login(admin.site.login)
admin.site.logout = log_out
admin.site.password_change = RedirectView.as_view(
    pattern_name="account_change_password"
)
