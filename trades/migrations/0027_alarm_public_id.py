"""Name an alarm by an id that is drawn: its number tells how many others there were."""

import uuid

from django.db import migrations, models


def draw(apps, schema_editor):
    alarms = apps.get_model("trades", "Alarm").objects
    for alarm in alarms.filter(public_id=None).iterator(chunk_size=500):
        alarms.filter(pk=alarm.pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("trades", "0025_approvals_are_frozen")]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="public_id",
            field=models.UUIDField(null=True),
        ),
        migrations.RunPython(draw, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="alarm",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
