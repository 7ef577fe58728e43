"""Every setting of the installation, read from the environment.

A wrong or missing value stops the start with all mistakes in one message. Secrets
may also come from a file: ``SECRET_KEY_FILE`` instead of ``SECRET_KEY``.
"""

import base64
import binascii
import tomllib
from pathlib import Path
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, ValidationError, validate

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
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
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
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Adds random bytes to each answer, so that its length tells no secret of the page.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "trades.views.unreadable.refuse_unreadable",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
# A crash report hides what was typed, with DEBUG too.
DEFAULT_EXCEPTION_REPORTER_FILTER = "trades.views.crash.ReportFilter"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# A ticket of eight steps is about 5 kB and 90 fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 0
