"""Free the name of a deleted connection for another one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0012_connection_health")]

    operations = [
        migrations.RemoveConstraint(
            model_name="connection", name="connection_name_once_per_owner"
        ),
        migrations.AddConstraint(
            model_name="connection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("owner", "name"),
                name="connection_name_once_per_owner",
            ),
        ),
    ]
