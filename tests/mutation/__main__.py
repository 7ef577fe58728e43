"""``./dev mutate [ARGUMENT ...]``: mutmut with our tests, see docs/mutation.md.

Its arguments, or ``run`` where none are given, or ``figures`` for the table in there.
"""

from __future__ import annotations

import os
import sys

from tests.mutation.copying import COPY, bring_up_to_date


def main(arguments: list[str]) -> None:
    bring_up_to_date()
    os.chdir(COPY)
    if arguments == ["figures"]:
        from tests.mutation.figures import table

        sys.stdout.write(table())
        return
    from mutmut.__main__ import cli
    from mutmut.workers import isolation

    from tests.mutation.running import CollectedOnce

    isolation.PytestRunner = CollectedOnce
    cli(arguments or ["run"], prog_name="./dev mutate")


if __name__ == "__main__":
    main(sys.argv[1:])
