"""Keep whether a connection is in use, and how its key has fared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0011_connection_refused_at")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="gone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="disabled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="refusal",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="connection",
            name="worked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="test_wanted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="tested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="connection",
            name="test_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="connection",
            name="test_failure",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="connection",
            name="sealed_secret",
            field=models.TextField(blank=True),
        ),
    ]
