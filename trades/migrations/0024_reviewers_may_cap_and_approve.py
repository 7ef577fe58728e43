"""Let reviewers set caps, and approve the orders of others.

As in 0002: the permissions are made here, because Django makes them too late for this.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RIGHTS = ("set_cap", "approve_order")


def allow(apps, schema_editor):
    database = schema_editor.connection.alias
    app = apps.get_app_config("trades")
    app.models_module = True  # without it an app counts as one without models
    create_permissions(app, verbosity=0, using=database, apps=apps)
    app.models_module = None
    for group in _reviewers(apps, database):
        group.permissions.add(*_rights(apps, database))


def refuse(apps, schema_editor):
    database = schema_editor.connection.alias
    for group in _reviewers(apps, database):
        group.permissions.remove(*_rights(apps, database))


def _reviewers(apps, database):
    return (
        apps.get_model("auth", "Group").objects.using(database).filter(name="Reviewers")
    )


def _rights(apps, database):
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    return permissions.filter(content_type__app_label="trades", codename__in=RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("trades", "0023_stops_caps_approvals")]

    operations = [migrations.RunPython(allow, refuse)]
