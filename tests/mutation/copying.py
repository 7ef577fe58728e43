"""A copy of the project, made for mutmut.

mutmut passes over every function with a decorator, and most of ours are rules. So in
the copy each function is decorated by a statement after it. Caches are left out:
a filled one would answer instead of a mutant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COPY = ROOT / ".mutation"
MUTATED = ("trades/domain", "trades/gateway")
PARTS = ("trades", "tests", "smarttrade_ui", "manage.py", "pyproject.toml")
CACHES = ("cache", "lru_cache")


def bring_up_to_date() -> None:
    """What is the same stays untouched: mutmut goes by the time of a change."""
    wanted = {path.relative_to(ROOT): path for path in sources()}
    for name, path in wanted.items():
        content = path.read_bytes()
        if path.suffix == ".py" and name.parent.as_posix().startswith(MUTATED):
            content = undecorated(content.decode()).encode()
        place = COPY / name
        if not place.is_file() or place.read_bytes() != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    for folder in (COPY, COPY / "mutants"):
        for part in PARTS:
            for path in files(folder / part):
                named = path.with_suffix("") if is_mutmuts(path) else path
                if named.relative_to(folder) not in wanted:
                    path.unlink()


def sources() -> Iterator[Path]:
    for part in PARTS:
        yield from files(ROOT / part)


def files(place: Path) -> Iterator[Path]:
    """Those below it, or itself, but nothing that Python has compiled."""
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    return (p for p in found if p.is_file() and "__pycache__" not in p.parts)


def is_mutmuts(path: Path) -> bool:
    return path.suffix in (".meta", ".spans")


def undecorated(source: str) -> str:
    """The same program, where no function of a module or class has a decorator."""
    lines = source.splitlines()
    for function in reversed(list(decorated(ast.parse(source)))):
        indent, name = " " * function.col_offset, function.name
        after = [
            f"{indent}{name} = ({ast.unparse(decorator)})({name})"
            for decorator in reversed(function.decorator_list)
            if not is_cache(decorator)
        ]
        lines[function.end_lineno : function.end_lineno] = after
        first = function.decorator_list[0].lineno
        del lines[first - 1 : function.lineno - 1]
    return "\n".join(lines) + "\n"


def decorated(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """In the order in which they stand."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (
            function
            for function in inner
            if isinstance(function, ast.FunctionDef) and function.decorator_list
        )


def is_cache(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id in CACHES
