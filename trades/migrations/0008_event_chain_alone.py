"""Keep of an event its record and its hash alone.

Third of three: 0006 added the columns, 0007 filled them.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trades", "0007_event_chain_filled"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="event",
            options={"ordering": ["number"]},
        ),
        migrations.RemoveField(
            model_name="event",
            name="at",
        ),
        migrations.RemoveField(
            model_name="event",
            name="by",
        ),
        migrations.RemoveField(
            model_name="event",
            name="details",
        ),
        migrations.RemoveField(
            model_name="event",
            name="new",
        ),
        migrations.RemoveField(
            model_name="event",
            name="old",
        ),
        migrations.AlterField(
            model_name="event",
            name="number",
            field=models.BigIntegerField(unique=True),
        ),
        migrations.AlterField(
            model_name="event", name="record", field=models.TextField()
        ),
        migrations.AlterField(
            model_name="event", name="hash", field=models.CharField(max_length=64)
        ),
    ]
