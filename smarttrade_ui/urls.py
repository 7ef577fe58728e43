"""Where everything hangs: the admin, log-in and the trades."""

from django.contrib import admin
from django.urls import include, path

from smarttrade_ui import pages

# The names are those by which allauth looks its pages up.
accounts = [
    path("login/", pages.log_in, name="account_login"),
    path("login/", pages.log_in, name="login"),
    path("code/", pages.code, name="mfa_authenticate"),
    path("logout/", pages.log_out, name="account_logout"),
    path("logout/", pages.log_out, name="logout"),
    path("again/", pages.password_again, name="account_reauthenticate"),
    path("again/code/", pages.code_again, name="mfa_reauthenticate"),
    path("password/", pages.password, name="account_change_password"),
    path("second-factor/", pages.second_factor, name="mfa_index"),
    path("second-factor/set-up/", pages.set_up, name="mfa_activate_totp"),
    path("second-factor/switch-off/", pages.switch_off, name="mfa_deactivate_totp"),
    path("recovery-codes/", pages.codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", pages.new_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", pages.codes_file, name="mfa_download_recovery_codes"),
    path("sessions/", pages.sessions, name="usersessions_list"),
    path("sessions/end/", pages.end_session, name="session-end"),
]
urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include(accounts)),
    path("", include("trades.urls")),
]
