"""Running the tests of one mutant after another.

mutmut has pytest begin anew for each mutant, which takes longer than most tests do.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.config import _prepareconfig
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd


class CollectedOnce(PytestRunner):
    """The tests are collected once; each mutant gets a fork of the process after it."""

    session: pytest.Session | None = None

    def warm_up(self) -> None:
        # What is captured is kept in memory: forks would share a file.
        arguments = ["--rootdir=.", "--tb=native", "-q", "--capture=sys"]
        arguments += config().pytest_add_cli_args
        arguments += config().pytest_add_cli_args_test_selection
        with change_cwd("mutants"):
            prepared = _prepareconfig(arguments)
            prepared._do_configure()
            session = pytest.Session.from_config(prepared)
            prepared.hook.pytest_sessionstart(session=session)
            prepared.hook.pytest_collection(session=session)
        self.session = session

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """The quick ones first, until one fails. An exit code of pytest is given."""
        if self.session is None:
            return super().run_tests(mutant_name=mutant_name, tests=tests)
        took, wanted = state().duration_by_test, set(tests)
        items = [item for item in self.session.items if item.nodeid in wanted]
        items.sort(key=lambda item: took[item.nodeid])
        with change_cwd("mutants"):
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.session.testsfailed:
                    return 1
        return 0 if items else 5
