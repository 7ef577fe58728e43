"""``./dev bench [ID ...]``: how quick it is, one line for each promise.

Everything is measured in turn with what it is compared to, within one run. The exit
code is 1 where a whole interval lies beyond its goal.
"""

from __future__ import annotations

import argparse
import os
import sys

import django


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    # The browser's driver keeps an event loop in the thread that measures.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    django.setup()
    from tests.bench.measures import MEASURES
    from tests.bench.place import prepared

    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("id", nargs="*", choices=[*MEASURES, []])
    chosen = parser.parse_args(arguments).id or list(MEASURES)
    missed = False
    for id in chosen:
        with prepared() as place:
            for figure in MEASURES[id](place):
                sys.stdout.write(f"{figure}\n")
                sys.stdout.flush()
                missed |= figure.is_missed
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
