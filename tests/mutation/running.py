"""Running the tests of one mutant after another.

mutmut has pytest begin anew for each mutant, which takes longer than most tests do.
Here the tests are collected once, and each mutant gets a fork of the process after it.
A function that is called while modules are imported is judged in a process of its own.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.config import _prepareconfig
from mutmut.configuration import config
from mutmut.mutation import trampoline
from mutmut.mutation.trampoline import get_mutant_under_test, set_mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd, walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name

CATCHES = Path("mutants/catches.txt").absolute()
# One run after the other. Whatever kept the tests from passing, the exit code is 1.
AFRESH = """
import json, pytest, sys
sys.exit(any(map(pytest.main, json.loads(sys.argv[1]))))
"""


class CollectedOnce(PytestRunner):
    session: pytest.Session | None = None

    def run_stats(self, *, tests: Iterable[str]) -> int:
        at_import = called_at_import()
        code = super().run_stats(tests=tests)
        for function in at_import:
            state().tests_by_mangled_function_name[function] |= set(
                state().duration_by_test
            )
        return code

    def warm_up(self) -> None:
        self.at_import = called_at_import()
        with change_cwd("mutants"):
            prepared = _prepareconfig(arguments())
            prepared._do_configure()
            session = pytest.Session.from_config(prepared)
            prepared.hook.pytest_sessionstart(session=session)
            prepared.hook.pytest_collection(session=session)
        self.session = session
        gc.collect()
        gc.freeze()  # or each fork would go through, and so copy, all that stands here

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """All where none are named, until one fails.

        First those that caught others of the function, then of the module, then the
        quick ones.
        """
        if self.session is None:
            self.warm_up()
        function = mangled_name_from_mutant_name(mutant_name) if mutant_name else ""
        if function in self.at_import:
            begin_afresh(function)
        if mutant_name:  # each call of a function asks for it
            trampoline.get_mutant_under_test = lambda: mutant_name
        # mutmut's own streams must not be closed when pytest puts others in place: a
        # test would fail for the warning, whatever the mutant does.
        self.streams = sys.stdout, sys.stderr
        caught, took = caught_by(function), state().duration_by_test
        wanted = set(tests)
        items = [i for i in self.session.items if not wanted or i.nodeid in wanted]
        items.sort(key=lambda i: (-caught.get(i.nodeid, 0), took.get(i.nodeid, 0)))
        with change_cwd("mutants"):
            for item, after in zip(items, [*items[1:], None], strict=True):
                if self.session.testsfailed:
                    break
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if function and self.session.testsfailed:
                    note(function, item.nodeid)
        return int(bool(self.session.testsfailed))


def caught_by(function: str) -> dict[str, int]:
    """The tests that caught a mutant before: 2 of this function, 1 of its module."""
    found: dict[str, int] = {}
    for line in CATCHES.read_text().splitlines() if CATCHES.exists() else []:
        name, test = line.split(" ", 1)
        if name == function:
            found[test] = 2
        elif name.rpartition(".x")[0] == function.rpartition(".x")[0]:
            found.setdefault(test, 1)
    return found


def note(function: str, test: str) -> None:
    with CATCHES.open("a") as file:
        file.write(f"{function} {test}\n")


def arguments() -> list[str]:
    return [*options(), *config().pytest_add_cli_args_test_selection]


def options() -> list[str]:
    # What is captured is kept in memory: forks would share a file.
    given = ["--rootdir=.", "--tb=native", "-q", "-x", "--capture=sys"]
    return given + config().pytest_add_cli_args


def called_at_import() -> set[str]:
    """The functions that are mutated and called while modules are imported."""
    before = get_mutant_under_test()
    set_mutant_under_test("stats")
    for path in walk_mutatable_files():
        import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
    called = set(state()._stats)
    state()._stats.clear()
    set_mutant_under_test(before)
    return called


def begin_afresh(function: str) -> None:
    """In place of this process, another one runs every test.

    The files with tests that caught others come first: a few are collected quickly.
    """
    files = sorted({test.partition("::")[0] for test in caught_by(function)})
    runs = [[*options(), *files], arguments()] if files else [arguments()]
    os.chdir("mutants")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.execv(sys.executable, [sys.executable, "-c", AFRESH, json.dumps(runs)])
