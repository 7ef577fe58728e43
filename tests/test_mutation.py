"""The copy in which mutation testing sees every function."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.copying import MUTATED, ROOT, decorated, undecorated

SOURCE = '''
from functools import cache, cached_property

TOLD = []


def told(*words):
    def declare(f):
        TOLD.append((*words, f.__doc__))
        return f

    return declare


@told("first")
@told(
    "second",
    "of two",
)
def twice(number):
    """Twice it."""
    return 2 * number


class Box:
    @property
    def size(self):
        return 1

    @cached_property
    def things(self):
        return [twice(self.size)]

    @classmethod
    def made(cls):
        return cls()


@cache
def listed():
    return [twice(3)]
'''


def test_without_decorators_a_program_does_the_same():
    told = {}
    exec(undecorated(SOURCE), told)
    assert told["TOLD"] == [("second", "of two", "Twice it."), ("first", "Twice it.")]
    box = told["Box"].made()
    assert box.things == [2 * box.size]
    assert box.things is box.things


def test_what_is_kept_in_a_cache_answers_for_no_mutant():
    told = {}
    exec(undecorated(SOURCE), told)
    assert told["listed"]() == [6]
    assert told["listed"]() is not told["listed"]()


@pytest.mark.parametrize("folder", MUTATED)
def test_no_function_is_left_decorated(folder):
    left = [
        function.name
        for path in (ROOT / folder).rglob("*.py")
        for function in decorated(ast.parse(undecorated(path.read_text())))
    ]
    assert left == []
