"""Keep what can hold sending up: the gate, the pause, and what a restore lost."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trades", "0002_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Gate",
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
                ("scope", models.CharField(max_length=60, unique=True)),
                ("tat", models.BigIntegerField(default=0)),
                ("blocked_until", models.BigIntegerField(default=0)),
                ("strikes", models.PositiveIntegerField(default=0)),
                ("needs_admin", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Missing",
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
                ("submission", models.UUIDField(unique=True)),
                ("line", models.JSONField()),
                ("found_at", models.DateTimeField(auto_now_add=True)),
                ("looked_up_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "missing",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Pause",
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
                ("by", models.CharField(max_length=150)),
                ("why", models.CharField(max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("lifted_by", models.CharField(blank=True, max_length=150)),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-pk"],
                "permissions": [
                    ("stop_sending", "May pause sending and open the gate")
                ],
            },
        ),
        migrations.AddField(
            model_name="connection",
            name="skew_s",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="missing",
            name="looked_up_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
