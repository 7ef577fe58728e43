"""An installation as it stands on the internet: the web process behind a TLS proxy."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, override_settings

from tests.attacks.proxy import passing_on
from tests.conftest import PASSWORD
from tests.gateway.servers import Authority
from trades.management.commands.start import manage

LOGIN = "/accounts/login/"
# What its environment says, but for keys and database; those are the tests'.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "smarttrade_ui.settings",
    "ALLOWED_HOSTS": "trade.example,127.0.0.1",
    "PROXY_HOPS": "1",
    "REAL_TRADING": "1",
    "SECOND_FACTOR_REQUIRED": "0",  # or everybody saw nothing but its set-up
}
OF_TESTS = "DJANGO_ALLOW_ASYNC_UNSAFE"
HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def environment(**more: str) -> dict[str, str]:
    """Of a process of the installation."""
    ours = {name: text for name, text in os.environ.items() if name != OF_TESTS}
    return {**ours, **PRODUCTION, **more}


@dataclass
class Installation:
    """``url`` is the proxy's; ``plain_url`` that of its port without TLS."""

    url: str
    plain_url: str
    port: int
    authority: str
    log: Path
    static: Path

    def browser(self, of: User | None = None) -> requests.Session:
        """With the session of a user, or of nobody; a post says where it comes from."""
        browser = requests.Session()
        browser.trust_env = False
        browser.verify = self.authority
        browser.headers["Origin"] = self.url
        if of:
            client = Client()
            client.force_login(of)
            (cookie,) = client.cookies.values()
            host = urlsplit(self.url).hostname
            browser.cookies.set("__Host-sessionid", cookie.value, domain=host)
        return browser

    def log_in(self, user: User, browser: requests.Session) -> None:
        """By the log-in page, as a person does."""
        self.set_password(user)
        typed = filled_in(browser.get(self.url + LOGIN).text, user.get_username())
        answer = browser.post(self.url + LOGIN, typed, allow_redirects=False)
        assert answer.status_code == 302, answer.text

    def set_password(self, user: User) -> None:
        """Hashed as an installation does it: the tests have a quicker way."""
        hasher = ScryptPasswordHasher()
        user.password = hasher.encode(PASSWORD, hasher.salt())
        user.save()


def filled_in(page: str, name: str) -> dict[str, str]:
    """What the log-in page's form posts."""
    form = page[page.index("<main") :]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
    inputs = re.findall(r"<input[^>]*>", form)
    secret = next(i for i in inputs if 'type="password"' in i)
    who = next(i for i in inputs if 'type="text"' in i)
    typed = {_name(who): name, _name(secret): PASSWORD}
    return typed | {"csrfmiddlewaretoken": token}


def _name(tag: str) -> str:
    return re.search(r'name="([^"]+)"', tag)[1]


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """The web process with production settings, on the tests' database."""
    static = folder / "static"
    collect(static)
    log, authority = folder / "log", Authority(folder)
    env = environment(DATA_DIR=str(folder))
    command = manage("web", "--port", 0)
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=errors
        ) as web,
    ):
        try:
            line = web.stdout.readline()
            assert line, log.read_text()
            port = int(json.loads(line)["url"].rpartition(":")[2].strip("/"))
            with (
                passing_on(port, authority.context()) as tls,
                passing_on(port) as plain,
            ):
                yield Installation(
                    tls.url, plain.url, port, authority.ca_file, log, static
                )
        finally:
            web.terminate()
            web.wait(30)


def collect(static: Path) -> None:
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": HASHED},
    }
    with override_settings(STATIC_ROOT=static, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
