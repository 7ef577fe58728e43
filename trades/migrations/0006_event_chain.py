"""Give each event a place in a chain.

First of three: the columns are empty; 0007 fills them, 0008 leaves nothing beside them.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trades", "0005_looks_and_alarms"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="hash",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="event",
            name="number",
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name="event",
            name="record",
            field=models.TextField(default=""),
        ),
        migrations.AlterField(
            model_name="event",
            name="submission",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="trades.submission",
            ),
        ),
    ]
