"""Draw an id for each alarm: its number tells how many others there were."""

import uuid

from django.db import migrations


def draw(apps, schema_editor):
    alarms = apps.get_model("trades", "Alarm").objects
    for alarm in alarms.filter(public_id=None).iterator(chunk_size=500):
        alarms.filter(pk=alarm.pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("trades", "0027_alarm_public_id")]

    operations = [migrations.RunPython(draw, migrations.RunPython.noop)]
