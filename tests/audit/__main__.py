"""``./dev audit``: whether an advisory is out for a package in the locks.

The exit code is 0 when every package was looked up and none has an advisory that is not
excepted, 1 when one has, and 2 when the advisories could not be reached.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from tests.audit import bill, excepted, locks
from tests.audit.advisories import Advisory, NothingKnown, look_up

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
RUN, TEST = REQUIREMENTS / "run.txt", REQUIREMENTS / "test.txt"


def main(arguments: list[str]) -> int:
    wanted = parser().parse_args(arguments)
    try:
        if wanted.sbom:
            return say(bill.written(locks.read(RUN)))
        pins = [pin for lock in wanted.lock or [RUN, TEST] for pin in locks.read(lock)]
        exceptions = excepted.read(wanted.excepted)
        found = look_up(pins, wanted.osv_url)
    except (ValueError, OSError) as error:
        return complain(1, str(error))
    except NothingKnown as error:
        return complain(
            2,
            "The advisories could not be reached: nothing is known of any package.",
            str(error),
        )
    count = len({(pin.name, pin.version) for pin in pins})
    return report(count, found, exceptions, datetime.now(UTC).date())


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev audit")
    parser.add_argument("lock", nargs="*", type=Path, help="other locks than ours")
    parser.add_argument(
        "--sbom", action="store_true", help="write the bill of materials instead"
    )
    parser.add_argument("--osv-url", help="another address of the OSV database")
    parser.add_argument(
        "--excepted", type=Path, default=REQUIREMENTS / "excepted.toml", help="its file"
    )
    return parser


def report(
    count: int, found: list[Advisory], exceptions: list[excepted.Excepted], today: date
) -> int:
    """Tell what was found; 1 where something must be done."""
    to_do = [fault for each in exceptions if (fault := each.fault(today))]
    holding = [each for each in exceptions if not each.fault(today)]
    say(f"{count} packages looked up, {len(found)} advisories.")
    for advisory in found:
        held = next((each for each in holding if each.id in advisory.names), None)
        if held:
            say(f"Excepted until {held.until}: {advisory} ({held.reason})")
        else:
            to_do.append(str(advisory))
    for line in to_do:
        say(f"To do: {line}")
    return int(bool(to_do))


def say(line: str) -> int:
    sys.stdout.write(f"{line}\n")
    return 0


def complain(code: int, *lines: str) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
