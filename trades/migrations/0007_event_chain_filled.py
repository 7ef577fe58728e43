"""Chain the events that there are, in their order.

Second of three: 0006 added the columns, 0008 removes those that say the same.
"""

from django.db import migrations

from trades.models.events import Event as Chained
from trades.models.events import link, write_record


def chain(apps, schema_editor):
    alias = schema_editor.connection.alias
    events = apps.get_model("trades", "Event").objects.using(alias)
    number, digest = 0, ""
    for number, event in enumerate(events.order_by("pk").iterator(), 1):
        told = {name: getattr(event, name) for name in _NAMES}
        record = write_record(number, event.submission_id, told)
        digest = link(digest, record)
        events.filter(pk=event.pk).update(number=number, record=record, hash=digest)
    heads = apps.get_model("trades", "ChainHead").objects.using(alias)
    heads.update_or_create(pk=1, defaults={"number": number, "hash": digest})


def unchain(apps, schema_editor):
    events = apps.get_model("trades", "Event").objects.using(
        schema_editor.connection.alias
    )
    # What the earlier form has no place for: it knows events of submissions only.
    events.filter(submission=None).delete()
    for event in events.order_by("number").iterator():
        told = Chained(record=event.record).told
        events.filter(pk=event.pk).update(**{name: told[name] for name in _NAMES})


_NAMES = ("at", "by", "old", "new", "details")


class Migration(migrations.Migration):
    dependencies = [("trades", "0006_event_chain")]

    operations = [migrations.RunPython(chain, unchain)]
