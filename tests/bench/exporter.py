"""A process of its own that exports the whole history, and says what it took."""

from __future__ import annotations

import json
import resource
import sys

import django


def main() -> int:
    django.setup()
    from django.contrib.auth.models import User

    from trades.services import exporting, searching

    by = User.objects.get(username="root")
    made = exporting.export(searching.found({}), form="csv", filters="", by=by)
    length = sum(len(piece) for piece in made.pieces)
    made.pieces.close()
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps({"kib": kib, "length": length}) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
