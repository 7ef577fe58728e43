"""SECURITY.md names what exists, and leaves out no requirement of the standard."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text()
ID = re.compile(r"(?<![\d.])\d+\.\d+\.\d+(?![\d.])")
MET = {"yes", "in part", "no", "operator"}
# The header of each table, by which its rows are told from those of others.
ASKED, NOT_ASKED = "| id | level | what | met |", "| ids | because |"


def rows(header: str) -> list[list[str]]:
    """The cells of each row of the table that begins so."""
    table = PAGE[PAGE.index(header) :].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def levels() -> dict[str, str]:
    lines = (ROOT / "tests/data/asvs-5.0-ids.txt").read_text().splitlines()
    return dict(line.split() for line in lines if not line.startswith("#"))


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_list_holds_every_requirement_of_both_levels():
    """As many as the standard itself counts."""
    assert Counter(levels().values()) == {"1": 70, "2": 183}


def test_every_requirement_stands_there_once():
    asked = [ID.findall(cells[0]) for cells in rows(ASKED)]
    left_out = [ID.findall(cells[0]) for cells in rows(NOT_ASKED)]
    named = [id for ids in (*asked, *left_out) for id in ids]
    assert Counter(named) == Counter(levels().keys())


def test_every_row_has_its_level_its_answer_and_its_reason():
    for ids, level, what, met, where in rows(ASKED):
        assert {levels()[id] for id in ID.findall(ids)} == {level}, ids
        assert what, ids
        assert met in MET, ids
        assert where, ids


def test_every_test_that_is_named_is_there():
    named = re.findall(r"(tests/[\w/.]+\.py)::(\w+)", PAGE)
    assert len(named) > 40
    assert [name for name in named if name[1] not in functions_of(name[0])] == []


def test_each_of_the_52_attacks_has_its_tests():
    """Those that the page names are among them."""
    files = (ROOT / "tests").rglob("test_*.py")
    names = {name for file in files for name in functions_of(str(file))}
    tried = {name[6:8] for name in names if re.match(r"test_a\d\d_", name)}
    assert tried == {f"{number:02}" for number in range(1, 53)}
    assert {*re.findall(r"\bA(\d\d)\b", PAGE)} <= tried


def test_every_file_that_is_named_is_there():
    named = re.findall(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:md|toml|py))[:`]", PAGE)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("anchor", sorted({*re.findall(r"\]\(#([\w-]+)\)", PAGE)}))
def test_every_part_that_is_named_is_there(anchor):
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
