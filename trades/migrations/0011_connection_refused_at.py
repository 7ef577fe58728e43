"""Keep with a connection that 3Commas has refused its key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0010_reviewers_may_stop_sending")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="refused_at",
            field=models.DateTimeField(null=True),
        ),
    ]
