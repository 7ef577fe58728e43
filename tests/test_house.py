"""The house checks itself: who imports whom, what stands where, and how long."""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from trades.management.commands.docs import README, fresh

ROOT = Path(__file__).parent.parent
APP = ROOT / "trades"
CODE = ("smarttrade_ui", "trades", "tests")
LINES_MAX = 300

# Besides the standard library, each floor may import these and nothing else.
BELOW = ["trades.domain", "trades.models", "trades.gateway"]
DATABASE = [
    "django.conf",
    "django.contrib.auth",
    "django.core",
    "django.db",
    "django.utils",
]
WIRE = ["requests", "urllib3", "cryptography"]
FLOORS = {
    "domain": ["trades.domain"],
    "models": ["trades.domain", "trades.models", "django"],
    "gateway": ["trades.domain", "trades.gateway", *WIRE],
    "services": [*BELOW, "trades.services", *DATABASE],
    "sender.py": ["trades.domain", "trades.models", "trades.services", *DATABASE],
    "forms": ["trades.domain", "trades.forms", "django", "crispy_forms"],
    "views": [
        "trades.forms",
        "trades.models",
        "trades.services",
        "trades.views",
        "django",
    ],
    "admin": [
        "trades.admin",
        "trades.models",
        "trades.services",
        "trades.views",
        "django",
    ],
    "checks.py": ["trades.models", "trades.gateway.fence", "urllib3", "django"],
    "sandbox": ["trades.sandbox", "cryptography"],
}
SENDERS = (
    *("mailing", "market", "recording", "reconciliation", "restoring", "sealing"),
    "sending",
)
# What opens a secret or speaks to 3Commas, and who may not even name it.
SENDER_ONLY = [
    "trades.gateway.client",
    "trades.gateway.exchange",
    "trades.gateway.fence",
    "trades.gateway.vault.open_sealed",
    "trades.sender",
    *(f"trades.services.{name}" for name in SENDERS),
]
WEB = [
    "admin",
    "forms",
    "views",
    *(f"services/{f.name}" for f in APP.glob("services/*.py") if f.stem not in SENDERS),
]
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "smarttrade_ui", "trades", "templates", "static"),
    *("tests", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "docs"),
    *("requirements", "dev"),
}


def files(part: str) -> list[Path]:
    """The Python files of a part; a module may have grown into a package."""
    here = APP / part
    if here.is_dir():
        return sorted(here.rglob("*.py"))
    return [here if here.suffix else here.with_suffix(".py")]


def imports(part: str) -> Iterator[str]:
    """Every name that a part imports, as ``module.name``."""
    for file in files(part):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}: a relative import"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, allowed: list[str]) -> bool:
    return any(name == a or name.startswith(f"{a}.") for a in allowed)


def gives(name: str, forbidden: list[str]) -> bool:
    """Whether the import brings a forbidden name, or a module that holds one."""
    return within(name, forbidden) or any(f.startswith(f"{name}.") for f in forbidden)


def tree(*folders: str, ending: str = "") -> list[Path]:
    """The project's own files below these folders; dot folders are not its own."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob(f"*{ending}")
        if path.is_file() and "__pycache__" not in path.parts
    )


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_run_down(floor):
    names = list(imports(floor))
    assert names
    for name in names:
        standard = name.partition(".")[0] in sys.stdlib_module_names
        assert standard or within(name, FLOORS[floor]), name


@pytest.mark.parametrize("part", WEB)
def test_the_web_has_no_way_to_3commas(part):
    assert [name for name in imports(part) if gives(name, SENDER_ONLY)] == []


def test_every_part_of_the_app_stands_on_a_floor():
    parts = {path.name for path in APP.iterdir() if path.name != "__pycache__"}
    other = {"__init__.py", "apps.py", "urls.py", "management", "migrations"}
    assert {part.removesuffix(".py") for part in parts - other} == {
        floor.removesuffix(".py") for floor in FLOORS
    }


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("trades.gateway.vault.seal", False),
        ("trades.gateway.vault.open_sealed", True),
        ("trades.gateway.vault", True),
        ("trades.gateway", True),
        ("trades.services.sending.send", True),
        ("trades.services.drafts", False),
    ],
)
def test_a_forbidden_name_is_seen_behind_its_module_too(name, found):
    assert gives(name, SENDER_ONLY) == found


def test_no_file_is_too_long_to_read():
    long = {
        path.name: lines
        for path in (*tree(*CODE, ending=".py"), *tree("static", ending=".js"))
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LINES_MAX
    }
    assert long == {}


def test_no_float_touches_a_price():
    floats = re.compile(r"\bfloat\(|parseFloat|\bNumber\(|\.toFixed")
    sources = [*tree("trades", ending=".py"), *tree("static", ending=".js")]
    assert len(sources) > 50
    assert [path for path in sources if floats.search(path.read_text())] == []


def test_nothing_surprising_stands_on_top():
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert names - TOP_LEVEL == set()


def test_pages_and_locks_name_no_other_host():
    address = re.compile(r"https?://(?!127\.0\.0\.1|localhost|www\.w3\.org)")
    files = tree("templates", "static", "requirements")
    assert len(files) > 10
    named = {
        path.name: line
        for path in files
        for line in path.read_text().splitlines()
        if address.search(line) and "app.3commas.io" not in line
    }
    assert named == {}


def test_no_script_or_style_stands_inside_a_page():
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)")
    pages = tree("templates", ending=".html")
    assert pages
    assert [page for page in pages if inline.search(page.read_text())] == []


def test_the_readme_tables_are_fresh():
    assert fresh(README.read_text()) == README.read_text()


@pytest.mark.django_db
def test_the_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())
