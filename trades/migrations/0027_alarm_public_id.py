"""Room for an alarm's own id, by which pages name it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0026_throttle")]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="public_id",
            field=models.UUIDField(null=True),
        ),
    ]
