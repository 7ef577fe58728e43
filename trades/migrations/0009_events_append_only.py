"""Have the database itself refuse to change or delete an event."""

from django.db import migrations

REFUSAL = "events are only ever added"
SQLITE = [
    f"CREATE TRIGGER event_no_{act} BEFORE {act} ON trades_event "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for act in ("update", "delete")
]
POSTGRESQL = [
    "CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000'; END $$",
    "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON trades_event "
    "FOR EACH ROW EXECUTE FUNCTION refuse_event_change()",
    "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON trades_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change()",
]
WITHOUT = {
    "sqlite": ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"],
    "postgresql": ["DROP FUNCTION refuse_event_change() CASCADE"],
}


def refuse(apps, schema_editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    for statement in WITHOUT[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("trades", "0008_event_chain_alone")]

    operations = [migrations.RunPython(refuse, allow)]
