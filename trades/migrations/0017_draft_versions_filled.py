"""Give each draft the version that it has, so that its list of versions is whole."""

from django.db import migrations


def fill(apps, schema_editor):
    Draft = apps.get_model("trades", "Draft")
    DraftVersion = apps.get_model("trades", "DraftVersion")
    for draft in Draft.objects.filter(versions=None).iterator(chunk_size=500):
        version = DraftVersion.objects.create(
            draft=draft, number=draft.version, typed=draft.typed
        )
        kept = DraftVersion.objects.filter(pk=version.pk)
        kept.update(saved_at=draft.updated_at)  # not the time of this migration


class Migration(migrations.Migration):
    dependencies = [("trades", "0016_drafts_versions_and_presets")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
