"""``./dev bench [ID ...]``: how quick it is, one line for each promise.

Everything is measured in turn with what it is compared to, within one run. The exit
code is 1 where a whole interval lies beyond its goal.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from traceback import format_exc

import django


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    # The browser's driver keeps an event loop in the thread that measures.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    django.setup()
    from tests.bench.measures import MEASURES
    from tests.bench.place import prepared

    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("id", nargs="*", help=" ".join(MEASURES))
    chosen = parser.parse_args(arguments).id or list(MEASURES)
    if unknown := set(chosen) - set(MEASURES):
        parser.error(f"no such id: {' '.join(sorted(unknown))}")
    measures = dict.fromkeys(MEASURES[id] for id in chosen)
    missed = [measured(chosen, measure, prepared) for measure in measures]
    return int(any(missed))


def measured(ids: list[str], measure: Callable, prepared: Callable) -> bool:
    """Whether it missed a goal, or could not be measured. Some measure several."""
    missed, name = False, measure.__name__
    with prepared() as place:
        try:
            for figure in measure(place):
                if figure.id not in ids:
                    continue
                sys.stdout.write(f"{figure}\n")
                sys.stdout.flush()
                missed |= figure.is_missed
        except Exception:
            missed = True
            sys.stderr.write(f"{name} was not measured:\n{format_exc()}")
        tell(name, place.log.read_text().splitlines())
    return missed


def tell(name: str, said: list[str]) -> None:
    """What went wrong in the processes of a measurement, in short."""
    if said:
        failed = sum(line.startswith("Traceback") for line in said)
        last = "\n".join(said[-3:])
        sys.stderr.write(
            f"{name}: {failed} failures in its processes, the last:\n{last}\n"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
