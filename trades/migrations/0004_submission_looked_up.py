"""Keep with a submission what a retry, a look and the look-alike guard need."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trades", "0003_gates_and_pauses"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="dismissed",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="submission",
            name="ended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="fingerprint",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="submission",
            name="next_look_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="remote_error",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="remote_seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="remote_status",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="submission",
            name="retry_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retry",
                to="trades.submission",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="wait_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="submission",
            name="token",
            field=models.CharField(max_length=10),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["fingerprint", "-id"], name="submission_by_likeness"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("next_look_at__isnull", False)),
                fields=["next_look_at"],
                name="submission_by_next_look",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retry_of", None)),
                fields=("token",),
                name="submission_one_per_review",
            ),
        ),
    ]
