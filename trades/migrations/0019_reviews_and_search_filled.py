"""Give the submissions from before what they are filtered by, and their verdicts.

What depended on the market of that day stays unknown: value, planned loss, ladder.
"""

import json
from decimal import Decimal

from django.db import migrations


def fill(apps, schema_editor):
    Submission = apps.get_model("trades", "Submission")
    Verdict = apps.get_model("trades", "Verdict")
    names = ("side", "size", "is_overridden", "refusal", "words")
    for submission in Submission.objects.iterator(chunk_size=500):
        position = json.loads(submission.body, parse_float=Decimal)["position"]
        submission.side = position["type"]
        submission.size = position["units"]["value"]
        submission.is_overridden = bool(submission.ticked)
        submission.refusal = _refusal(submission)
        parts = (submission.pair, submission.note, submission.token)
        parts += (submission.refusal,)
        submission.words = " ".join([*parts, *submission.ticked]).casefold()
        submission.save(update_fields=names)
        Verdict.objects.create(submission=submission)


def _refusal(submission):
    said = [
        f"{path}: {message}" if path else str(message)
        for path, messages in sorted(submission.vendor_errors.items())
        for message in messages
    ]
    return " ".join(("; ".join(said) or submission.vendor_text).split())[:200]


class Migration(migrations.Migration):
    dependencies = [("trades", "0018_reviews_and_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
