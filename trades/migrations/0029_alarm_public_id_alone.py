"""Each alarm has an id, and no other has it."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0028_alarm_public_id_filled")]

    operations = [
        migrations.AlterField(
            model_name="alarm",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
