"""The project's settings, with values that only tests may use.

They go through the environment, so that the processes which a test starts read the
same ones.
"""

import os
import uuid
from base64 import b64encode
from hashlib import sha256
from tempfile import gettempdir

os.environ.pop("DATABASE_URL_FILE", None)  # it would outrank what tests set
os.environ.setdefault("SECRET_KEY", sha256(b"sign").hexdigest())
os.environ.setdefault("SEALING_KEYS", b64encode(sha256(b"seal").digest()).decode())
os.environ.setdefault("CHAIN_KEY", b64encode(sha256(b"chain").digest()).decode())

from smarttrade_ui.settings import *  # noqa: F403

# Hashing is slow on purpose, and no test is about it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests go without collected static files and their manifest.
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True

# A database for each process, so that two runs don't meet. With SQLite it is a file,
# because threads can't share a database in memory without losing data.
name = f"smarttrade_test_{uuid.uuid4().hex[:12]}"
database = DATABASES["default"]  # noqa: F405
DATA_DIR.mkdir(parents=True, exist_ok=True)  # noqa: F405
if "sqlite" in database["ENGINE"]:
    name = f"{gettempdir()}/{name}.sqlite3"
database["TEST"] = {"NAME": name}
