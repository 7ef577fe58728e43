"""Make the two groups that people are put into: traders send, reviewers read.

Django makes permissions after the last migration, which is too late for this one, so
they are made here first.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = {
    "Traders": ["send_trade"],
    "Reviewers": ["view_submission", "view_event"],
}


def make_groups(apps, schema_editor):
    database = schema_editor.connection.alias
    app = apps.get_app_config("trades")
    app.models_module = True  # without it an app counts as one without models
    create_permissions(app, verbosity=0, using=database, apps=apps)
    app.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GROUPS.items():
        group, _ = Group.objects.using(database).get_or_create(name=name)
        group.permissions.add(
            *Permission.objects.using(database).filter(
                content_type__app_label="trades", codename__in=codenames
            )
        )


def remove_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(
        schema_editor.connection.alias
    )
    groups.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("trades", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
