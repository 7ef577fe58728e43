"""Every setting of the installation, read from the environment.

A wrong or missing value stops the start with all mistakes in one message. Secrets
may also come from a file: ``SECRET_KEY_FILE`` instead of ``SECRET_KEY``.
"""

import base64
import binascii
import logging
import tomllib
from pathlib import Path
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, ValidationError, validate

from smarttrade_ui import policy

BASE_DIR = Path(__file__).resolve().parent.parent
# Kept with each submission.
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def key_of(text: str) -> bytes:
    """A 32-byte key from its base64 text."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValidationError("a key must be 32 bytes in base64")
    return key


SECONDS = validate.Range(min=0, min_inclusive=False)

env = FileAwareEnv(eager=False, strip_whitespace=True)
env.add_parser("key", key_of)
# What the installation writes: the database, the static files, a trial's secrets.
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / ".data").absolute()
# Signs sessions and review pages.
SECRET_KEY = env.str("SECRET_KEY")
# Seal the API secrets in the database. The first seals, all open: put a new one
# first to rotate.
SEALING_KEYS = env.list("SEALING_KEYS", subcast=key_of)
# Chains the events, so that a change of history shows. It can't be replaced later.
CHAIN_KEY = env.key("CHAIN_KEY")
DEBUG = env.bool("DEBUG", False)
THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", THIS_MACHINE, subcast=str.strip)
# Browsers come over TLS, which a proxy ends. For a trial on this machine it is off.
HTTPS = env.bool("HTTPS", not {*ALLOWED_HOSTS} <= {*THIS_MACHINE})
# So many proxies of ours stand before this process, the last one on this machine.
# What others say of where a request came from is dropped.
PROXY_HOPS = env.int("PROXY_HOPS", 0, validate=validate.Range(min=0))
# An empty address means the same as none: the SQLite file.
sqlite_file = f"sqlite:///{quote(str(DATA_DIR))}/app.sqlite3"
database_url = env.str("DATABASE_URL", "") or sqlite_file  # may hold a password
# Where connections of mode sandbox send. Loopback only; real and paper go to a
# constant host.
SANDBOX_URL = env.str("SANDBOX_URL", "http://127.0.0.1:8791")
# A PEM file that is trusted where the sandbox speaks https.
SANDBOX_CA_FILE = env.str("SANDBOX_CA_FILE", "")
# Seconds for connecting, for each read, and for a whole exchange.
CONNECT_S = env.float("CONNECT_S", 5.0, validate=SECONDS)
READ_S = env.float("READ_S", 30.0, validate=SECONDS)
EXCHANGE_S = env.float("EXCHANGE_S", 45.0, validate=SECONDS)
# The first of the two deliberate acts before real money moves; the second is a
# connection of mode real.
REAL_TRADING = env.bool("REAL_TRADING", False)
# Whether a submission's token travels in the trade's note, so that the trade can
# be found again after a lost answer.
TOKEN_IN_NOTE = env.bool("TOKEN_IN_NOTE", True)
# Alarms by e-mail: to these addresses, to staff and to the trader. Without a host
# there are banners only.
EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "smarttrade-ui@localhost")
ALARM_EMAILS = env.list("ALARM_EMAILS", [])
# Seconds until somebody has to log in again: without doing anything, and in all; and
# how long ago at most the last log-in may be where keys and sending are concerned.
IDLE_S = env.int("IDLE_S", 30 * 60, validate=validate.Range(min=120))
SESSION_S = env.int("SESSION_S", 12 * 60 * 60, validate=validate.Range(min=120))
REAUTHENTICATE_S = env.int("REAUTHENTICATE_S", 900, validate=validate.Range(min=60))
# Whether everybody has to set up a second factor before anything else.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", REAL_TRADING)
LOG_LEVEL = env.log_level("LOG_LEVEL", logging.INFO)
env.seal()
# One line for each exchange, outside the database: what a restore may have lost.
JOURNAL = DATA_DIR / "sending.journal"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "trades",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "smarttrade_ui",
]
MIDDLEWARE = [
    # First what puts headers on each answer, errors of the others included.
    "smarttrade_ui.headers.protected",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A file is nothing to write about, so this comes after them.
    "smarttrade_ui.logs.RequestLog",
    # Adds random bytes to each answer, so that its length tells no secret of the page.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # Before anybody asks for the session or a field.
    "trades.views.unreadable.refuse_unreadable",
    "smarttrade_ui.csrf.keep_token",
    "django.middleware.common.CommonMiddleware",
    "trades.views.turning.marks_what_turns",
    "django.middleware.csrf.CsrfViewMiddleware",
    "trades.views.repeats.once_each",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "smarttrade_ui.sessions.limits",
    "allauth.account.middleware.AccountMiddleware",
    "smarttrade_ui.second_factor.set_up_first",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "smarttrade_ui.urls"
WSGI_APPLICATION = "smarttrade_ui.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trades.views.mode.mode",
                "trades.views.banners.open_alarms",
                "trades.views.approvals.waiting",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "ticket"
CRISPY_FAIL_SILENTLY = False

# So long a commit waits for somebody else's; then it fails, and is as good as not made.
LOCK_WAIT_S = 10
database = dj_database_url.parse(database_url)
DATABASES = {"default": database}
if "sqlite" in database["ENGINE"]:
    # A writer waits instead of failing halfway, and what is committed is on disk.
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_WAIT_S,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
        ),
    }
elif "postgresql" in database["ENGINE"]:
    # A thread of the web or the sender keeps its connection for its next work, once
    # that has answered; a new one costs more than most questions.
    database["CONN_MAX_AGE"] = 60
    database["CONN_HEALTH_CHECKS"] = True
    options = database.setdefault("OPTIONS", {})
    # A server that vanished is given up on, and a stopped process loses its locks.
    options |= {"connect_timeout": 5, "tcp_user_timeout": 20_000}
    options |= {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}
    options["options"] = " -c ".join(
        (
            options.get("options", ""),  # those of the address come first: ours win
            "synchronous_commit=on",
            "default_transaction_isolation=read\\ committed",  # a lost race is 0 rows
            f"lock_timeout={LOCK_WAIT_S}s",
            "statement_timeout=60s",
            "idle_in_transaction_session_timeout=30s",
        )
    )
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL.")
# One JSON object a line on stderr.
LOGGING_CONFIG = "smarttrade_ui.logs.configure"
LOGGING = {"level": LOG_LEVEL}
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # its end says all
# A crash report hides what was typed, with DEBUG too.
DEFAULT_EXCEPTION_REPORTER_FILTER = "trades.views.crash.ReportFilter"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

_OF_DJANGO = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "smarttrade_ui.second_factor.LengthValidator"},
    {"NAME": f"{_OF_DJANGO}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_OF_DJANGO}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# The cookie goes with the browser; the row in the database is no use after this.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = SESSION_S
ACCOUNT_ADAPTER = "smarttrade_ui.log_in.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "smarttrade_ui.forms.LogInForm",
    "reauthenticate": "smarttrade_ui.forms.PasswordAgainForm",
    "change_password": "smarttrade_ui.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Seconds between password and code.
ACCOUNT_LOGIN_TIMEOUT = 5 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = REAUTHENTICATE_S
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
# Tries that fail: some at once, then ever fewer. How they count is told in log_in.py.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/key,20/h/key,40/d/key",
    "log_in_from_address": "10/m/ip,50/h/ip,200/d/ip",
    "log_in_from_everywhere": "100/h/key,300/d/key",
    # These count whatever is posted.
    "login": "30/m/ip",
    "change_password": "5/m/user,20/h/user",
    "reauthenticate": "10/m/user,60/h/user",
}
MFA_ADAPTER = "smarttrade_ui.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "smarttrade_ui.forms.CodeForm",
    "reauthenticate": "smarttrade_ui.forms.CodeAgainForm",
    "activate_totp": "smarttrade_ui.forms.SetUpForm",
    "deactivate_totp": "smarttrade_ui.forms.SwitchOffForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SmartTrade UI"
# Clocks differ: the code before and the one after will do too.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# All processes count in the same place. Rows that count no longer go at each log-in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
_STORED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {"staticfiles": {"BACKEND": _STORED}}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# The browser's protection
CONTENT_SECURITY_POLICY = policy.CONTENT_SECURITY
PERMISSIONS_POLICY = policy.PERMISSIONS
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Lax for the session, so that a link in a mail finds its reader logged in.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser takes a cookie of such a name from this host alone, and over TLS only.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS

# A ticket of eight steps is about 5 kB and 90 fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 0
