"""The table in which all processes count tries to log in: one of Django's caches.

It is no model, so that the state of the models knows nothing of it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trades", "0025_approvals_are_frozen")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.CreateModel(
                    name="Throttle",
                    fields=[
                        (
                            "cache_key",
                            models.CharField(max_length=255, primary_key=True),
                        ),
                        ("value", models.TextField()),
                        ("expires", models.DateTimeField(db_index=True)),
                    ],
                    options={"db_table": "throttle"},
                )
            ]
        )
    ]
