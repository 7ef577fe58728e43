"""What became of the mutants, by module: a table for docs/mutation.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

COLUMNS = ("killed", "timeout", "survived", "no tests", "not checked")


def table() -> str:
    by_module = {path.as_posix(): became(path) for path in walk_mutatable_files()}
    by_module = {path: by_module[path] for path in sorted(by_module) if by_module[path]}
    whole = sum(by_module.values(), Counter())
    dead, checked = whole["killed"] + whole["timeout"], whole.total()
    checked -= whole["not checked"]
    return "\n".join(
        [
            f"| module | mutants | {' | '.join(COLUMNS)} |",
            "|---|" + "---:|" * (len(COLUMNS) + 1),
            *(line(f"`{path}`", counted) for path, counted in by_module.items()),
            line("together", whole),
            f"\n{dead} of {checked} die: {100 * dead / (checked or 1):.1f} %\n",
        ]
    )


def became(path: Path) -> Counter[str]:
    data = SourceFileMutationData(path=path)
    data.load()
    return Counter(status_by_exit_code[code] for code in data.exit_code_by_key.values())


def line(name: str, counted: Counter[str]) -> str:
    others = counted.total() - sum(counted[column] for column in COLUMNS)
    assert not others, f"{name}: {counted}"
    figures = (counted.total(), *(counted[column] for column in COLUMNS))
    return f"| {name} | {' | '.join(map(str, figures))} |"
