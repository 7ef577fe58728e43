"""Let reviewers pause sending and open the gate.

As in 0002: the permission is made here, because Django makes it too late for this.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def allow(apps, schema_editor):
    database = schema_editor.connection.alias
    app = apps.get_app_config("trades")
    app.models_module = True  # without it an app counts as one without models
    create_permissions(app, verbosity=0, using=database, apps=apps)
    app.models_module = None
    Group = apps.get_model("auth", "Group")
    for group in Group.objects.using(database).filter(name="Reviewers"):
        group.permissions.add(_permission(apps, database))


def refuse(apps, schema_editor):
    database = schema_editor.connection.alias
    Group = apps.get_model("auth", "Group")
    for group in Group.objects.using(database).filter(name="Reviewers"):
        group.permissions.remove(_permission(apps, database))


def _permission(apps, database):
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    return permissions.get(content_type__app_label="trades", codename="stop_sending")


class Migration(migrations.Migration):
    dependencies = [("trades", "0009_events_append_only")]

    operations = [migrations.RunPython(allow, refuse)]
